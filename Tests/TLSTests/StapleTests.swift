import COpenSSL
import Diagnostics
import Testing

@testable import TLS

@Suite("OCSP responses that are stapled")
struct StapleTests {
    private let root = issue("Root", isAuthority: true)

    private func read(_ bytes: [UInt8], _ leaf: Issued, at now: Timestamp = .now) -> Staple {
        let own = X509Handle(der: leaf.der)!
        let issuer = X509Handle(der: root.der)!
        return Staple.read(bytes, of: own.pointer, by: issuer.pointer, at: now)
    }

    @Test func `a good one of the issuer's is usable until its next update`() {
        let leaf = issue("leaf", issuer: root)
        let staple = read(StapleFactory.response(about: leaf, of: root), leaf)
        #expect(staple.status == .good && staple.defect == nil)
        #expect(staple.isUsable(at: .now))
        #expect(!staple.isUsable(at: .now + 3600 * 73))
        #expect(staple.isStale(at: .now + 3600 * 73))
    }

    @Test func `a stale one says since when`() {
        let leaf = issue("leaf", issuer: root)
        let staple = read(StapleFactory.response(about: leaf, of: root, seconds: -86_400...(-7200)), leaf)
        #expect(staple.isStale(at: .now) && !staple.isUsable(at: .now))
        #expect(staple.words(at: .now).contains("stale since 2 h"))
    }

    @Test func `a responder that the issuer named may sign, another may not`() {
        let leaf = issue("leaf", issuer: root)
        let delegate = issue("Responder", issuer: root, extensions: [(NID_ext_key_usage, "OCSPSigning")])
        #expect(read(StapleFactory.response(about: leaf, of: root, signer: delegate), leaf).isUsable(at: .now))
        let other = issue("Not a responder", issuer: root)
        #expect(read(StapleFactory.response(about: leaf, of: root, signer: other), leaf).defect == .badSignature)
        let stranger = issue("Stranger", isAuthority: true)
        #expect(read(StapleFactory.response(about: leaf, of: root, signer: stranger), leaf).defect == .badSignature)
    }

    @Test func `one about another certificate is worth nothing`() {
        let (leaf, other) = (issue("leaf", issuer: root), issue("other", issuer: root))
        #expect(read(StapleFactory.response(about: other, of: root), leaf).defect == .otherCertificate)
    }

    @Test func `a revocation that nobody signed revokes nothing`() {
        let leaf = issue("leaf", issuer: root)
        let stranger = issue("Stranger", isAuthority: true)
        let staple = read(
            StapleFactory.response(about: leaf, of: root, status: V_OCSP_CERTSTATUS_REVOKED, signer: stranger), leaf)
        #expect(!staple.isRevoking)
    }

    @Test func `an error and rubbish are told as such and never crash`() {
        let leaf = issue("leaf", issuer: root)
        #expect(read(StapleFactory.tryLater, leaf).defect == .failed("trylater"))
        let response = StapleFactory.response(about: leaf, of: root)
        #expect(read([], leaf).defect == .unreadable)
        for _ in 0..<500 {
            var damaged = response
            for _ in 0..<3 { damaged[Int.random(in: damaged.indices)] = .random(in: 0...255) }
            _ = read(Array(damaged.prefix(Int.random(in: 0...damaged.count))), leaf)
        }
    }

    @Test func `without a staple one that must have it is told`() async {
        let leaf = issue("leaf", names: "IP:127.0.0.1", issuer: root, extensions: [(NID_tlsfeature, "status_request")])
        #expect(leaf.certificate.requiresStaple)
        let server = OwnServer(leaf)
        defer { withExtendedLifetime(server) {} }
        let seen = await TLSProbe(settings: TLSSettings(host: "127.0.0.1", port: server.port))
            .observe(until: .after(.seconds(20)))
        #expect(seen.value(TLSMetrics.stapleUsable) == 0)
        #expect(seen.fact("tls.staple").contains("RFC 7633"))
    }

    @Test func `a served staple is asked for, read and judged`() async {
        let leaf = issue("leaf", names: "IP:127.0.0.1", issuer: root)
        let response = StapleFactory.response(about: leaf, of: root)
        let server = OwnServer(leaf, chain: [root]) { staple(response, in: $0) }
        defer { withExtendedLifetime(server) {} }
        let seen = await TLSProbe(settings: TLSSettings(host: "127.0.0.1", port: server.port))
            .observe(until: .after(.seconds(20)))
        // Whoever is trusted here: the response is the issuer's.
        #expect(seen.value(TLSMetrics.stapleUsable) == 1)
        #expect(seen.fact("tls.staple").hasPrefix("good"))
        #expect(abs(seen.days(TLSMetrics.stapleExpiry) - 3) < 0.1)
    }
}
