import COpenSSL

/// Sole owner of one private key. It is compared with certificates, or shown to a server; never printed.
struct PrivateKey: ~Copyable {
    let pointer: OpaquePointer

    init(owning pointer: OpaquePointer) { self.pointer = pointer }

    deinit { EVP_PKEY_free(pointer) }

    /// Of its public half, as `Certificate.pin`: by it a key and a certificate are told to belong together.
    var pin: String? {
        var start: UnsafeMutablePointer<UInt8>?
        let length = i2d_PUBKEY(pointer, &start)
        guard length > 0, let start else { return nil }
        defer { CRYPTO_free(start, nil, 0) }
        return base64(sha256(UnsafeBufferPointer(start: start, count: Int(length))))
    }

    /// The first key of a PEM text.
    ///
    /// - Returns: nil where there is none, or none that the password opens. Nobody is ever asked for one.
    init?(pem text: [UInt8], password: String?) {
        ERR_clear_error()
        guard let bio = BIO_new_mem_buf(text, CInt(clamping: text.count)) else { return nil }
        // An empty password in place of none: the library would ask at the terminal.
        let key = (password ?? "").withCString { word in
            PEM_read_bio_PrivateKey(bio, nil, nil, UnsafeMutableRawPointer(mutating: word))
        }
        BIO_free(bio)
        ERR_clear_error()
        guard let key else { return nil }
        self.init(owning: key)
    }

    /// From DER: PKCS#8, PKCS#1 or SEC 1.
    init?(der bytes: [UInt8]) {
        ERR_clear_error()
        let key = bytes.withUnsafeBufferPointer { buffer in
            var start = buffer.baseAddress
            return d2i_AutoPrivateKey(nil, &start, buffer.count)
        }
        ERR_clear_error()
        guard let key else { return nil }
        self.init(owning: key)
    }
}
