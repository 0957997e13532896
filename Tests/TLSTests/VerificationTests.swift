import COpenSSL
import Diagnostics
import Testing

@testable import TLS

@Suite("Judging a chain")
struct VerificationTests {
    typealias Kind = Verification.Flaw.Kind

    private let root = issue("Root", days: -100...1000, isAuthority: true)
    private static let name = "app.example.test"

    private func verify(
        _ chain: [Issued], trusting: [Issued]? = nil, name: String = name, at time: Timestamp = .now
    ) async throws -> Verification {
        let file = TemporaryFile((trusting ?? [root]).map(\.pem).joined())
        defer { withExtendedLifetime(file) {} }
        return try await TrustStore.verify(
            SentChain(chain.map(\.der)), for: ServerName(name), trusting: Trust(file: file.path), at: time,
            until: .after(.seconds(10)))
    }

    @Test func `a good leaf is trusted and its path ends at the root`() async throws {
        let leaf = issue("leaf", names: "DNS:app.example.test", issuer: root)
        let verification = try await verify([leaf])
        #expect(verification.isTrusted)
        #expect(verification.path == [leaf.certificate, root.certificate])
    }

    @Test(arguments: [
        ("the day before it begins", -2.0, [Kind.notYetValid]), ("in its time", 0.0, []),
        ("the day after its end", 91.0, [.expired]),
    ])
    func `dates are compared with the time of looking`(_ when: String, _ days: Double, _ expected: [Kind]) async throws
    {
        let leaf = issue("leaf", names: "DNS:app.example.test", issuer: root)
        let verification = try await verify([leaf], at: .now + days * 86_400)
        #expect(verification.flaws.map(\.kind) == expected, "\(when)")
        #expect(verification.reachesTrust)
        #expect(verification.path.count == 2)
    }

    @Test(arguments: [
        ("DNS:app.example.test", "app.example.test", true), ("DNS:*.example.test", "app.example.test", true),
        ("DNS:*.example.test", "a.b.example.test", false), ("DNS:other.example.test", "app.example.test", false),
        ("DNS:app.example.test", "app.example.test.", true), ("IP:192.0.2.1", "192.0.2.1", true),
        ("IP:192.0.2.1", "192.0.2.2", false), ("IP:2001:db8::1", "2001:db8::1", true),
        ("DNS:192.0.2.1", "192.0.2.1", false), ("DNS:app.example.test", "", false),
        ("DNS:app.example.test", ".", false), ("IP:fe80::1", "fe80::1%lo", true),
    ])
    func `names are compared as a client does it`(_ names: String, _ asked: String, _ fits: Bool) async throws {
        let leaf = issue("leaf", names: names, issuer: root)
        let verification = try await verify([leaf], name: asked)
        #expect(verification.flaws.map(\.kind) == (fits ? [] : [.nameMismatch]))
    }

    @Test func `every flaw is told, not only the first`() async throws {
        let leaf = issue("leaf", days: -90 ... -1, names: "DNS:other.example.test", issuer: root)
        let verification = try await verify([leaf])
        #expect(Set(verification.flaws.map(\.kind)) == [.expired, .nameMismatch])
    }

    @Test func `a certificate that signs itself is called that`() async throws {
        let leaf = issue("leaf", names: "DNS:app.example.test")
        #expect(try await verify([leaf]).flaws.map(\.kind) == [.selfSigned])
        #expect(try await verify([leaf], trusting: [leaf]).isTrusted)
    }

    @Test func `an unknown root that is sent along is an unknown authority`() async throws {
        let stranger = issue("Stranger", isAuthority: true)
        let leaf = issue("leaf", names: "DNS:app.example.test", issuer: stranger)
        let verification = try await verify([leaf, stranger])
        #expect(verification.flaws.map(\.kind) == [.unknownAuthority])
        #expect(!verification.reachesTrust)
    }

    @Test func `a missing intermediate is told from an unknown authority by where the leaf points`() async throws {
        let intermediate = issue("Intermediate", isAuthority: true, issuer: root)
        let plain = issue("leaf", names: "DNS:app.example.test", issuer: intermediate)
        let pointing = issue(
            "leaf", names: "DNS:app.example.test", issuer: intermediate,
            extensions: [(NID_info_access, "caIssuers;URI:http://ca.example.test/i.crt")])
        #expect(try await verify([plain, intermediate]).isTrusted)
        #expect(try await verify([plain]).flaws.map(\.kind) == [.unknownAuthority])
        let flaw = try await verify([pointing]).flaws
        #expect(flaw.map(\.kind) == [.missingIntermediate])
        #expect(flaw.first?.advice.contains("http://ca.example.test/i.crt") == true)
    }

