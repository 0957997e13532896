import COpenSSL
import Foundation
import Glibc

/// A TLS server of this process that makes one handshake in whatever way a test wants, then hangs up.
final class OwnServer: Sendable {
    let port: UInt16

    /// - Parameter prepare: runs on the server's own `SSL_CTX`, on its thread.
    init(_ issued: Issued, chain: [Issued] = [], prepare: @escaping @Sendable (OpaquePointer?) -> Void) {
        // OpenSSL writes to its socket by write(2): a client that has hung up would end the process.
        signal(SIGPIPE, SIG_IGN)
        let listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                precondition(bind(listener, generic, length) == 0 && listen(listener, 8) == 0)
                getsockname(listener, generic, &length)
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        let context = issued.serverContext()
        prepare(context)
        let bits = UInt(bitPattern: context)
        Thread.detachNewThread { Self.serve(listener, OpaquePointer(bitPattern: bits)) }
    }

    private static func serve(_ listener: CInt, _ context: OpaquePointer?) {
        let client = accept(listener, nil, nil)
        let ssl = SSL_new(context)
        SSL_set_fd(ssl, client)
        SSL_accept(ssl)
        SSL_free(ssl)
        SSL_CTX_free(context)
        close(client)
        close(listener)
    }
}
