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

    /// What the first message is to say. Leaves nothing on the error queue.
    borrowing func offer(_ offer: TLSOffer, to name: ServerName) {
        ERR_clear_error()
        if !name.isAddress, !name.text.isEmpty { _ = diag_SSL_set_tlsext_host_name(pointer, name.text) }
        if let version = offer.version { _ = diag_SSL_set_only_version(pointer, version.number) }
        if offer.asksForStaple {
            diag_SSL_ask_for_staple(pointer)
            // Asks for timestamps too. They are counted, not judged: that would need a list of the logs.
            SSL_enable_ct(pointer, CInt(SSL_CT_VALIDATION_PERMISSIVE))
        }
        let protocols = offer.protocols.flatMap { [UInt8(clamping: $0.utf8.count)] + Array($0.utf8.prefix(255)) }
        if !protocols.isEmpty { SSL_set_alpn_protos(pointer, protocols, UInt32(protocols.count)) }
        ERR_clear_error()
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
    borrowing func chain() -> SentChain { SentChain(sharing: SSL_get_peer_cert_chain(pointer)) }

    /// The stapled OCSP response; nil for none.
    borrowing func staple() -> [UInt8]? {
        var start: UnsafePointer<UInt8>?
        let count = diag_SSL_get_staple(pointer, &start)
        guard count > 0, let start else { return nil }
        return Array(UnsafeBufferPointer(start: start, count: count))
    }

    /// Nil when the server did not ask for a client's certificate; otherwise the authorities that it accepts, none where
    /// it names none.
    borrowing func acceptedAuthorities() -> [String]? {
        guard diag_SSL_was_asked_for_certificate(pointer) != 0 else { return nil }
        let names = SSL_get0_peer_CA_list(pointer)
        return (0..<max(0, OPENSSL_sk_num(names))).map { index in
            text(of: OPENSSL_sk_value(names, index).map { OpaquePointer($0) })
        }
    }
}