    @Test func `an expired cross-signed root that is sent without need harms nothing`() async throws {
        let old = issue("Old", days: -2000 ... -10, isAuthority: true)
        let key = Key.ed25519()
        let new = issue("New", days: -100...1000, isAuthority: true, key: key)
        let cross = issue("New", days: -1000 ... -10, isAuthority: true, issuer: old, key: key)
        let leaf = issue("leaf", names: "DNS:app.example.test", issuer: new)
        let verification = try await verify([leaf, cross], trusting: [new])
        #expect(verification.isTrusted)
        #expect(verification.path.firstToExpire?.certificate == leaf.certificate)
        #expect([leaf, cross].map(\.certificate).firstToExpire?.certificate == cross.certificate)
    }

    @Test func `an intermediate that expires before the leaf is what the path's end is`() async throws {
        let intermediate = issue("Intermediate", days: -300...5, isAuthority: true, issuer: root)
        let leaf = issue("leaf", names: "DNS:app.example.test", issuer: intermediate)
        let verification = try await verify([leaf, intermediate])
        #expect(verification.isTrusted)
        #expect(verification.path.firstToExpire?.certificate == intermediate.certificate)
    }

    @Test func `an intermediate named in the settings is trusted without its root`() async throws {
        let intermediate = issue("Intermediate", isAuthority: true, issuer: root)
        let leaf = issue("leaf", names: "DNS:app.example.test", issuer: intermediate)
        let verification = try await verify([leaf], trusting: [intermediate])
        #expect(verification.isTrusted)
        #expect(verification.path == [leaf.certificate, intermediate.certificate])
    }

    @Test func `an expired intermediate still shows the path`() async throws {
        let intermediate = issue("Intermediate", days: -300 ... -5, isAuthority: true, issuer: root)
        let leaf = issue("leaf", names: "DNS:app.example.test", issuer: intermediate)
        let verification = try await verify([leaf, intermediate])
        #expect(verification.flaws.map(\.kind) == [.expired])
        #expect(verification.flaws.first?.sentence.contains("Intermediate") == true)
        #expect(verification.path.count == 3)
    }

    @Test func `a short key is a flaw that leaves the path whole`() async throws {
        let leaf = issue("leaf", names: "DNS:app.example.test", issuer: root, key: .rsa(bits: 1024))
        let verification = try await verify([leaf])
        #expect(verification.flaws.map(\.kind) == [.weak])
        #expect(verification.reachesTrust)
    }

    @Test(arguments: [("rubbish here!", "also rubbish!"), ("", ""), ("999999999999Z", "991332256161Z")])
    func `dates that are no dates are told and never crash`(_ from: String, _ until: String) async throws {
        let leaf = issue("leaf", names: "DNS:app.example.test", issuer: root, dates: (from, until))
        guard let certificate = Certificate(der: leaf.der) else { return }
        #expect(certificate.notAfter == nil)
        #expect(certificate.lifetimeLeft(at: .now) == nil)
        let verification = try await verify([leaf])
        #expect(verification.flaws.contains { $0.kind == .invalidTime })
    }

    @Test(arguments: [[], [[]], [[0x30, 0x82]], [Array("not a certificate".utf8)]] as [[[UInt8]]])
    func `bytes that are no certificate are a flaw`(_ chain: [[UInt8]]) async throws {
        let verification = try await TrustStore.verify(
            SentChain(chain), for: ServerName("x"), trusting: .system, at: .now, until: .after(.seconds(10)))
        #expect(!verification.isTrusted)
        #expect(verification.path.isEmpty)
    }

    @Test(arguments: ["/nowhere/ca.pem", "/dev/null", "/etc/hostname"])
    func `authorities that cannot be loaded are a mistake of the settings`(_ path: String) async throws {
        await #expect {
            try await TrustStore.verify(
                SentChain([]), for: ServerName("x"), trusting: Trust(file: path), at: .now, until: .after(.seconds(10)))
        } throws: { error in
            (error as? ProbeError)?.kind == .misconfigured && "\(error)".contains(path)
        }
    }
}
