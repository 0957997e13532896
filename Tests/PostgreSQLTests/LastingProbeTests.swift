import Diagnostics
import Playground
import Testing

@testable import PostgreSQL

@Suite("A session kept from one look to the next")
struct LastingProbeTests {
    /// When diag's session on the server began, as the server tells it to that session itself.
    private func sessions(_ seen: Observation) -> [Cell] {
        seen.column("sessions", of: "postgresql.connections.clients")
    }

    @Test func manyLooksNeedOneLogin() async throws {
        let servers = try await Playground.shared.postgresql()
        let settings = servers.settings(for: servers.primary, as: servers.monitor)
        let session = ProbeSession(PostgreSQLProbe(settings))
        var times: [Double?] = []
        for _ in 0..<4 {
            let seen = await session.observe(until: .after(.seconds(20)))
            #expect(seen.failure == nil)
            #expect(!sessions(seen).isEmpty)
            times.append(seen.value(PostgreSQLMetrics.tcpConnect))
        }
        // The time of connecting is that of the login, which was the same one each time.
        #expect(times[0] != nil)
        #expect(Set(times).count == 1)
    }

    @Test func aServerThatCannotBeReachedIsTriedAnewEachTime() async throws {
        let port = try await Playground.shared.hostile().port(.refusing)
        let settings = PostgreSQLSettings(name: "db", parameters: ["host": "127.0.0.1", "port": "\(port)"])
        let session = ProbeSession(PostgreSQLProbe(settings))
        for _ in 0..<3 {
            #expect(await session.observe(until: .after(.seconds(5))).failure?.kind == .refused)
        }
    }

    @Test func looksThatOverlapAreAnsweredOneAfterTheOther() async throws {
        let servers = try await Playground.shared.postgresql()
        let session = ProbeSession(
            PostgreSQLProbe(servers.settings(for: servers.primary, as: servers.monitor)))
        let seen = await withTaskGroup(of: Observation.self) { group in
            for _ in 0..<4 { group.addTask { await session.observe(until: .after(.seconds(20))) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(seen.count == 4)
        #expect(seen.allSatisfy { $0.failure == nil })
    }
}
