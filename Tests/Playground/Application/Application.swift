import Foundation
import Glibc
import Synchronization

/// The runbook's application as a client sees it: HTTP/1.0 that closes, what a running one was seen to answer, and
/// metrics that move. It runs in this process; its knobs are in `Behaviour`.
public final class Application: Sendable {
    public let host = "127.0.0.1"
    public let port: UInt16
    /// What the detailed endpoints want to see as `Authorization: Bearer …`.
    public let token: String
    public let tokenFile: String

    fileprivate struct State {
        var behaviour = Behaviour()
        var traffic = Traffic()
        var started = Date.now
        var counted = Date.now
        var listener: Listener?
    }

    private let state = Mutex(State())

    public var url: String { "http://\(host):\(port)" }

    private init(on ground: Ground) throws {
        let account = try Account("token", for: "application", on: ground)
        token = account.password
        tokenFile = account.passwordFile
        port = try Ports.unused()
        let traffic = Self.earlierTraffic()
        state.withLock { $0.traffic = traffic }
    }

    static func start(on ground: Ground) throws -> Application {
        let application = try Application(on: ground)
        try application.open()
        ground.atEnd { application.close() }
        return application
    }

    /// Changes how the application is doing, from now on.
    public func change(_ body: (inout Behaviour) -> Void) throws {
        let (isDown, wasDown) = state.withLock { state in
            state.catchUp()
            let wasDown = state.behaviour.isDown
            body(&state.behaviour)
            return (state.behaviour.isDown, wasDown)
        }
        if isDown && !wasDown { close() }
        if !isDown && wasDown { try open() }
    }

    /// Counts so many requests at once, with the share of errors and the duration that are set.
    public func serve(_ requests: Int) {
        state.withLock { $0.traffic.serve(requests, $0.behaviour) }
    }

    /// Counts failed logins at once.
    public func failLogins(_ count: Int) { state.withLock { $0.traffic.failLogins(count) } }

    /// Counts requests turned away at once.
    public func limit(_ count: Int) { state.withLock { $0.traffic.limit(count) } }

    public var behaviour: Behaviour { state.withLock { $0.behaviour } }

    /// Counts as if this time had passed.
    public func advance(_ duration: Duration) {
        state.withLock { $0.traffic.advance(seconds: duration / .seconds(1), $0.behaviour) }
    }

    /// All counters begin at zero again, as after a restart.
    public func restart() {
        state.withLock { state in
            state.traffic = Traffic()
            state.started = .now
            state.counted = .now
        }
    }

    /// A little of everything has happened before, so that every series is there.
    private static func earlierTraffic() -> Traffic {
        var traffic = Traffic()
        traffic.serve(5000, Behaviour())
        var failing = Behaviour()
        failing.errorRatio = 1
        traffic.serve(5, failing)
        traffic.failLogins(5)
        traffic.limit(15)
        traffic.advance(seconds: 100, Behaviour())
        return traffic
    }

    private func open() throws {
        let listener = try Listener(port: port)
        state.withLock { $0.listener = listener }
        listener.serve("application") { [weak self] in self?.answer($0) }
    }

    private func close() { state.withLock { $0.listener }?.close() }

    private func answer(_ descriptor: CInt) {
        defer { Glibc.close(descriptor) }
        Socket.setLimit(.seconds(10), on: descriptor)
        guard let request = HTTPRequest.read(from: descriptor) else { return }
        let (behaviour, page) = state.withLock { state in
            state.catchUp()
            let started = state.started.timeIntervalSince1970
            return (state.behaviour, MetricsPage(traffic: state.traffic, behaviour: state.behaviour, started: started))
        }
        pause(behaviour.answerDelay)
        let answers = Answers(behaviour: behaviour, page: page, token: token)
        let answer = (try? answers.answer(to: request)) ?? HTTPAnswer(500, json: #"{"error": "no capture"}"#)
        Socket.send(answer.bytes(withBody: request.method != "HEAD"), to: descriptor)
        shutdown(descriptor, CInt(SHUT_WR))
        while !Socket.receive(from: descriptor).isEmpty {}
    }
}

extension Application.State {
    mutating func catchUp() {
        let now = Date.now
        traffic.advance(seconds: max(0, now.timeIntervalSince(counted)), behaviour)
        counted = now
    }
}
