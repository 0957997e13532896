import CCurl
import COpenSSL
import Diagnostics
import TLS

/// The certificates of an `https` server, read from the session that the transfer runs on: no connection of their own.
public struct ServerCertificates: Sendable, Hashable {
    /// The path that verified, the server's own certificate first, or what was sent where none did.
    public let chain: [Certificate]
    public let areTrusted: Bool

    /// Nil without TLS, or when another library than OpenSSL carries it.
    init?(of easy: borrowing CurlEasy) {
        guard let session = diag_curl_openssl_session(easy.handle).map(OpaquePointer.init) else { return nil }
        areTrusted = SSL_get_verify_result(session) == X509_V_OK && SSL_get0_verified_chain(session) != nil
        let stack = areTrusted ? SSL_get0_verified_chain(session) : SSL_get_peer_cert_chain(session)
        chain = Self.certificates(in: stack)
    }

    /// The session owns the stack and what is in it: both are copied out.
    private static func certificates(in stack: OpaquePointer?) -> [Certificate] {
        guard let stack else { return [] }
        return (0..<max(0, OPENSSL_sk_num(stack))).compactMap { index in
            OPENSSL_sk_value(stack, index).flatMap { Certificate(der: derBytes(of: OpaquePointer($0))) }
        }
    }

    private static func derBytes(of x509: OpaquePointer) -> [UInt8] {
        var start: UnsafeMutablePointer<UInt8>?
        let count = i2d_X509(x509, &start)
        guard count > 0, let start else { return [] }
        defer { CRYPTO_free(start, nil, 0) }
        return Array(UnsafeBufferPointer(start: start, count: Int(count)))
    }

    fileprivate var firstEnd: Timestamp? { chain.compactMap(\.notAfter).min() }
}

extension HTTPResponse {
    /// The first certificate to expire, of the server that answered and of all that led on to it: a redirect whose
    /// certificate has expired leads nobody anywhere.
    func reportCertificates(to content: inout Observation.Content) {
        let all = [(url, certificates)] + hops.map { ($0.url, $0.certificates) }
        let ends = all.compactMap { url, certificates in
            certificates.flatMap { shown in shown.firstEnd.map { (url: url, shown: shown, end: $0) } }
        }
        guard let (place, shown, _) = ends.min(by: { $0.end < $1.end }),
            let first = content.addExpiry(of: shown.chain, at: .now)
        else { return }
        let whose =
            first.certificate == shown.chain.first ? "the server's own certificate" : "an authority's certificate"
        let at = place == url ? "" : "; it is that of \(URLText.shown(place)), which redirects"
        content.evidence.append(
            .fact(
                "http.certificate", "First certificate to expire",
                "\(first.certificate.title), \(whose), ends at \(first.time)\(at)"))
    }
}
