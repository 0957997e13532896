import Diagnostics
import Testing

@testable import PostgreSQL

@Suite("Both ends of a replication, seen in one sweep")
struct ReplicationCrossCheckTests {
    private let primary = observation("db1", [("primary", "current", 5000)], lag: [])

    @Test func showACutLinkToBeNoLagWhileThePrimaryIsIdle() {
        let standby = observation("db2", [("standby", "replayed", 5000)], lag: [7200, 0])
        let refined = ReplicationCrossCheck.refined([primary, standby])[1]
        #expect(refined.value(PostgreSQLMetrics.replicationLag) == 0)
        #expect(refined.value(PostgreSQLMetrics.replicationLagBytes) == 0)
    }

    @Test func showHowMuchACutLinkKeptFromTheStandby() {
        let standby = observation("db2", [("standby", "replayed", 1000)], lag: [7200, 0])
        let refined = ReplicationCrossCheck.refined([standby, primary])[0]
        #expect(refined.value(PostgreSQLMetrics.replicationLag) == 7200)
        #expect(refined.value(PostgreSQLMetrics.replicationLagBytes) == 4000)
        #expect(refined.evidence("postgresql.replication.ends") != nil)
    }

    @Test func areNotComparedAcrossClusters() {
        let stranger = observation("db9", [("standby", "replayed", 1000)], lag: [7200, 0], cluster: "8")
        let refined = ReplicationCrossCheck.refined([primary, stranger])[1]
        #expect(refined.value(PostgreSQLMetrics.replicationLagBytes) == 0)
        #expect(refined.evidence.isEmpty)
    }
}

/// - Parameter lag: in seconds and in bytes.
private func observation(
    _ name: String, _ positions: [(role: String, position: String, value: Double)], lag: [Double], cluster: String = "7"
) -> Observation {
    let metrics = [PostgreSQLMetrics.replicationLag, PostgreSQLMetrics.replicationLagBytes]
    return Observation(
        target: Target(kind: .postgresql, name: name, address: name), started: .now, duration: .zero,
        samples: positions.map { position in
            Sample(
                PostgreSQLMetrics.walPosition, position.value,
                labels: ["role": position.role, "position": position.position], identity: cluster)
        } + zip(metrics, lag).map { Sample($0, $1, labels: ["role": "standby"]) })
}
