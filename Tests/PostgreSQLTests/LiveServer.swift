import Diagnostics
import Playground
import Testing

@testable import PostgreSQL

extension PostgreSQLServers {
    /// How one of the accounts gets in.
    func settings(
        for server: Server, as account: Account, database: String? = nil, expecting standbys: [String] = []
    ) -> PostgreSQLSettings {
        PostgreSQLSettings(
            name: "db",
            parameters: [
                "host": server.host, "port": String(server.port), "user": account.name,
                "dbname": database ?? self.database,
            ],
            password: account.password, expectedStandbys: standbys)
    }

    func observe(
        _ server: Server, as account: Account, database: String? = nil, expecting standbys: [String] = []
    ) async -> Observation {
        await PostgreSQLProbe(settings(for: server, as: account, database: database, expecting: standbys))
            .observe(until: .after(.seconds(20)))
    }
}

extension Observation {
    func value(_ metric: Metric, _ labels: Labels = [:]) -> Double? {
        samples.first { sample in
            sample.metric == metric && labels.allSatisfy { sample.labels[$0.name] == $0.value }
        }?.value
    }

    func evidence(_ id: String) -> Evidence? { evidence.first { $0.id == id } }

    /// A column of a table of the evidence.
    func column(_ name: String, of id: String) -> [Cell] {
        guard case .table(let table) = evidence(id)?.body,
            let index = table.columns.firstIndex(where: { $0.name == name })
        else { return [] }
        return table.rows.map { $0[index] }
    }
}

/// What holds soon, on a machine that is busy with other things too.
func eventually(_ condition: () async throws -> Bool) async throws -> Bool {
    for _ in 0..<200 {
        if try await condition() { return true }
        try await Task.sleep(for: .milliseconds(50))
    }
    return false
}
