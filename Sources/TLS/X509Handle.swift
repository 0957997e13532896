import COpenSSL

/// Sole owner of one `X509`.
struct X509Handle: ~Copyable {
    let pointer: OpaquePointer

    private init(owning pointer: OpaquePointer) { self.pointer = pointer }

    deinit { X509_free(pointer) }

    /// - Returns: nil when the bytes are no certificate.
    init?(der: [UInt8]) {
        ERR_clear_error()
        let x509 = der.withUnsafeBufferPointer { bytes in
            var start = bytes.baseAddress
            return d2i_X509(nil, &start, bytes.count)
        }
        ERR_clear_error()
        guard let x509 else { return nil }
        self.init(owning: x509)
    }
}

/// The DER bytes of a certificate that somebody else owns.
func derBytes(of x509: OpaquePointer) -> [UInt8] {
    var start: UnsafeMutablePointer<UInt8>?
    let count = i2d_X509(x509, &start)
    guard count > 0, let start else { return [] }
    defer { CRYPTO_free(start, nil, 0) }
    return Array(UnsafeBufferPointer(start: start, count: Int(count)))
}

/// The DER bytes of each certificate in a `STACK_OF(X509)` that somebody else owns; none for NULL.
func derBytes(ofAll stack: OpaquePointer?) -> [[UInt8]] {
    guard let stack else { return [] }
    return (0..<max(0, OPENSSL_sk_num(stack))).compactMap { index in
        OPENSSL_sk_value(stack, index).map { derBytes(of: OpaquePointer($0)) }
    }
}
