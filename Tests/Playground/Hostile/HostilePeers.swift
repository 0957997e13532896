import Glibc
import Synchronization

/// Listeners that misbehave, each in one way, whatever protocol they are spoken to in.
public struct HostilePeers: Sendable {
    public enum Kind: String, CaseIterable, Sendable {
        /// Accepts and says nothing.
        case silent
        /// Accepts and closes at once.
        case closing
        /// Takes the first bytes, begins an answer that fits many protocols, then resets (RST, not FIN).
        case resetting
        /// Answers with what no protocol here means, and keeps the connection open.
        case rubbish
        /// Begins a right answer of the protocol and goes on with a byte a second.
        case tricklingHTTP = "trickling-http"
        case tricklingRedis = "trickling-redis"
        case tricklingPostgreSQL = "trickling-postgresql"
        case tricklingTLS = "trickling-tls"
        /// Nobody listens.
        case refusing
        /// The queue of connections to accept is full: connecting never completes.
        case full
    }

    public let host = "127.0.0.1"
    public let ports: [Kind: UInt16]

    public func port(_ kind: Kind) -> UInt16 { ports[kind, default: 0] }

    static func start(on ground: Ground) throws -> HostilePeers {
        var ports: [Kind: UInt16] = [:]
        for kind in Kind.allCases {
            let listener = try kind.listener()
            ports[kind] = listener.port
            ground.atEnd { listener.close() }
            try kind.serve(listener, on: ground)
        }
        return HostilePeers(ports: ports)
    }
}

extension HostilePeers.Kind {
    fileprivate func listener() throws -> Listener {
        switch self {
        case .refusing: try Listener(backlog: nil)
        case .full: try Listener(backlog: 0)
        default: try Listener()
        }
    }

    fileprivate func serve(_ listener: Listener, on ground: Ground) throws {
        switch self {
        case .refusing: break
        case .full:
            let queue = try FullQueue(before: listener)
            ground.atEnd { queue.release() }
        default: listener.serve(rawValue, misbehaviour)
        }
    }

    private var misbehaviour: @Sendable (CInt) -> Void {
        switch self {
        case .closing: { close($0) }
        case .resetting: reset
        case .rubbish: talkRubbish
        case .tricklingHTTP: { trickle("HTTP/1.1 200 OK\r\nX-Filler: ", to: $0) }
        case .tricklingRedis: { trickle("$1000\r\n", to: $0) }
        case .tricklingPostgreSQL: tricklePostgreSQL
        case .tricklingTLS: { trickle("\u{16}\u{3}\u{3}\u{40}\u{0}\u{2}\u{0}\u{3f}\u{7c}", to: $0) }
        case .silent, .refusing, .full: keepUntilGone
        }
    }
}

/// Reads, and throws away, until the other side is gone.
private func keepUntilGone(_ descriptor: CInt) {
    while !Socket.receive(from: descriptor).isEmpty {}
    close(descriptor)
}

/// A lingering time of zero makes `close` send RST.
private func reset(_ descriptor: CInt) {
    Socket.setLimit(.milliseconds(500), on: descriptor)
    _ = Socket.receive(from: descriptor)
    Socket.send(Array("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{".utf8), to: descriptor)
    var option = linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    close(descriptor)
}

private func talkRubbish(_ descriptor: CInt) {
    Socket.setLimit(.milliseconds(500), on: descriptor)
    _ = Socket.receive(from: descriptor)
    let bytes =
        Array("~~~ what no protocol says ~~~\r\n".utf8) + (0..<1024).map { UInt8(truncatingIfNeeded: $0 &* 151) }
    Socket.send(bytes, to: descriptor)
    Socket.setLimit(.zero, on: descriptor)
    keepUntilGone(descriptor)
}

/// Declines the offer to encrypt, eight bytes, then begins to ask for a password.
private func tricklePostgreSQL(_ descriptor: CInt) {
    if Socket.receive(from: descriptor).count == 8 { Socket.send([UInt8(ascii: "N")], to: descriptor) }
    trickle("R\u{0}\u{0}\u{4}\u{0}", to: descriptor)
}

private func trickle(_ beginning: String, to descriptor: CInt) {
    var bytes = Array(beginning.utf8)[...]
    while Socket.send([bytes.popFirst() ?? UInt8(ascii: "x")], to: descriptor) { pause(.seconds(1)) }
    close(descriptor)
}
