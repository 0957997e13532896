import COpenSSL
import Diagnostics
import Glibc
import Runbook
import Testing

@testable import TLS

/// Each condition brought about by a real server or file: it fires, and it ends.
@Suite("Conditions on certificates")
struct ConditionTests {
    private static let name = "app.example.test"
    private let root = issue("Root", days: -100...1000, isAuthority: true)

    /// Looks one after the other, with what is remembered in between; `holding` seconds lie between two looks.
    private struct Watch {
        let judgement: Judgement
        var states: [AlertState.Key: AlertState] = [:]
        var now = Timestamp.now

        init(_ alert: String) throws {
            judgement = Judgement(
                try Overrides([alert: AlertOverride(isEnabled: true)]),
                selection: try Selection(only: [alert], skip: []))
        }

        /// The verdicts of the alert, held for as long as it must.
        mutating func verdicts(_ seen: Observation) -> [Finding] {
            var findings: [Finding] = []
            for _ in 0..<2 {
                let result = judgement.judge([seen], history: SeriesHistory(), states: states, now: now)
                states = result.states
                findings = result.findings.filter { $0.target != nil && $0.verdict != .notApplicable }
                now = now + 4000
            }
            return findings
        }
    }

    private func look(
        _ leaf: Issued, chain: [Issued] = [], change: (inout TLSSettings) -> Void = { _ in },
        prepare: (OpaquePointer?) -> Void = { _ in }
    ) async -> Observation {
        let server = OwnServer(leaf, chain: chain, prepare: prepare)
        let file = TemporaryFile(root.pem)
        defer { withExtendedLifetime((server, file)) {} }
        var settings = TLSSettings(host: "127.0.0.1", port: server.port, serverName: Self.name, caFile: file.path)
        change(&settings)
        return await TLSProbe(target: Target(kind: .tls, name: "web", address: "web"), settings: settings)
            .observe(until: .after(.seconds(20)))
    }

    private func good(days: ClosedRange<Int> = -1...89) -> Issued {
        issue("leaf", days: days, names: "DNS:\(Self.name)", issuer: root)
    }

    private func fires(
        _ alert: String, _ bad: Observation, then fine: Observation, source: SourceLocation = #_sourceLocation
    ) throws {
        var watch = try Watch(alert)
        let findings = watch.verdicts(bad)
        #expect(findings.contains { $0.alert == alert && $0.verdict == .firing }, "\(findings)", sourceLocation: source)
        let after = watch.verdicts(fine)
        #expect(after.allSatisfy { $0.verdict == .ok }, "\(after.map(\.summary))", sourceLocation: source)
    }

    @Test func `a chain that breaks`() async throws {
        try fires("TLSChainInvalid", await look(issue("leaf", names: "DNS:\(Self.name)")), then: await look(good()))
    }

    @Test func `a wrong name alone is not a broken chain, but another matter`() async throws {
        let wrong = await look(issue("leaf", names: "DNS:other.test", issuer: root))
        var watch = try Watch("TLSChainInvalid")
        #expect(watch.verdicts(wrong).allSatisfy { $0.verdict == .ok })
        try fires("TLSNameMismatch", wrong, then: await look(good()))
    }

    @Test func `a needless cross-signed root that has expired pages nobody`() async throws {
        let old = issue("Old", days: -2000 ... -10, isAuthority: true)
        let cross = issue("Root", days: -1000 ... -10, isAuthority: true, issuer: old, key: root.key)
        let seen = await look(good(), chain: [cross])
        for alert in ["CertificateExpiringSoon", "TLSChainInvalid", "TLSRenewalOverdue", "TLSWeakCertificate"] {
            var watch = try Watch(alert)
            #expect(watch.verdicts(seen).allSatisfy { $0.verdict == .ok })
        }
    }

    @Test func `renewed on disk and not reloaded`() async throws {
        let (old, new) = (good(days: -80...10), good())
        let file = TemporaryFile(new.pem)
        let change: (inout TLSSettings) -> Void = { $0.certificateFiles = [file.path] }
        let drifted = await look(old, change: change)
        #expect(drifted.value(TLSMetrics.servesFile) == 0)
        try fires("TLSCertificateDrift", drifted, then: await look(new, change: change))
        withExtendedLifetime(file) {}
    }

    @Test func `a file that is not there is a gap, never a drift`() async throws {
        let seen = await look(good()) { $0.certificateFiles = ["/nowhere/app.pem"] }
        var watch = try Watch("TLSCertificateDrift")
        #expect(watch.verdicts(seen).map(\.verdict) == [.unknown])
    }

