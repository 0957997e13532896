import COpenSSL
import Glibc

/// The subject's alternative names by kind (RFC 5280, 4.2.1.6).
struct AlternativeNames {
    private(set) var dns: [String] = []
    private(set) var ip: [String] = []
    private(set) var other: [String] = []

    init(of x509: OpaquePointer) {
        guard let raw = X509_get_ext_d2i(x509, NID_subject_alt_name, nil, nil) else { return }
        let stack = OpaquePointer(raw)
        defer { GENERAL_NAMES_free(stack) }
        for index in 0..<max(0, OPENSSL_sk_num(stack)) {
            guard let name = OPENSSL_sk_value(stack, index)?.assumingMemoryBound(to: GENERAL_NAME.self) else {
                continue
            }
            read(name.pointee)
        }
    }

    private mutating func read(_ name: GENERAL_NAME) {
        switch name.type {
        case GEN_DNS: dns.append(ia5(name.d.dNSName))
        case GEN_IPADD: if let address = address(from: bytes(of: name.d.iPAddress)) { ip.append(address) }
        case GEN_EMAIL: other.append("email:" + ia5(name.d.rfc822Name))
        case GEN_URI: other.append("URI:" + ia5(name.d.uniformResourceIdentifier))
        default: break
        }
    }
}

/// Where the issuer's certificate and its responder are (RFC 5280, 4.2.2.1).
struct AuthorityAccess {
    private(set) var issuer: String?
    private(set) var responder: String?

    init(of x509: OpaquePointer) {
        guard let raw = X509_get_ext_d2i(x509, NID_info_access, nil, nil) else { return }
        let stack = OpaquePointer(raw)
        defer { AUTHORITY_INFO_ACCESS_free(stack) }
        for index in 0..<max(0, OPENSSL_sk_num(stack)) {
            guard let entry = OPENSSL_sk_value(stack, index)?.assumingMemoryBound(to: ACCESS_DESCRIPTION.self),
                let location = entry.pointee.location, location.pointee.type == GEN_URI
            else { continue }
            let address = ia5(location.pointee.d.uniformResourceIdentifier)
            switch OBJ_obj2nid(entry.pointee.method) {
            case NID_ad_ca_issuers: issuer = issuer ?? address
            case NID_ad_OCSP: responder = responder ?? address
            default: break
            }
        }
    }
}

/// RFC 7633: the TLS features that a server with this certificate must offer; 5 is `status_request`.
func requiresStaple(_ x509: OpaquePointer) -> Bool {
    guard let raw = X509_get_ext_d2i(x509, NID_tlsfeature, nil, nil) else { return false }
    let stack = OpaquePointer(raw)
    defer {
        while let next = OPENSSL_sk_pop(stack) { ASN1_INTEGER_free(next.assumingMemoryBound(to: ASN1_INTEGER.self)) }
        OPENSSL_sk_free(stack)
    }
    return (0..<max(0, OPENSSL_sk_num(stack))).contains { index in
        let feature = OPENSSL_sk_value(stack, index)?.assumingMemoryBound(to: ASN1_INTEGER.self)
        return ASN1_INTEGER_get(feature) == 5
    }
}

/// How many signed certificate timestamps it carries (RFC 6962, 3.3).
func embeddedTimestamps(in x509: OpaquePointer) -> Int {
    guard let raw = X509_get_ext_d2i(x509, NID_ct_precert_scts, nil, nil) else { return 0 }
    let stack = OpaquePointer(raw)
    defer { SCT_LIST_free(stack) }
    return Int(max(0, OPENSSL_sk_num(stack)))
}

private func ia5(_ string: UnsafePointer<ASN1_STRING>?) -> String { String(decoding: bytes(of: string), as: UTF8.self) }

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
