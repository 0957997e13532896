import Diagnostics
import Playground
import Testing

@testable import TLS

@Suite("Looking at real TLS servers")
struct TLSProbeTests {
    private static let day = 86_400.0

    private func look(_ kind: TLSServers.Kind, name: String? = nil, trusting: Bool = true) async throws -> Observation {
        let servers = try await Playground.shared.tls()
        let settings = TLSSettings(
            host: servers.host, port: servers.port(kind), serverName: name ?? servers.serverName,
            caFile: trusting ? servers.authority : nil)
        return await TLSProbe(settings: settings).observe(until: .after(.seconds(20)))
    }

    @Test(arguments: [
        (TLSServers.Kind.good, 90.0, 90.0, nil), (.expiring, 9, 9, nil), (.expired, -1, -1, "expired"),
        (.notYetValid, 91, 91, "is not valid before"), (.selfSigned, 90, 90, "is signed by itself"),
        (.wrongName, 90, 90, "is not for app.example.test"), (.chain, 30, 90, nil), (.crossSigned, 90, 90, nil),
        (.incomplete, 90, 90, "does not send"), (.untrusted, 90, 90, "not trusted here"), (.byName, 90, 90, nil),
    ])
    func `each kind of certificate is read and judged`(
        _ kind: TLSServers.Kind, _ expiryDays: Double, _ leafDays: Double, _ flaw: String?
    ) async throws {
        let seen = try await look(kind)
        #expect(seen.failure == nil)
        #expect(seen.problems == [])
        #expect(abs(seen.days(TLSMetrics.certificateExpiry) - expiryDays) < 0.1)
        #expect(abs(seen.days(TLSMetrics.leafExpiry) - leafDays) < 0.1)
        #expect(seen.value(TLSMetrics.verified) == (flaw == nil ? 1 : 0))
        #expect(seen.value(TLSMetrics.handshake) ?? 0 > 0)
        #expect(seen.value(TLSMetrics.connect) ?? 0 > 0)
        if let flaw { #expect(seen.flaws.contains { $0.contains(flaw) }, "\(seen.flaws)") }
    }

    @Test func `an expired certificate sent without need is seen, and not what alarms`() async throws {
        let seen = try await look(.crossSigned)
        #expect(seen.days(TLSMetrics.sentEarliestExpiry) < 0)
        #expect(seen.days(TLSMetrics.certificateExpiry) > 80)
    }

    @Test func `the name is sent even where the server is given by address`() async throws {
        #expect(try await look(.byName).value(TLSMetrics.verified) == 1)
        #expect(try await look(.byName, name: "127.0.0.1").value(TLSMetrics.verified) == 0)
    }

    @Test func `without the authority the certificate is read all the same`() async throws {
        let seen = try await look(.expiring, trusting: false)
        #expect(seen.value(TLSMetrics.verified) == 0)
        #expect(abs(seen.days(TLSMetrics.certificateExpiry) - 9) < 0.1)
    }

    @Test func `the certificate in question is named`() async throws {
        let seen = try await look(.chain)
        guard case .fact(let sentence) = seen.evidence("tls.expiry") else {
            Issue.record("no evidence")
            return
        }
        #expect(sentence.hasPrefix("intermediate (serial"))
        #expect(sentence.contains("an authority's certificate"))
    }

    @Test func `many targets at once are all read`() async throws {
        let seen = try await withThrowingTaskGroup(of: Observation.self) { group in
            for _ in 0..<60 { group.addTask { try await look(.good) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(seen.allSatisfy { $0.value(TLSMetrics.verified) == 1 })
    }

    @Test(arguments: [
        (HostilePeers.Kind.silent, ProbeError.Kind.timedOut), (.closing, .unreachable),
        (.resetting, .protocolViolation),
        (.rubbish, .protocolViolation), (.tricklingTLS, .timedOut), (.tricklingHTTP, .timedOut),
        (.refusing, .refused), (.full, .timedOut),
    ])
    func `a hostile peer is told for what it is, within the deadline`(
        _ kind: HostilePeers.Kind, _ expected: ProbeError.Kind
    ) async throws {
        let peers = try await Playground.shared.hostile()
        let settings = TLSSettings(host: peers.host, port: peers.port(kind))
        let seen = await TLSProbe(settings: settings).observe(until: .after(.seconds(2)))
        #expect(seen.failure?.kind == expected, "\(String(describing: seen.failure))")
        #expect(seen.duration < .seconds(10))
        #expect(seen.samples.isEmpty)
    }

    @Test func `a server without TLS is told by its first words`() async throws {
        let peers = try await Playground.shared.hostile()
        let settings = TLSSettings(host: peers.host, port: peers.port(.rubbish))
        let seen = await TLSProbe(settings: settings).observe(until: .after(.seconds(5)))
        #expect(seen.failure?.message.contains("~~~ what no protocol says ~~~") == true)
    }

    @Test func `a name that does not resolve is told as such`() async {
        let seen = await TLSProbe(settings: TLSSettings(host: "no-such-host.invalid")).observe(
            until: .after(.seconds(20)))
        #expect(seen.failure?.kind == .unresolved || seen.failure?.kind == .timedOut)
    }
}

extension Observation {
    func value(_ metric: Metric) -> Double? { samples.first { $0.metric == metric }?.value }

    /// Days from now to the time that the metric tells.
    func days(_ metric: Metric) -> Double {
        value(metric).map { ($0 - Timestamp.now.secondsSinceEpoch) / 86_400 } ?? .nan
    }

    func evidence(_ id: String) -> Evidence.Body? { evidence.first { $0.id == id }?.body }

    var flaws: [String] {
        guard case .tree(let branches) = evidence("tls.verification") else { return [] }
        return branches.map(\.text)
    }
}
