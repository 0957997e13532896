import Diagnostics
import Playground
import Testing

@testable import PostgreSQL

@Suite("The time to connect", .serialized)
struct ConnectTimeTests {
    /// A SYN that is dropped is sent again after a second: what the kernel measures of the second one is not the time.
    @Test func countsWhatWasLostOnTheWay() async throws {
        let playground = Playground()
        let servers = try await playground.postgresql()
        let road = try await playground.slowRoad()
        var settings = servers.settings(for: servers.standby, as: servers.monitor)
        settings.parameters["port"] = String(road.port)
        let before = await PostgreSQLProbe(settings).observe(until: .after(.seconds(20)))
        #expect(try #require(before.value(PostgreSQLMetrics.tcpConnect)) < 0.1)
        try await playground.bring(.networkLatency)
        let slow = await PostgreSQLProbe(settings).observe(until: .after(.seconds(20)))
        #expect(try #require(slow.value(PostgreSQLMetrics.tcpConnect)) > 0.1)
        try await playground.mend(.networkLatency)
        await playground.stop()
    }
}
