import COpenSSL
import Synchronization

/// The library's settings for all our connections of a kind: one `SSL_CTX` a process, made with the first.
final class TLSContext: Sendable {
    /// For looking: it agrees to everything that a server can still speak (from TLS 1.0, weak ciphers, legacy
    /// renegotiation). The aim is to read the certificate and say what is wrong, and nothing of ours is sent over the
    /// connection.
    static let shared = TLSContext { context in
        SSL_CTX_set_security_level(context, 0)
        diag_SSL_CTX_set_min_proto_version(context, TLS1_VERSION)
        diag_SSL_CTX_allow_legacy_server(context)
        diag_SSL_CTX_note_certificate_requests(context)
        SSL_CTX_set_cipher_list(context, "ALL:@SECLEVEL=0")
        // Ten times the usual bound of 100 KB: a certificate with ten thousand names is to be read, not refused.
        _ = SSL_CTX_ctrl(context, SSL_CTRL_SET_MAX_CERT_LIST, 1 << 20, nil)
    }

    /// For what is said over the connection, passwords among it: versions and ciphers as the system has them for all its
    /// clients.
    static let forData = TLSContext { _ in }

    private struct Handle: ~Copyable {
        let pointer: OpaquePointer?
        deinit { SSL_CTX_free(pointer) }
    }

    private let handle: Mutex<Handle>

    private init(_ prepare: (OpaquePointer) -> Void) {
        let context = SSL_CTX_new(TLS_client_method())
        if let context {
            diag_SSL_CTX_verify_later(context)
            // A connection then holds its buffers of 34 KB only while it has something in them.
            _ = SSL_CTX_ctrl(context, SSL_CTRL_MODE, Int(SSL_MODE_RELEASE_BUFFERS), nil)
            prepare(context)
        }
        handle = Mutex(Handle(pointer: context))
        _ = drainErrors()
    }

    /// A new connection's state; nil when memory is short.
    func makeSession() -> SessionHandle? {
        handle.withLock { handle in
            handle.pointer.flatMap { SSL_new($0) }.flatMap(SessionHandle.init(owning:))
        }
    }
}
