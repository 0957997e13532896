import COpenSSL
import Diagnostics
import Glibc

extension Certificate {
    /// Reads DER bytes.
    ///
    /// - Returns: nil when they are no certificate.
    public init?(der: [UInt8]) {
        guard let handle = X509Handle(der: der) else { return nil }
        self.init(handle)
    }

    init(_ handle: borrowing X509Handle) {
        let x509 = handle.pointer
        let names = alternativeNames(of: x509)
        let key = X509_get0_pubkey(x509)
        subject = text(of: X509_get_subject_name(x509))
        issuer = text(of: X509_get_issuer_name(x509))
        commonName = commonNameOf(X509_get_subject_name(x509))
        dnsNames = names.dns
        ipAddresses = names.ip
        notBefore = Timestamp(X509_get0_notBefore(x509))
        notAfter = Timestamp(X509_get0_notAfter(x509))
        serial = hexadecimal(integer: X509_get0_serialNumber(x509))
        keyType = key.flatMap { EVP_PKEY_get0_type_name($0) }.map { String(cString: $0) }
        keyBits = key.map { Int(EVP_PKEY_get_bits($0)) } ?? 0
        signatureAlgorithm = OBJ_nid2ln(X509_get_signature_nid(x509)).map { String(cString: $0) } ?? "unknown"
        fingerprint = sha256(of: x509)
        isAuthority = X509_check_ca(x509) == 1
        isSelfIssued = X509_NAME_cmp(X509_get_subject_name(x509), X509_get_issuer_name(x509)) == 0
        issuerAddress = authorityAddress(of: x509)
        ERR_clear_error()
    }
}

extension Timestamp {
    /// Nil for a field that holds no time.
    init?(_ time: UnsafePointer<ASN1_TIME>?) {
        var parts = tm()
        // NULL means "the current time" to ASN1_TIME_to_tm, which would make a missing field look valid.
        guard let time, ASN1_TIME_to_tm(time, &parts) == 1 else { return nil }
        self.init(secondsSinceEpoch: Double(timegm(&parts)))
    }
}

private func text(of name: OpaquePointer?) -> String {
    guard let bio = BIO_new(BIO_s_mem()) else { return "" }
    defer { BIO_free(bio) }
    guard let name, diag_X509_NAME_print(bio, name) >= 0 else { return "" }
    var start: UnsafeMutablePointer<CChar>?
    let count = diag_BIO_get_mem_data(bio, &start)
    return String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
}

private func commonNameOf(_ name: OpaquePointer?) -> String? {
    let index = X509_NAME_get_index_by_NID(name, NID_commonName, -1)
    guard index >= 0, let value = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index)) else { return nil }
    var bytes: UnsafeMutablePointer<UInt8>?
    // Whatever the field's own encoding is.
    let count = ASN1_STRING_to_UTF8(&bytes, value)
    guard count >= 0, let bytes else { return nil }
    defer { CRYPTO_free(bytes, nil, 0) }
    return String(decoding: UnsafeBufferPointer(start: bytes, count: Int(count)), as: UTF8.self)
}

private func hexadecimal(integer: UnsafePointer<ASN1_INTEGER>?) -> String {
    guard let integer, let number = ASN1_INTEGER_to_BN(integer, nil) else { return "" }
    defer { BN_free(number) }
    guard let digits = BN_bn2hex(number) else { return "" }
    defer { CRYPTO_free(digits, nil, 0) }
    return String(cString: digits)
}

private func sha256(of x509: OpaquePointer) -> String {
    var bytes = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var count: UInt32 = 0
    guard X509_digest(x509, EVP_sha256(), &bytes, &count) == 1 else { return "" }
    return bytes.prefix(Int(count)).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

private func alternativeNames(of x509: OpaquePointer) -> (dns: [String], ip: [String]) {
    guard let raw = X509_get_ext_d2i(x509, NID_subject_alt_name, nil, nil) else { return ([], []) }
    let stack = OpaquePointer(raw)
    defer { GENERAL_NAMES_free(stack) }
    var dns: [String] = []
    var ip: [String] = []
    for index in 0..<max(0, OPENSSL_sk_num(stack)) {
        guard let name = OPENSSL_sk_value(stack, index)?.assumingMemoryBound(to: GENERAL_NAME.self) else { continue }
        switch name.pointee.type {
        case GEN_DNS: dns.append(String(decoding: bytes(of: name.pointee.d.dNSName), as: UTF8.self))
        case GEN_IPADD: ip += address(from: bytes(of: name.pointee.d.iPAddress)).map { [$0] } ?? []
        default: break
        }
    }
    return (dns, ip)
}

private func bytes(of string: UnsafePointer<ASN1_STRING>?) -> [UInt8] {
    guard let string else { return [] }
    return Array(UnsafeBufferPointer(start: ASN1_STRING_get0_data(string), count: Int(ASN1_STRING_length(string))))
}

/// `192.0.2.1` or `2001:db8::1`; nil for any other number of bytes.
private func address(from bytes: [UInt8]) -> String? {
    guard bytes.count == 4 || bytes.count == 16 else { return nil }
    var words = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    guard inet_ntop(bytes.count == 4 ? AF_INET : AF_INET6, bytes, &words, socklen_t(words.count)) != nil else {
        return nil
    }
    return String(decoding: words.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
}

private func authorityAddress(of x509: OpaquePointer) -> String? {
    guard let raw = X509_get_ext_d2i(x509, NID_info_access, nil, nil) else { return nil }
    let stack = OpaquePointer(raw)
    defer { AUTHORITY_INFO_ACCESS_free(stack) }
    for index in 0..<max(0, OPENSSL_sk_num(stack)) {
        guard let entry = OPENSSL_sk_value(stack, index)?.assumingMemoryBound(to: ACCESS_DESCRIPTION.self),
            OBJ_obj2nid(entry.pointee.method) == NID_ad_ca_issuers,
            let location = entry.pointee.location, location.pointee.type == GEN_URI
        else { continue }
        return String(decoding: bytes(of: location.pointee.d.uniformResourceIdentifier), as: UTF8.self)
    }
    return nil
}
