import COpenSSL
import Diagnostics
import Testing

@testable import TLS

/// One certificate for each fault that badssl.com is known for, shown by a real server.
@Suite("Every fault by its name")
struct FaultTests {
    typealias Kind = Verification.Flaw.Kind

    private static let name = "app.example.test"
    private static let own = "DNS:\(name)"
    private let root = issue("Root", days: -100...1000, isAuthority: true, key: .rsa(bits: 2048))

    private func look(
        _ leaf: Issued, sending chain: [Issued] = [], trusting: [Issued]? = nil,
        prepare: (OpaquePointer?) -> Void = { _ in }
    ) async -> Observation {
        let server = OwnServer(leaf, chain: chain, prepare: prepare)
        let file = TemporaryFile((trusting ?? [root]).map(\.pem).joined())
        defer { withExtendedLifetime((server, file)) {} }
        var settings = TLSSettings(host: "127.0.0.1", port: server.port, serverName: Self.name, caFile: file.path)
        settings.addresses = ["127.0.0.1"]
        return await TLSProbe(settings: settings).observe(until: .after(.seconds(30)))
    }

    private func expect(
        _ seen: Observation, _ kinds: Set<Kind>, days: Double = 90, source: SourceLocation = #_sourceLocation
    ) {
        #expect(seen.failure == nil, sourceLocation: source)
        #expect(seen.flawKinds == kinds, sourceLocation: source)
        #expect(abs(seen.days(TLSMetrics.leafExpiry) - days) < 0.1, "expiry is hidden", sourceLocation: source)
        #expect(seen.value(TLSMetrics.certificateExpiry) != nil, sourceLocation: source)
    }

    @Test func `expired`() async {
        expect(await look(issue("a", days: -90 ... -1, names: Self.own, issuer: root)), [.expired], days: -1)
    }

    @Test func `not yet valid`() async {
        expect(await look(issue("a", days: 2...90, names: Self.own, issuer: root)), [.notYetValid])
    }

    @Test func `wrong host`() async {
        expect(await look(issue("a", names: "DNS:other.example.test", issuer: root)), [.nameMismatch])
    }

    @Test func `a wildcard covers one label and no more`() async {
        expect(await look(issue("a", names: "DNS:*.example.test", issuer: root)), [])
        expect(await look(issue("a", names: "DNS:*.test", issuer: root)), [.nameMismatch])
    }

    @Test func `self-signed`() async {
        expect(await look(issue("a", names: Self.own)), [.selfSigned])
    }

    @Test func `untrusted root`() async {
        let stranger = issue("Stranger", isAuthority: true)
        expect(await look(issue("a", names: Self.own, issuer: stranger), sending: [stranger]), [.unknownAuthority])
    }

    @Test func `incomplete chain`() async {
        let middle = issue("Intermediate", isAuthority: true, issuer: root)
        let leaf = issue(
            "a", names: Self.own, issuer: middle, extensions: [(NID_info_access, "caIssuers;URI:http://ca.test/i.crt")])
        expect(await look(leaf), [.missingIntermediate])
        expect(await look(leaf, sending: [middle]), [])
    }

    @Test func `a root that nobody here knows is not taken for a missing intermediate`() async {
        let stranger = issue("Stranger", isAuthority: true)
        let middle = issue(
            "Intermediate", isAuthority: true, issuer: stranger,
            extensions: [(NID_info_access, "caIssuers;URI:http://ca.test/root.crt")])
        let leaf = issue(
            "a", names: Self.own, issuer: middle, extensions: [(NID_info_access, "caIssuers;URI:http://ca.test/i.crt")])
        expect(await look(leaf, sending: [middle]), [.unknownAuthority])
    }

    @Test func `revoked, by what is stapled`() async {
        let leaf = issue("a", names: Self.own, issuer: root)
        let response = StapleFactory.response(about: leaf, of: root, status: V_OCSP_CERTSTATUS_REVOKED)
        let seen = await look(leaf) { staple(response, in: $0) }
        expect(seen, [.revoked])
        #expect(seen.flaws.contains { $0.contains("was revoked by its issuer") && $0.contains("keyCompromise") })
        #expect(seen.value(TLSMetrics.chainValid) == 0)
        #expect(seen.value(TLSMetrics.stapleUsable) == 0)
    }

    @Test func `signed over SHA-1`() async {
        let seen = await look(issue("a", names: Self.own, issuer: root, key: .rsa(bits: 2048), hash: EVP_sha1()))
        expect(seen, [.weak])
        #expect(seen.flaws.contains { $0.contains("sha1WithRSAEncryption") })
        #expect(seen.value(TLSMetrics.chainValid) == 1)
        #expect(seen.value(TLSMetrics.weakCertificates) == 1)
    }

    @Test func `an intermediate signed over SHA-1`() async {
        let middle = issue("Intermediate", isAuthority: true, issuer: root, hash: EVP_sha1())
        let seen = await look(issue("a", names: Self.own, issuer: middle), sending: [middle])
        expect(seen, [.weak])
        #expect(seen.flaws.contains { $0.contains("Intermediate") && $0.contains("sha1") })
    }

    @Test func `a root's own SHA-1 harms nobody`() async {
        let old = issue("Old root", isAuthority: true, key: .rsa(bits: 2048), hash: EVP_sha1())
        let seen = await look(issue("a", names: Self.own, issuer: old), trusting: [old])
        expect(seen, [])
        #expect(seen.value(TLSMetrics.weakCertificates) == 0)
    }

