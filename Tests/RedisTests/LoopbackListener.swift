import Glibc

/// A peer on loopback that misbehaves in a chosen way.
final class LoopbackListener: Sendable {
    let port: UInt16
    private let descriptor: CInt

    enum Manner: Sendable {
        case silent
        case closes
        case resets
        /// Says something at once, then keeps the connection open.
        case says([UInt8])
        case saysAndCloses([UInt8])
        /// Says the first at once, and the rest when a word has been said to it.
        case waits(first: [UInt8], for: String, then: [UInt8])
        /// A byte every tenth of a second.
        case trickles([UInt8])
    }

    init(_ manner: Manner) {
        let descriptor = Self.boundSocket()
        listen(descriptor, 16)
        self.descriptor = descriptor
        port = Self.port(of: descriptor)
        Self.serve(descriptor, manner)
    }

    private static func boundSocket() -> CInt {
        let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = Self.loopback(0)
        _ = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        return descriptor
    }

    /// Wakes the accepting thread, which closes: closed from here, the number could be another listener's by the time
    /// that the thread accepts again.
    deinit { shutdown(descriptor, CInt(SHUT_RDWR)) }

    static func unusedPort() -> UInt16 {
        let descriptor = boundSocket()
        defer { close(descriptor) }
        return port(of: descriptor)
    }

    static func canConnect(to port: UInt16) -> Bool {
        let client = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        defer { close(client) }
        var address = loopback(port)
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(client, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    private static func loopback(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return address
    }

    private static func port(of descriptor: CInt) -> UInt16 {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        return UInt16(bigEndian: address.sin_port)
    }

    private static func serve(_ descriptor: CInt, _ manner: Manner) {
        onThread {
            while true {
                let client = accept(descriptor, nil, nil)
                guard client >= 0 else {
                    close(descriptor)
                    return
                }
                onThread { treat(client, manner) }
            }
        }
    }

    private static func treat(_ client: CInt, _ manner: Manner) {
        switch manner {
        case .silent: waitForEnd(client)
        case .closes: close(client)
        case .resets:
            var linger = linger(l_onoff: 1, l_linger: 0)
            setsockopt(client, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
            close(client)
        case .says(let bytes):
            send(client, bytes, bytes.count, CInt(MSG_NOSIGNAL))
            waitForEnd(client)
        case .waits(let first, let word, let rest):
            send(client, first, first.count, CInt(MSG_NOSIGNAL))
            waitFor(word, from: client)
            send(client, rest, rest.count, CInt(MSG_NOSIGNAL))
            waitForEnd(client)
        case .saysAndCloses(let bytes):
            send(client, bytes, bytes.count, CInt(MSG_NOSIGNAL))
            close(client)
        case .trickles(let bytes):
            for byte in bytes {
                guard send(client, [byte], 1, CInt(MSG_NOSIGNAL)) == 1 else { break }
                usleep(100_000)
            }
            waitForEnd(client)
        }
    }

    private static func waitFor(_ word: String, from client: CInt) {
        var heard: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !String(decoding: heard, as: UTF8.self).contains(word) {
            let count = read(client, &buffer, buffer.count)
            guard count > 0 else { return }
            heard += buffer.prefix(count)
        }
    }

    private static func waitForEnd(_ client: CInt) {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while read(client, &buffer, buffer.count) > 0 {}
        close(client)
    }

    private static func onThread(_ body: @escaping @Sendable () -> Void) {
        final class Start: Sendable {
            let body: @Sendable () -> Void
            init(_ body: @escaping @Sendable () -> Void) { self.body = body }
        }
        var thread = pthread_t()
        pthread_create(
            &thread, nil,
            { argument in
                if let argument { Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().body() }
                return nil
            }, Unmanaged.passRetained(Start(body)).toOpaque())
        pthread_detach(thread)
    }
}
