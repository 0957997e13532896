import COpenSSL

/// Sole owner of one `X509`.
struct X509Handle: ~Copyable {
    let pointer: OpaquePointer

    init(owning pointer: OpaquePointer) { self.pointer = pointer }

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

/// Sole owner of a `STACK_OF(X509)` and of a reference to each certificate in it.
struct X509Stack: ~Copyable {
    let pointer: OpaquePointer?

    init() { pointer = OPENSSL_sk_new_null() }

    /// References to the certificates of a stack that somebody else owns; none for NULL.
    init(sharing other: OpaquePointer?) {
        self.init()
        for index in 0..<max(0, OPENSSL_sk_num(other)) {
            if let x509 = OPENSSL_sk_value(other, index) { share(OpaquePointer(x509)) }
        }
    }

    deinit {
        while let next = OPENSSL_sk_pop(pointer) { X509_free(OpaquePointer(next)) }
        OPENSSL_sk_free(pointer)
    }

    /// Adds a reference of its own.
    borrowing func share(_ x509: OpaquePointer) {
        X509_up_ref(x509)
        OPENSSL_sk_push(pointer, UnsafeRawPointer(x509))
    }

    /// The leaf first.
    var all: [OpaquePointer] {
        (0..<max(0, OPENSSL_sk_num(pointer))).compactMap { OPENSSL_sk_value(pointer, $0).map { OpaquePointer($0) } }
    }

    var first: OpaquePointer? { OPENSSL_sk_value(pointer, 0).map { OpaquePointer($0) } }
}

/// The DER bytes of a certificate that somebody else owns.
func derBytes(of x509: OpaquePointer) -> [UInt8] {
    var start: UnsafeMutablePointer<UInt8>?
    let count = i2d_X509(x509, &start)
    guard count > 0, let start else { return [] }
    defer { CRYPTO_free(start, nil, 0) }
    return Array(UnsafeBufferPointer(start: start, count: Int(count)))
}

/// What each certificate in a `STACK_OF(X509)` says that somebody else owns; none for NULL.
func certificates(inStack stack: OpaquePointer?) -> [Certificate] {
    (0..<max(0, OPENSSL_sk_num(stack))).compactMap { index in
        OPENSSL_sk_value(stack, index).map { Certificate.read(OpaquePointer($0)) }
    }
}
