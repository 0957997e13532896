import COpenSSL
import Diagnostics

/// Sole owner of one `SSL` that reads from and writes to memory: the bytes are carried by a socket of ours, so that
/// waiting, deadlines and SIGPIPE are one matter for all protocols, and what a server sent in place of TLS can be shown.
struct SessionHandle: ~Copyable {
    /// What the handshake needs next.
    enum Step {
        case done
        case bytes
        case failed(reason: CInt, words: String)
    }

    let pointer: OpaquePointer

    init(owning pointer: OpaquePointer) {
        self.pointer = pointer
        // The SSL owns both from here on. Where memory is short one is NULL, and SSL_connect fails saying so.
        SSL_set_bio(pointer, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()))
    }

    deinit { SSL_free(pointer) }

    borrowing func ask(for name: ServerName) {
        if !name.isAddress { _ = diag_SSL_set_tlsext_host_name(pointer, name.text) }
    }

    /// As far as the bytes received so far go. Leaves nothing on the error queue.
    borrowing func advance() -> Step {
        ERR_clear_error()
        let result = SSL_connect(pointer)
        guard result != 1 else { return .done }
        let error = SSL_get_error(pointer, result)
        if error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE { return .bytes }
        let (reason, words) = drainErrorQueue()
        return .failed(reason: reason, words: words)
    }

    /// Ends the session politely: servers log a connection that ends without `close_notify`.
    borrowing func sayGoodbye() {
        ERR_clear_error()
        SSL_shutdown(pointer)
        ERR_clear_error()
    }

    borrowing func feed(_ bytes: ArraySlice<UInt8>) {
        _ = bytes.withUnsafeBytes { BIO_write(SSL_get_rbio(pointer), $0.baseAddress, CInt($0.count)) }
    }

    /// All that is to be sent, taken out.
    borrowing func takeOutgoing() -> [UInt8] {
        let bio = SSL_get_wbio(pointer)
        let count = Int(BIO_ctrl_pending(bio))
        guard count > 0 else { return [] }
        return [UInt8](unsafeUninitializedCapacity: count) { room, used in
            used = max(0, Int(BIO_read(bio, room.baseAddress, CInt(count))))
        }
    }

    /// As sent, the leaf first. Also known after a handshake that failed later than the server's certificate.
    borrowing func chain() -> [[UInt8]] { derBytes(ofAll: SSL_get_peer_cert_chain(pointer)) }

    borrowing func agreement() -> TLSAgreement {
        let cipher = SSL_get_current_cipher(pointer)
        return TLSAgreement(
            version: String(cString: SSL_get_version(pointer)),
            cipher: cipher.flatMap { SSL_CIPHER_get_name($0) }.map { String(cString: $0) } ?? "none",
            bits: Int(SSL_CIPHER_get_bits(cipher, nil)))
    }

    borrowing func wasAskedForCertificate() -> Bool { diag_SSL_was_asked_for_certificate(pointer) != 0 }
}

/// What client and server agreed upon.
public struct TLSAgreement: Sendable, Hashable {
    /// `TLSv1.3`.
    public let version: String
    /// `TLS_AES_256_GCM_SHA384`.
    public let cipher: String
    /// Strength of the cipher's key.
    public let bits: Int

    /// TLS 1.0 and 1.1 must not be used any more (RFC 8996).
    public var isOutdated: Bool { version != "TLSv1.2" && version != "TLSv1.3" }
}
