import Foundation
import Glibc
import Synchronization

/// A relay to one of the servers. Calm, it is a hop more; made slow, every new connection waits for the kernel's
/// retransmission of its SYN, which takes a second. No privilege is needed for that, and the latency is real.
public final class SlowRoad: Sendable {
    public let host = "127.0.0.1"
    public let port: UInt16
    private let destination: UInt16
    private let listener: Listener
    private let wantsSlow = Mutex(false)
    private let isBlocked = Mutex(false)
    private let isEnded = Mutex(false)

    private init(to destination: UInt16) throws {
        self.destination = destination
        listener = try Listener(backlog: 0)
        port = listener.port
    }

    static func start(on ground: Ground, to destination: UInt16) throws -> SlowRoad {
        let road = try SlowRoad(to: destination)
        ground.atEnd { road.end() }
        detach("slow road") { road.work() }
        return road
    }

    /// Returns when it is so. Blocks.
    func makeSlow(_ slow: Bool) throws {
        wantsSlow.withLock { $0 = slow }
        try waitUntil("the road to port \(destination) is \(slow ? "slow" : "free")", every: .milliseconds(2)) {
            isBlocked.withLock { $0 } == slow
        }
    }

    private func end() { isEnded.withLock { $0 = true } }

    private func work() {
        while !isEnded.withLock({ $0 }) {
            if wantsSlow.withLock({ $0 }) { serveSlowly() } else { serveAtOnce() }
        }
        listener.close()
    }

    private func serveAtOnce() {
        isBlocked.withLock { $0 = false }
        serve(within: .milliseconds(50))
    }

    /// Fills the queue until somebody's SYN has been dropped, then lets that one in when it comes again.
    private func serveSlowly() {
        guard let queue = try? FullQueue(before: listener) else { return }
        isBlocked.withLock { $0 = true }
        while wantsSlow.withLock({ $0 }), !isEnded.withLock({ $0 }), !somebodyWaits() { pause(.milliseconds(5)) }
        queue.release()
        drain()
        if somebodyWaits() { serve(within: .milliseconds(3500)) }
    }

    /// Takes our own fillers out of the queue: they are closed already and never send.
    private func drain() {
        while isReadable(within: .zero), let connection = listener.accepted() { close(connection) }
    }

    private func serve(within limit: Duration) {
        guard isReadable(within: limit), let connection = listener.accepted() else { return }
        detach("relay") { [destination] in relay(connection, to: destination) }
    }

    private func isReadable(within limit: Duration) -> Bool {
        var poll = pollfd(fd: listener.descriptor, events: Int16(POLLIN), revents: 0)
        return Glibc.poll(&poll, 1, CInt(limit / .milliseconds(1))) > 0
    }

    /// Whether a socket of this machine is in state SYN_SENT (02) towards our port; fillers are not, by then.
    private func somebodyWaits() -> Bool {
        let table = kernelText("/proc/net/tcp")
        let digits = String(port, radix: 16, uppercase: true)
        let address = "0100007F:" + String(repeating: "0", count: 4 - digits.count) + digits + " 02"
        return table.contains(address)
    }
}

/// A file of /proc to its end: the kernel gives a long table page by page, and Foundation stops after the first.
private func kernelText(_ path: String) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var page = [UInt8](repeating: 0, count: 65536)
    while true {
        let count = read(descriptor, &page, page.count)
        guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
        bytes += page.prefix(count)
    }
}

/// Copies both ways until both sides have closed.
private func relay(_ client: CInt, to port: UInt16) {
    guard let server = try? Socket.connected(to: port) else {
        close(client)
        return
    }
    Socket.setLimit(.zero, on: server)
    // Else a small piece waits until the one before it is acknowledged, 40 ms later: roads do not do that.
    for socket in [client, server] { sendAtOnce(socket) }
    let isBack = DispatchSemaphore(value: 0)
    detach("relay back") {
        copy(from: server, to: client)
        isBack.signal()
    }
    copy(from: client, to: server)
    isBack.wait()
    close(client)
    close(server)
}

private func sendAtOnce(_ socket: CInt) {
    var on: CInt = 1
    setsockopt(socket, CInt(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<CInt>.size))
}

private func copy(from source: CInt, to destination: CInt) {
    while true {
        let bytes = Socket.receive(from: source)
        guard !bytes.isEmpty, Socket.send(bytes, to: destination) else { break }
    }
    shutdown(destination, CInt(SHUT_WR))
    shutdown(source, CInt(SHUT_RD))
}
