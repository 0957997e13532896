import CCurl
import CLinux
import Diagnostics
import Glibc
import Network

/// Sole owner of one multi handle: several transfers, driven together by one task.
///
/// libcurl's sockets are watched by an epoll descriptor of our own, and the task waits for that one alone: an epoll
/// descriptor is itself readable when one of its sockets is ready (epoll(7)).
struct CurlMulti: ~Copyable {
    private let handle: UnsafeMutableRawPointer
    private let watch: SocketWatch

    private init(owning handle: UnsafeMutableRawPointer, _ watch: SocketWatch) {
        self.handle = handle
        self.watch = watch
    }

    /// Closes the connections that are left; libcurl still calls the functions set below, so the watch goes last.
    deinit { curl_multi_cleanup(handle) }

    /// - Throws: `.local` when there is no descriptor or memory left.
    static func make(connectionsPerHost: Int) throws(ProbeError) -> CurlMulti {
        try CurlLibrary.prepare()
        let watch = try SocketWatch()
        guard let handle = curl_multi_init() else {
            throw ProbeError(.local, step: "set up libcurl", message: "curl_multi_init failed")
        }
        let context = Unmanaged.passUnretained(watch).toOpaque()
        diag_curl_set_socket_function(handle, SocketWatch.socketChanged, context)
        diag_curl_set_timer_function(handle, SocketWatch.timerChanged, context)
        diag_curl_multi_setopt_long(handle, CURLMOPT_MAX_HOST_CONNECTIONS, connectionsPerHost)
        return CurlMulti(owning: handle, watch)
    }

    borrowing func add(_ easy: borrowing CurlEasy) { curl_multi_add_handle(handle, easy.handle) }

    /// Ends the transfer, whatever its state.
    borrowing func remove(_ easy: borrowing CurlEasy) { curl_multi_remove_handle(handle, easy.handle) }

    /// Waits until there is something to do and does it.
    ///
    /// - Throws: `.timedOut` once the deadline has passed, `.cancelled`, `.local`.
    borrowing func step(until deadline: Deadline) async throws(ProbeError) {
        guard !deadline.hasPassed else { throw .timedOut("HTTP request") }
        let due = watch.timer.map { min($0, deadline) } ?? deadline
        guard !due.hasPassed else { return runTimer() }
        do {
            try await Reactor.shared.wait(for: watch.descriptor, .readable, until: due, step: "HTTP request")
        } catch {
            guard error.kind == .timedOut, due < deadline else { throw error }
            return runTimer()
        }
        watch.readySockets { socket, events in act(on: socket, events) }
    }

    /// The easy handle of a transfer that has ended, with how.
    borrowing func nextFinished() -> (easy: UnsafeMutableRawPointer, code: CURLcode)? {
        var left: CInt = 0
        while let message = curl_multi_info_read(handle, &left)?.pointee {
            if message.msg == CURLMSG_DONE, let easy = message.easy_handle { return (easy, message.data.result) }
        }
        return nil
    }

    private borrowing func runTimer() {
        watch.timer = nil
        act(on: CURL_SOCKET_TIMEOUT, 0)
    }

    private borrowing func act(on socket: curl_socket_t, _ events: CInt) {
        var running: CInt = 0
        curl_multi_socket_action(handle, socket, events, &running)
    }
}

/// The sockets and the timer that a multi handle asks to be watched.
///
/// libcurl holds a pointer to it, so it is an object. Used by one task alone, like the handle it belongs to.
final class SocketWatch {
    /// An epoll descriptor.
    let descriptor: CInt
    /// When libcurl next wants to be called without any socket being ready.
    var timer: Deadline?

    init() throws(ProbeError) {
        descriptor = epoll_create1(CInt(EPOLL_CLOEXEC))
        guard descriptor >= 0 else { throw ProbeError(errno: errno, step: "set up libcurl") }
    }

    deinit { close(descriptor) }

    /// Calls `body` with each socket that is ready and libcurl's flags for what it is ready for.
    func readySockets(_ body: (curl_socket_t, CInt) -> Void) {
        withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: 16) { events in
            let count = epoll_wait(descriptor, events.baseAddress, CInt(events.count), 0)
            for event in events.prefix(Int(max(0, count))) { body(event.data.fd, Self.flags(event.events)) }
        }
    }

    private static func flags(_ events: UInt32) -> CInt {
        (events & (EPOLLIN.rawValue | EPOLLHUP.rawValue) != 0 ? CURL_CSELECT_IN : 0)
            | (events & EPOLLOUT.rawValue != 0 ? CURL_CSELECT_OUT : 0)
            | (events & EPOLLERR.rawValue != 0 ? CURL_CSELECT_ERR : 0)
    }

    private func set(_ socket: curl_socket_t, _ what: CInt) {
        guard what != CURL_POLL_REMOVE else {
            // Gone by itself when libcurl has closed it already.
            epoll_ctl(descriptor, EPOLL_CTL_DEL, socket, nil)
            return
        }
        let events =
            (what & CURL_POLL_IN != 0 ? EPOLLIN.rawValue : 0) | (what & CURL_POLL_OUT != 0 ? EPOLLOUT.rawValue : 0)
        var event = epoll_event(events: events, data: epoll_data(fd: socket))
        if epoll_ctl(descriptor, EPOLL_CTL_MOD, socket, &event) != 0 {
            epoll_ctl(descriptor, EPOLL_CTL_ADD, socket, &event)
        }
    }

    /// CURLMOPT_SOCKETFUNCTION.
    static let socketChanged: curl_socket_callback = { _, socket, what, context, _ in
        if let context { Unmanaged<SocketWatch>.fromOpaque(context).takeUnretainedValue().set(socket, what) }
        return 0
    }

    /// CURLMOPT_TIMERFUNCTION. Calling libcurl from in here would recurse, so the moment is only noted.
    static let timerChanged: curl_multi_timer_callback = { _, milliseconds, context in
        if let context {
            let watch = Unmanaged<SocketWatch>.fromOpaque(context).takeUnretainedValue()
            watch.timer = milliseconds < 0 ? nil : .after(.milliseconds(milliseconds))
        }
        return 0
    }
}
