import Glibc

/// The few calls on stream sockets that the playground makes itself. All of them block.
enum Socket {
    static func make() throws -> CInt { try make(AF_INET) }

    static func makeUnix() throws -> CInt { try make(AF_UNIX) }

    private static func make(_ family: CInt) throws -> CInt {
        let descriptor = socket(family, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw PlaygroundError.system("socket") }
        return descriptor
    }

    /// - Parameter limit: for every later read and write too.
    static func connected(to port: UInt16, limit: Duration = .seconds(10)) throws -> CInt {
        let descriptor = try make()
        setLimit(limit, on: descriptor)
        guard withLoopback(port, { connect(descriptor, $0, $1) }) == 0 else {
            defer { close(descriptor) }
            throw PlaygroundError.system("connect to port \(port)")
        }
        return descriptor
    }

    static func canConnect(to port: UInt16) throws -> Bool {
        close(try connected(to: port))
        return true
    }

    static func setLimit(_ limit: Duration, on descriptor: CInt) {
        let parts = limit.components
        var time = timeval(tv_sec: Int(parts.seconds), tv_usec: Int(parts.attoseconds / 1_000_000_000_000))
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
        }
    }

    private static let noSignal = CInt(MSG_NOSIGNAL)

    /// Without SIGPIPE; false when the other side is gone.
    @discardableResult
    static func send(_ bytes: [UInt8], to descriptor: CInt) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, noSignal) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Empty at the end of the stream, at the time limit, and after an error.
    static func receive(upTo limit: Int = 65536, from descriptor: CInt) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            var received: Int
            repeat { received = recv(descriptor, buffer.baseAddress, limit, 0) } while received < 0 && errno == EINTR
            count = max(0, received)
        }
    }
}