    @Test func `a weak key`() async throws {
        let weak = issue("leaf", names: "DNS:\(Self.name)", issuer: root, key: .rsa(bits: 1024))
        try fires("TLSWeakCertificate", await look(weak), then: await look(good()))
    }

    @Test func `a stale staple`() async throws {
        let leaf = good()
        let stale = StapleFactory.response(about: leaf, of: root, seconds: -86_400...(-3600))
        let fresh = StapleFactory.response(about: leaf, of: root)
        try fires(
            "TLSStapleStale", await look(leaf, prepare: { staple(stale, in: $0) }),
            then: await look(leaf, prepare: { staple(fresh, in: $0) }))
    }

    @Test func `an outdated version`() async throws {
        let leaf = issue("leaf", names: "DNS:\(Self.name)", issuer: root, key: .rsa(bits: 2048))
        let asking: (inout TLSSettings) -> Void = { $0.asksForVersions = true }
        let old: (OpaquePointer?) -> Void = { context in
            _ = SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_1_VERSION), nil)
            SSL_CTX_set_cipher_list(context, "ALL:@SECLEVEL=0")
        }
        let new: (OpaquePointer?) -> Void = {
            _ = SSL_CTX_ctrl($0, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_2_VERSION), nil)
        }
        let bad = await look(leaf, change: asking, prepare: old)
        let fine = await look(leaf, change: asking, prepare: new)
        try fires("TLSOutdatedVersion", bad, then: fine)
    }

    @Test func `a server that is gone`() async throws {
        let target = Target(kind: .tls, name: "web", address: "web")
        let server = OwnServer(good())
        let settings = TLSSettings(host: "127.0.0.1", port: server.port)
        let fine = await TLSProbe(target: target, settings: settings).observe(until: .after(.seconds(10)))
        withExtendedLifetime(server) {}
        let failure = ProbeError(.refused, step: "connect", message: "Connection refused")
        let gone = Observation(target: target, started: .now, duration: .zero, failure: failure)
        try fires("TLSEndpointUnreachable", gone, then: fine)
    }

    @Test func `a key that is another certificate's`() async throws {
        let leaf = good()
        let target = Target(kind: .tls, name: "files", address: "files")
        func look(_ text: String) async -> Observation {
            let file = TemporaryFile(text)
            defer { withExtendedLifetime(file) {} }
            // The label must stay the same.
            let link = "/tmp/diag-key-\(getpid()).pem"
            unlink(link)
            symlink(file.path, link)
            defer { unlink(link) }
            return await CertificateFilesProbe(target: target, files: CertificateFiles(patterns: [link]))
                .observe(until: .after(.seconds(10)))
        }
        try fires(
            "TLSKeyMismatch", await look(leaf.pem + Key.ed25519().pem()), then: await look(leaf.pem + leaf.key.pem()))
    }

    @Test(arguments: [
        // Whole life, seconds left, whether the runbook's alert fires, whether renewing is overdue.
        (6.0, 5.0, false, false), (6, 2, false, false), (6, 1.2, false, true), (6, 0.7, true, true),
        (47, 20, false, false),
        (47, 8, false, true), (47, 6, true, true), (90, 29, false, false), (90, 20, false, true), (90, 13, true, true),
        (365, 80, false, false), (365, 15, false, false), (365, 13, true, false), (1, 0.5, false, false),
    ])
    func `a short life is judged by the share of it that is left`(
        _ life: Double, _ left: Double, _ expires: Bool, _ overdue: Bool
    ) async throws {
        let seconds = Int((left - life) * 86_400)...Int(left * 86_400)
        let leaf = issue("leaf", names: "DNS:\(Self.name)", issuer: root, seconds: seconds)
        let seen = await look(leaf)
        for (alert, expected) in [("CertificateExpiringSoon", expires), ("TLSRenewalOverdue", overdue)] {
            let judgement = Judgement(
                try Overrides([alert: AlertOverride()]), selection: try Selection(only: [alert], skip: []))
            let found = judgement.judge([seen], history: nil, states: nil, now: .now).findings
                .filter { $0.target != nil && $0.verdict != .notApplicable }
            #expect(found.contains { $0.verdict == .firing } == expected, "\(alert): \(found.map(\.summary))")
            #expect(!found.contains { $0.verdict == .unknown }, "\(alert): \(found.map(\.summary))")
        }
    }
}
