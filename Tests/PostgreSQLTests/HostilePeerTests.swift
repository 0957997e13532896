import Diagnostics
import Playground
import Testing

@testable import PostgreSQL

@Suite("A peer that is no good PostgreSQL server")
struct HostilePeerTests {
    @Test(arguments: [
        (HostilePeers.Kind.silent, [ProbeError.Kind.timedOut]), (.closing, [.unreachable]),
        (.resetting, [.unreachable, .protocolViolation]), (.rubbish, [.protocolViolation]),
        (.tricklingPostgreSQL, [.timedOut]), (.tricklingHTTP, [.protocolViolation]), (.refusing, [.refused]),
        (.full, [.timedOut]),
    ])
    func isNamedWithinTheDeadline(kind: HostilePeers.Kind, expected: [ProbeError.Kind]) async throws {
        let peers = try await Playground.shared.hostile()
        let settings = PostgreSQLSettings(
            name: "db", parameters: ["host": peers.host, "port": String(peers.port(kind)), "user": "diag"],
            password: "s3cret")
        let began = ContinuousClock.now
        let observation = await PostgreSQLProbe(settings).observe(until: .after(.milliseconds(1500)))
        #expect(began.duration(to: .now) < .seconds(10))
        let failure = try #require(observation.failure)
        #expect(expected.contains(failure.kind), "\(failure.kind): \(failure)")
        #expect(!"\(observation)".contains("s3cret"))
    }

    @Test func doesNotHoldUpTheOthers() async throws {
        let servers = try await Playground.shared.postgresql()
        let peers = try await Playground.shared.hostile()
        let silent = PostgreSQLSettings(
            name: "silent", parameters: ["host": peers.host, "port": String(peers.port(.silent))], password: "s3cret")
        await withTaskGroup { group in
            for _ in 0..<20 {
                group.addTask { _ = await PostgreSQLProbe(silent).observe(until: .after(.seconds(30))) }
            }
            let healthy = await servers.observe(servers.primary, as: servers.monitor)
            #expect(healthy.failure == nil)
            #expect(healthy.duration < .seconds(20))
            group.cancelAll()
        }
    }

    @Test func doesNotOutliveTheTaskThatAsked() async throws {
        let peers = try await Playground.shared.hostile()
        let silent = PostgreSQLSettings(
            name: "silent", parameters: ["host": peers.host, "port": String(peers.port(.silent))], password: "s3cret")
        let looking = Task { await PostgreSQLProbe(silent).observe(until: .after(.seconds(60))) }
        try await Task.sleep(for: .milliseconds(200))
        looking.cancel()
        let observation = await looking.value
        #expect(observation.failure?.kind == .cancelled)
        #expect(observation.duration < .seconds(30))
    }
}
