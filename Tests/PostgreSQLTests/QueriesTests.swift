import Diagnostics
import Playground
import Queries
import Testing

@testable import PostgreSQL

@Suite("Every question in Queries/")
struct QueriesTests {
    @Test(arguments: PostgreSQLQueries.all)
    func saysWhatItIsFor(file: SQLFile) {
        #expect(file.purpose.hasSuffix(".") || file.purpose.hasSuffix("reset."))
        #expect(file.servers != nil)
        #expect(file.role != nil)
        #expect(!file.columns.isEmpty)
        #expect(file.text.utf8.count < 5000)
        #expect(!file.statement.contains("--"))
        #expect(!file.statement.contains(";"))
    }

    @Test func togetherStayWithinWhatTheCompilerEmbedsQuickly() {
        #expect(PostgreSQLQueries.all.reduce(0) { $0 + $1.text.utf8.count } < 50_000)
    }

    /// On a primary and a standby; each answers with exactly the columns that its header promises.
    @Test func answersAsItsHeaderPromises() async throws {
        let servers = try await Playground.shared.postgresql()
        let files = PostgreSQLQueries.all
        for server in [servers.primary, servers.standby] {
            let connection = try await Connection.open(
                servers.settings(for: server, as: servers.monitor), until: .after(.seconds(20)))
            let queries = files.map { Query(step: $0.name, text: $0.statement) }
            for (file, answer) in zip(files, await connection.ask(queries, until: .after(.seconds(20)))) {
                #expect(try answer.get().columns == file.columns.map(\.name), "\(file.name)")
            }
        }
    }

    @Test func takesTheValuesOfItsSettingsAsLiterals() {
        let file = SQLFile(
            name: "f", text: "-- f.\nSELECT current_setting('diag.by', true), current_setting('diag.x', true)")
        #expect(file.statement(with: ["diag.by": "it's"]) == "SELECT 'it''s', current_setting('diag.x', true)")
    }

    @Test(arguments: [(130_004, "locks-13"), (140_001, "locks"), (150_020, "locks"), (190_000, "locks")])
    func isAskedInTheVariantForTheServersVersion(version: Int, name: String) {
        #expect(LockEntry.file(forServer: version)?.name == name)
    }
}
