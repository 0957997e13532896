import COpenSSL
import Diagnostics
import Glibc
import Synchronization

extension Certificate {
    /// Reads DER bytes.
    ///
    /// - Returns: nil when they are no certificate.
    public init?(der: [UInt8]) {
        guard let handle = X509Handle(der: der) else { return nil }
        self = .read(handle.pointer)
    }

    /// What a certificate of the library says. Authorities are read once a process: a thousand servers share a few.
    static func read(_ x509: OpaquePointer) -> Certificate {
        defer { ERR_clear_error() }
        guard X509_check_ca(x509) == 1 else { return Certificate(reading: x509, digest(of: x509, EVP_sha256())) }
        let digest = digest(of: x509, EVP_sha256())
        if let known = authorities.withLock({ $0[digest] }) { return known }
        let authority = Certificate(reading: x509, digest)
        authorities.withLock { known in
            if known.count < 1000 { known[digest] = authority }
        }
        return authority
    }

    private static let authorities = Mutex<[[UInt8]: Certificate]>([:])

    private init(reading x509: OpaquePointer, _ digest: [UInt8]) {
        let names = AlternativeNames(of: x509)
        let access = AuthorityAccess(of: x509)
        subject = text(of: X509_get_subject_name(x509))
        issuer = text(of: X509_get_issuer_name(x509))
        commonName = commonNameOf(X509_get_subject_name(x509))
        dnsNames = names.dns
        ipAddresses = names.ip
        otherNames = names.other
        notBefore = Timestamp(X509_get0_notBefore(x509))
        notAfter = Timestamp(X509_get0_notAfter(x509))
        serial = hexadecimal(integer: X509_get0_serialNumber(x509))
        key = X509_get0_pubkey(x509).flatMap { PublicKey($0) }
        signature = Signature(of: x509)
        fingerprint = hexadecimal(digest)
        sha1 = hexadecimal(TLS.digest(of: x509, EVP_sha1()))
        pin = base64(keyDigest(of: x509))
        isAuthority = X509_check_ca(x509) == 1
        isSelfIssued = X509_NAME_cmp(X509_get_subject_name(x509), X509_get_issuer_name(x509)) == 0
        issuerAddress = access.issuer
        responderAddress = access.responder
        requiresStaple = TLS.requiresStaple(x509)
        timestamps = embeddedTimestamps(in: x509)
    }
}

extension Certificate.PublicKey {
    init?(_ key: OpaquePointer) {
        guard let name = EVP_PKEY_get0_type_name(key) else { return nil }
        type = String(cString: name)
        bits = Int(EVP_PKEY_get_bits(key))
        strength = Int(EVP_PKEY_get_security_bits(key))
        curve = type == "EC" ? Self.group(of: key) : nil
    }

    /// By NIST's name where it has one: `P-256`.
    private static func group(of key: OpaquePointer) -> String? {
        var room = [CChar](repeating: 0, count: 64)
        var count = 0
        guard EVP_PKEY_get_group_name(key, &room, room.count, &count) == 1 else { return nil }
        let name = String(decoding: room.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
        return EC_curve_nid2nist(OBJ_txt2nid(name)).map { String(cString: $0) } ?? name
    }
}

extension Certificate.Signature {
    init(of x509: OpaquePointer) {
        var hash: CInt = NID_undef
        X509_get_signature_info(x509, &hash, nil, nil, nil)
        algorithm = OBJ_nid2ln(X509_get_signature_nid(x509)).map { String(cString: $0) } ?? "unknown"
        self.hash = hash == NID_undef ? nil : OBJ_nid2sn(hash).map { String(cString: $0) }
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

/// As RFC 2253 writes it.
func text(of name: OpaquePointer?) -> String {
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

func digest(of x509: OpaquePointer, _ algorithm: OpaquePointer?) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { room, used in
        var count: UInt32 = 0
        used = X509_digest(x509, algorithm, room.baseAddress, &count) == 1 ? Int(count) : 0
    }
}

/// SHA-256 over the DER bytes of the key with its algorithm (SubjectPublicKeyInfo).
private func keyDigest(of x509: OpaquePointer) -> [UInt8] {
    var start: UnsafeMutablePointer<UInt8>?
    let length = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x509), &start)
    guard length > 0, let start else { return [] }
    defer { CRYPTO_free(start, nil, 0) }
    return sha256(UnsafeBufferPointer(start: start, count: Int(length)))
}

func sha256(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { room, used in
        var count: UInt32 = 0
        let isDone = EVP_Digest(bytes.baseAddress, bytes.count, room.baseAddress, &count, EVP_sha256(), nil) == 1
        used = isDone ? Int(count) : 0
    }
}

/// Lower-case, two digits a byte.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in bytes { text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
    return String(decoding: text, as: UTF8.self)
}

func base64(_ bytes: [UInt8]) -> String {
    let text = [UInt8](unsafeUninitializedCapacity: 4 * (bytes.count / 3 + 1) + 1) { room, used in
        used = Int(EVP_EncodeBlock(room.baseAddress, bytes, CInt(bytes.count)))
    }
    return String(decoding: text, as: UTF8.self)
}
