import COpenSSL

/// A PKCS#12 container (RFC 7292), as browsers, Java and Windows export it.
struct PKCS12 {
    let path: String
    let password: String?

    /// - Returns: nil for bytes that are none.
    func read(_ bytes: [UInt8]) -> Holding? {
        ERR_clear_error()
        defer { ERR_clear_error() }
        let container = bytes.withUnsafeBufferPointer { buffer in
            var start = buffer.baseAddress
            return d2i_PKCS12(nil, &start, buffer.count)
        }
        guard let container else { return nil }
        defer { PKCS12_free(container) }
        var holding = Holding(path: path, format: "PKCS#12")
        guard let word = fitting(container) else {
            holding.problems.append(password == nil ? "a password is needed" : "the password is not the right one")
            return holding
        }
        if !open(container, word, &holding), !(Self.hasOldCiphers && open(container, word, &holding)) {
            holding.problems.append("its ciphers are too old for this library (\(drainErrors()))")
        }
        return holding
    }

    /// The password, or the empty one in either of its two forms; nil where none fits.
    private func fitting(_ container: OpaquePointer) -> String?? {
        if let password { return PKCS12_verify_mac(container, password, -1) == 1 ? .some(password) : nil }
        if PKCS12_mac_present(container) == 0 || PKCS12_verify_mac(container, nil, 0) == 1 { return .some(nil) }
        return PKCS12_verify_mac(container, "", 0) == 1 ? .some("") : nil
    }

    /// RC2 and the like live in a part of the library that is loaded only for who asks.
    private static let hasOldCiphers = OSSL_PROVIDER_try_load(nil, "legacy", 1) != nil

    private func open(_ container: OpaquePointer, _ word: String?, _ holding: inout Holding) -> Bool {
        var key: OpaquePointer?
        var certificate: OpaquePointer?
        var others: OpaquePointer?
        guard PKCS12_parse(container, word, &key, &certificate, &others) == 1 else { return false }
        if let certificate {
            holding.certificates.append(Certificate.read(certificate))
            X509_free(certificate)
        }
        if let others {
            let stack = X509Stack(sharing: others)
            holding.certificates += stack.all.map(Certificate.read)
            while let next = OPENSSL_sk_pop(others) { X509_free(OpaquePointer(next)) }
            OPENSSL_sk_free(others)
        }
        if let key { holding.keys.append(HeldKey(PrivateKey(owning: key), isEncrypted: false)) }
        return true
    }
}
