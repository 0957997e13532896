import Diagnostics
import Network
import Playground
import Testing

@testable import Reachability

@Suite("Looking at the way to a place")
struct ReachabilityProbeTests {
    private func observe(
        _ host: String, _ port: UInt16, timeout: Duration = .seconds(20),
        _ change: (inout ReachabilitySettings) -> Void = { _ in }
    ) async -> Observation {
        var settings = ReachabilitySettings(host: host, port: port, depth: .full, count: 4, interval: .milliseconds(10))
        change(&settings)
        let target = Target(kind: .network, name: "place", address: settings.address)
        return await ReachabilityProbe(target: target, settings: settings).observe(until: .after(timeout))
    }

    @Test func `a place on this machine is one hop away, and everything is told`() async throws {
        let port = try await Playground.shared.redis().master.port
        let seen = await observe("127.0.0.1", port)
        #expect(seen.failure == nil)
        #expect(seen.value(ReachabilityMetrics.connect) ?? 0 > 0)
        #expect(seen.value(ReachabilityMetrics.lost) == 0)
        #expect(seen.value(ReachabilityMetrics.hops) == 1)
        #expect(seen.value(ReachabilityMetrics.pathMTU) ?? 0 >= 1500)
        #expect(seen.samples.allSatisfy { ReachabilityMetrics.all.contains($0.metric) })
        #expect(seen.evidence.map(\.id) == ["net.judgement", "net.connect", "net.tcp", "net.path", "net.mtu"])
        #expect(seen.fact("net.judgement")?.hasPrefix("connecting to 127.0.0.1:\(port) takes ") == true)
    }

    @Test func `a name brings the look-up with it`() async throws {
        let port = try await Playground.shared.redis().master.port
        let seen = await observe("localhost", port) { $0.root = "/nowhere" }
        #expect(seen.failure == nil)
        #expect(seen.value(ConnectionMetrics.resolve) != nil)
        #expect(seen.evidence.map(\.id).contains("net.resolvers"))
    }

    @Test func `refused, silent and a name that there is not are told apart`() async throws {
        let hostile = try await Playground.shared.hostile()
        let refused = await observe("127.0.0.1", hostile.port(.refusing))
        #expect(refused.failure?.kind == .refused)
        #expect(refused.fact("net.judgement")?.contains("refuses connections: the host answers") == true)
        let silent = await observe("127.0.0.1", hostile.port(.full), timeout: .seconds(2))
        #expect(silent.failure?.kind == .timedOut)
        #expect(silent.fact("net.judgement")?.contains("nothing answers at") == true)
        #expect(silent.fact("net.judgement")?.contains("a firewall before the port") == true)
    }

    @Test func `a SYN that the kernel had to repeat is a lost packet`() async throws {
        let playground = Playground()
        let road = try await playground.slowRoad()
        try await playground.bring(.networkLatency)
        let seen = await observe("127.0.0.1", road.port) { $0.count = 1 }
        #expect(seen.failure == nil)
        #expect(seen.value(ReachabilityMetrics.lost) == 1)
        #expect(seen.value(ReachabilityMetrics.connect) ?? 0 > 0.5)
        #expect(seen.fact("net.judgement")?.contains("1 of 1 tries (100 %)") == true)
        await playground.stop()
    }

    @Test func `a sweep's glance makes one connection and tells where its time went`() async throws {
        let port = try await Playground.shared.redis().master.port
        let seen = await observe("localhost", port) { $0.depth = .glance }
        #expect(seen.failure == nil)
        #expect(seen.fact("net.way")?.contains("round trips") == true)
        #expect(seen.value(ConnectionMetrics.roundTrip) ?? 0 > 0)
        let refused = await observe("127.0.0.1", try await Playground.shared.hostile().port(.refusing)) {
            $0.depth = .glance
        }
        #expect(refused.failure?.kind == .refused)
    }

    @Test func `a deadline that has passed is a failure and no hang`() async throws {
        let port = try await Playground.shared.redis().master.port
        let seen = await observe("127.0.0.1", port, timeout: .zero)
        #expect(seen.failure?.kind == .timedOut)
    }
}

extension Observation {
    func value(_ metric: Metric) -> Double? { samples.first { $0.metric == metric }?.value }

    func fact(_ id: String) -> String? {
        for piece in evidence where piece.id == id { if case .fact(let sentence) = piece.body { return sentence } }
        return nil
    }
}
