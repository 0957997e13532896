import Diagnostics
import Playground
import Runbook
import TLS
import Testing

@testable import Sweep

@Suite("Certificates of every kind in one sweep")
struct CertificateTests {
    private static let day = 86400.0

    private struct Expected: Sendable {
        let kind: TLSServers.Kind
        let verdict: Verdict
        let days: ClosedRange<Double>
        var words = ""
    }

    private static let expected = [
        Expected(kind: .good, verdict: .ok, days: 89...90),
        Expected(kind: .expiring, verdict: .firing, days: 8.9...9, words: "< 14 days"),
        Expected(kind: .expired, verdict: .firing, days: -1.1...(-1), words: "expired"),
        Expected(kind: .notYetValid, verdict: .ok, days: 90...91),
        Expected(kind: .selfSigned, verdict: .ok, days: 89...90),
        Expected(kind: .wrongName, verdict: .ok, days: 89...90),
        Expected(kind: .chain, verdict: .ok, days: 29...30),
        Expected(kind: .incomplete, verdict: .ok, days: 89...90),
        // What expired is sent along, but no client that trusts the root needs it.
        Expected(kind: .crossSigned, verdict: .ok, days: 89...90),
        Expected(kind: .untrusted, verdict: .ok, days: 89...90),
        Expected(kind: .byName, verdict: .ok, days: 89...90),
    ]

    @Test func onlyThoseThatExpireSoonFire() async throws {
        let servers = try await Playground.shared.tls()
        let targets = Self.expected.map { expected in
            let settings = TLSSettings(
                host: servers.host, port: servers.port(expected.kind), serverName: servers.serverName,
                caFile: servers.authority)
            return ConfiguredTarget(name: expected.kind.rawValue, settings: .tls(settings))
        }
        let outcome = try await Stage(targets).sweep(only: ["CertificateExpiringSoon"])
        for expected in Self.expected {
            let finding = outcome.finding("CertificateExpiringSoon", at: expected.kind.rawValue)
            #expect(finding?.verdict == expected.verdict, "\(expected.kind): \(finding?.summary ?? "nothing")")
            #expect(
                finding?.value.map { expected.days.contains($0 / Self.day) } == true,
                "\(expected.kind): \(finding?.value ?? .nan)")
            #expect(finding?.summary.contains(expected.words) == true || expected.words.isEmpty)
        }
    }

    @Test(arguments: [
        (TLSServers.Kind.selfSigned, "self"), (.untrusted, "not trusted here"), (.wrongName, "other.example"),
        (.incomplete, "does not send"), (.notYetValid, "not valid before"), (.expired, "expired"),
    ])
    func whyOneCannotBeTrustedIsSaid(kind: TLSServers.Kind, words: String) async throws {
        let servers = try await Playground.shared.tls()
        let settings = TLSSettings(
            host: servers.host, port: servers.port(kind), serverName: servers.serverName, caFile: servers.authority)
        let stage = try Stage([ConfiguredTarget(name: "web", settings: .tls(settings))])
        let observation = try await stage.sweep().observations[0]
        #expect(observation.failure == nil)
        #expect(observation.value("diag_tls_verified") == 0)
        let said = observation.evidence.map(\.words).joined(separator: "\n")
        #expect(said.contains(words), "\(said)")
    }
}