    @Test func `RSA of 1024 bits`() async {
        let seen = await look(issue("a", names: Self.own, issuer: root, key: .rsa(bits: 1024)))
        expect(seen, [.weak])
        #expect(seen.flaws.contains { $0.contains("RSA of 1024 bits") })
    }

    @Test(arguments: [2048, 3072, 4096] as [CInt])
    func `longer RSA keys`(_ bits: CInt) async {
        expect(await look(issue("a", names: Self.own, issuer: root, key: .rsa(bits: bits))), [])
    }

    @Test(arguments: [NID_X9_62_prime256v1, NID_secp384r1, NID_secp521r1])
    func `elliptic curves`(_ curve: CInt) async {
        expect(await look(issue("a", names: Self.own, issuer: root, key: .curve(curve))), [])
    }

    @Test func `no common name, only alternative names`() async {
        let seen = await look(issue(nil, names: Self.own, issuer: root))
        expect(seen, [])
        #expect(seen.summary("certificate") == .text(Self.name))
    }

    @Test func `no subject and no names`() async {
        let seen = await look(issue(nil, issuer: root))
        expect(seen, [.nameMismatch])
        #expect(seen.flaws.contains { $0.contains("no names at all") })
    }

    @Test func `a common name alone is told as what clients no longer look at`() async {
        let seen = await look(issue(Self.name, issuer: root))
        // OpenSSL still takes it where there are no alternative names; so do those who link it.
        #expect(seen.flawKinds.isSubset(of: [.nameMismatch]))
        #expect(abs(seen.days(TLSMetrics.leafExpiry) - 90) < 0.1)
    }

    @Test(arguments: [1000, 10_000])
    func `many names`(_ count: Int) async {
        let names = ([Self.own] + (1..<count).map { "DNS:host-\($0).example.test" }).joined(separator: ",")
        let seen = await look(issue("a", names: names, issuer: root))
        expect(seen, [])
        guard case .list(let all)? = seen.chain("names") else { return #expect(Bool(false)) }
        #expect(all.count == count)
    }

    @Test func `a chain of twenty`() async {
        var issuer = root
        var chain: [Issued] = []
        for number in 1..<20 {
            issuer = issue("Intermediate \(number)", isAuthority: true, issuer: issuer)
            chain.insert(issuer, at: 0)
        }
        expect(await look(issue("a", names: Self.own, issuer: issuer), sending: chain), [])
    }

    @Test func `a lifetime of ten years`() async {
        let seen = await look(issue("a", days: -1...3649, names: Self.own, issuer: root))
        #expect(seen.flawKinds == [])
        // The root ends before.
        #expect(abs(seen.days(TLSMetrics.certificateExpiry) - 1000) < 0.1)
        #expect(abs(seen.days(TLSMetrics.leafExpiry) - 3649) < 0.1)
    }

    @Test func `a client certificate is demanded and none is given`() async {
        let leaf = issue("a", names: Self.own, issuer: root)
        let seen = await look(leaf) {
            SSL_CTX_set_verify($0, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
        }
        expect(seen, [])
        #expect(seen.fact("tls.session").contains("asks for a client certificate"))
    }

    @Test(arguments: [(CInt(1024), true), (2048, false)])
    func `Diffie-Hellman of few bits`(_ bits: CInt, _ isWeak: Bool) async {
        let leaf = issue("a", names: Self.own, issuer: root, key: .rsa(bits: 2048))
        let seen = await look(leaf) { context in
            _ = SSL_CTX_ctrl(context, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(TLS1_2_VERSION), nil)
            SSL_CTX_set_cipher_list(context, "DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0")
            SSL_CTX_set0_tmp_dh_pkey(context, DiffieHellman.parameters(bits: bits))
        }
        expect(seen, [])
        #expect(seen.fact("tls.session").contains("can be broken") == isWeak, "\(seen.fact("tls.session"))")
    }

    @Test func `a key exchange by RSA has no forward secrecy`() async {
        let leaf = issue("a", names: Self.own, issuer: root, key: .rsa(bits: 2048))
        let seen = await look(leaf) { context in
            _ = SSL_CTX_ctrl(context, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(TLS1_2_VERSION), nil)
            SSL_CTX_set_cipher_list(context, "AES128-GCM-SHA256")
        }
        expect(seen, [])
        #expect(seen.fact("tls.session").contains("without forward secrecy"))
    }

    @Test func `a root and a stranger sent along are called needless, and harm nothing`() async {
        let stranger = issue(
            "Stranger", days: -100 ... -5, isAuthority: true, issuer: issue("Other", isAuthority: true))
        let seen = await look(issue("a", names: Self.own, issuer: root), sending: [root, stranger])
        expect(seen, [])
        #expect(seen.value(TLSMetrics.certificateExpiry) ?? 0 > Timestamp.now.secondsSinceEpoch)
        let order = seen.lines("tls.order")
        #expect(order.contains { $0.contains("Root is a root") })
        #expect(order.contains { $0.contains("Stranger") && $0.contains("has expired, which harms no client") })
    }

    @Test func `a chain out of order is told`() async {
        let upper = issue("Upper", isAuthority: true, issuer: root)
        let lower = issue("Lower", isAuthority: true, issuer: upper)
        let seen = await look(issue("a", names: Self.own, issuer: lower), sending: [upper, lower])
        expect(seen, [])
        #expect(seen.lines("tls.order").contains { $0.hasPrefix("out of order") })
    }

    @Test func `a certificate for clients only serves no server`() async {
        let leaf = issue("a", names: Self.own, issuer: root, extensions: [(NID_ext_key_usage, "clientAuth")])
        expect(await look(leaf), [.wrongPurpose])
    }
}
