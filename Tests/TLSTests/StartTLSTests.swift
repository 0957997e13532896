import Diagnostics
import Playground
import Testing

@testable import TLS

@Suite("Servers that turn to TLS when asked")
struct StartTLSTests {
    private let leaf = issue("leaf", names: "IP:127.0.0.1")

    private func look(
        _ startTLS: StartTLS, _ preamble: [[UInt8]], timeout: Duration = .seconds(20)
    ) async -> Observation {
        let server = OwnServer(leaf, preamble: preamble)
        defer { withExtendedLifetime(server) {} }
        var settings = TLSSettings(host: "127.0.0.1", port: server.port, serverName: "mail.test")
        settings.startTLS = startTLS
        return await TLSProbe(settings: settings).observe(until: .after(timeout))
    }

    @Test(arguments: Transcript.all)
    func `behind the words of each real server its certificate is read`(_ transcript: Transcript) async {
        let seen = await look(transcript.startTLS, transcript.turns)
        #expect(seen.failure == nil)
        #expect(abs(seen.days(TLSMetrics.leafExpiry) - 90) < 0.1)
    }

    @Test func `PostgreSQL itself is asked in its own words`() async throws {
        let servers = try await Playground.shared.postgresql()
        var settings = TLSSettings(host: servers.primary.host, port: servers.primary.port)
        settings.caFile = servers.certificates.authority
        settings.startTLS = .postgres
        let seen = await TLSProbe(settings: settings).observe(until: .after(.seconds(20)))
        #expect(seen.failure == nil)
        #expect(seen.value(TLSMetrics.verified) == 1)
    }

    @Test func `words in the clear behind the go-ahead are not taken for TLS`() async {
        let seen = await look(
            .smtp,
            [Array("220 a\r\n".utf8), Array("EHLO diag.invalid\r\n".utf8), Array("250 a\r\n".utf8)]
                + [Array("STARTTLS\r\n".utf8), Array("220 go\r\n250 injected\r\n".utf8)])
        #expect(seen.failure?.kind == .protocolViolation)
        #expect(seen.failure?.message.contains("in the clear") == true)
    }

    @Test func `TLS at once where a greeting was expected is said as such`() async throws {
        let servers = try await Playground.shared.tls()
        var settings = TLSSettings(host: servers.host, port: servers.port(.good))
        settings.startTLS = .postgres
        let seen = await TLSProbe(settings: settings).observe(until: .after(.seconds(10)))
        #expect(seen.failure?.kind == .protocolViolation || seen.failure?.kind == .unreachable)
    }

    @Test(arguments: [
        (HostilePeers.Kind.silent, ProbeError.Kind.timedOut), (.closing, .unreachable), (.rubbish, .protocolViolation),
        (.refusing, .refused),
    ])
    func `a hostile peer is told for what it is, within the deadline`(
        _ kind: HostilePeers.Kind, _ expected: ProbeError.Kind
    ) async throws {
        let peers = try await Playground.shared.hostile()
        var settings = TLSSettings(host: peers.host, port: peers.port(kind))
        settings.startTLS = .smtp
        let seen = await TLSProbe(settings: settings).observe(until: .after(.seconds(2)))
        #expect(seen.failure?.kind == expected, "\(String(describing: seen.failure))")
    }
}
