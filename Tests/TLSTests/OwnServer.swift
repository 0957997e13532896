import COpenSSL
import Foundation
import Glibc
import Synchronization

/// A TLS server of this process that shakes hands in whatever way a test wants, then hangs up; it ends with the last
/// reference.
final class OwnServer: Sendable {
    let port: UInt16
    let host: String
    private let listener: CInt

    /// - Parameters:
    ///   - preamble: what is said before TLS: the server's words and the client's in turn, the server's first; an empty one is
    ///     left out.
    ///   - prepare: runs on the server's own `SSL_CTX`.
    init(
        _ issued: Issued, chain: [Issued] = [], host: String = "127.0.0.1", port: UInt16 = 0,
        preamble: [[UInt8]] = [], prepare: (OpaquePointer?) -> Void = { _ in }
    ) {
        // OpenSSL writes to its socket by write(2): a client that has hung up would end the process.
        signal(SIGPIPE, SIG_IGN)
        listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var on: CInt = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<CInt>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        inet_pton(AF_INET, host, &address.sin_addr)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                precondition(bind(listener, generic, length) == 0 && listen(listener, 64) == 0)
                getsockname(listener, generic, &length)
            }
        }
        self.host = host
        self.port = UInt16(bigEndian: address.sin_port)
        let context = issued.serverContext(sending: chain)
        prepare(context)
        let bits = UInt(bitPattern: context)
        Thread.detachNewThread { Self.serve(listener, OpaquePointer(bitPattern: bits), preamble) }
    }

    deinit { shutdown(listener, CInt(SHUT_RDWR)) }

    private static func serve(_ listener: CInt, _ context: OpaquePointer?, _ preamble: [[UInt8]]) {
        while true {
            let client = accept(listener, nil, nil)
            if client < 0 { break }
            if say(preamble, to: client) {
                let ssl = SSL_new(context)
                SSL_set_fd(ssl, client)
                SSL_accept(ssl)
                SSL_free(ssl)
            }
            close(client)
        }
        SSL_CTX_free(context)
        close(listener)
    }

    /// False when the client said something else.
    private static func say(_ preamble: [[UInt8]], to client: CInt) -> Bool {
        for (index, words) in preamble.enumerated() {
            if index % 2 == 0 {
                _ = words.withUnsafeBytes { write(client, $0.baseAddress, $0.count) }
                continue
            }
            var room = [UInt8](repeating: 0, count: words.count)
            guard recv(client, &room, room.count, CInt(MSG_WAITALL)) == room.count, room == words else {
                return false
            }
        }
        return true
    }
}
