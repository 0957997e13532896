import Diagnostics
import Playground
import Queries
import Testing

@testable import PostgreSQL

@Suite("Every question in Queries/")
struct QueriesTests {
    @Test(arguments: PostgreSQLQueries.all)
    func saysWhatItIsFor(file: SQLFile) throws {
        let header = try SQLHeader(of: file)
        #expect(header.purpose.hasSuffix("."))
        #expect(header.servers == file.servers)
        #expect(header.servers.lowerBound >= 13)
        #expect(header.rows == nil && header.timeout == nil, "these bound a question of one's own")
        #expect(file.text.utf8.count < 5000)
        #expect(!file.statement.contains("--"))
        #expect(!file.statement.contains(";"))
    }

    @Test func togetherStayWithinWhatTheCompilerEmbedsQuickly() {
        #expect(PostgreSQLQueries.all.reduce(0) { $0 + $1.text.utf8.count } < 100_000)
    }

    /// On a primary and a standby; each answers with exactly the columns that its header promises.
    @Test func answersAsItsHeaderPromises() async throws {
        let servers = try await Playground.shared.postgresql()
        let files = PostgreSQLQueries.all
        for server in [servers.primary, servers.standby] {
            let (privileged, usual) = (
                files.filter(\.needsMoreThanPgMonitor), files.filter { !$0.needsMoreThanPgMonitor }
            )
            try await expectPromised(of: usual, by: server, as: servers.monitor)
            try await expectPromised(of: privileged, by: server, as: servers.superuser)
        }
    }

    private func expectPromised(
        of files: [SQLFile], by server: PostgreSQLServers.Server, as account: Account
    ) async throws {
        let servers = try await Playground.shared.postgresql()
        let connection = try await Connection.open(
            servers.settings(for: server, as: account), until: .after(.seconds(20)))
        let version = connection.serverVersion / 10_000
        let files = files.filter { $0.servers?.contains(version) ?? true }
        let queries = files.map { Query(step: $0.name, text: $0.statement) }
        for (file, answer) in zip(files, await connection.ask(queries, until: .after(.seconds(20)))) {
            let columns = try SQLHeader(of: file).columns
            #expect(try answer.get().columns == columns.map(\.name), "\(file.name)")
            #expect(try answer.get().types == columns.map(\.type.oid), "\(file.name)")
        }
    }

    @Test func takesTheValuesOfItsSettingsAsLiterals() {
        let file = SQLFile(
            name: "f", path: "f.sql",
            text: "-- f.\nSELECT current_setting('diag.by', true), current_setting('diag.x', true)")
        #expect(file.statement(with: ["diag.by": "it's"]) == "SELECT 'it''s', current_setting('diag.x', true)")
    }

    @Test(arguments: [(130_004, "locks-13"), (140_001, "locks"), (150_020, "locks"), (190_000, "locks")])
    func isAskedInTheVariantForTheServersVersion(version: Int, name: String) {
        #expect(LockEntry.file(forServer: version)?.name == name)
    }
}

@Suite("Metrics in the headers of Queries/")
struct QueryMetricTests {
    /// What the headers say of each metric; several may give the same one.
    private func declared() throws -> [SQLHeader.Metric] {
        try PostgreSQLQueries.all.flatMap { try SQLHeader(of: $0).metrics }
    }

    @Test func areThoseThatTheProbeMeasures() throws {
        for metric in try declared() {
            let known = PostgreSQLMetrics.all.first { $0.name == metric.name }
            #expect(known?.kind.rawValue == metric.kind.rawValue, "\(metric.name)")
            #expect(known?.help == metric.help, "\(metric.name)")
        }
    }

    /// All but what no question answers: the connection itself, and the pooler's console, which has no SQL.
    @Test func nameAllThatTheProbeMeasures() throws {
        let declared = Set(try declared().map(\.name))
        let measured = PostgreSQLMetrics.all.map(\.name).filter {
            $0.hasPrefix("diag_postgresql_") && !$0.hasPrefix("diag_postgresql_pooler_")
        }
        #expect(measured.filter { !declared.contains($0) } == [])
    }

    @Test func areLabelledAsTheySay() async throws {
        let servers = try await Playground.shared.postgresql()
        let labels = Dictionary(
            grouping: try declared(), by: \.name
        ).mapValues { Set($0.flatMap(\.labels)) }
        for server in [servers.primary, servers.standby] {
            for sample in await servers.observe(server, as: servers.monitor, expecting: ["standby"]).samples {
                guard let promised = labels[sample.metric.name] else { continue }
                #expect(promised.isSuperset(of: sample.labels.map(\.name)), "\(sample.metric.name)")
            }
        }
    }

    /// The unit of the column is the end of the name, as Prometheus has it.
    @Test(arguments: PostgreSQLQueries.all)
    func endInTheUnitOfTheirColumn(file: SQLFile) throws {
        let header = try SQLHeader(of: file)
        for metric in header.metrics where !metric.isDerived {
            let unit = header.columns.first { $0.name == metric.sources.first }?.unit
            guard let unit = unit?.split(separator: " ").first, ["bytes", "seconds", "ratio"].contains(unit) else {
                continue
            }
            #expect(metric.name.hasSuffix("_\(unit)") || metric.name.hasSuffix("_\(unit)_total"), "\(metric.name)")
        }
    }
}

extension SQLFile {
    /// Reading the server's files is for nobody by default.
    var needsMoreThanPgMonitor: Bool { name == "deadlock-log-tail" }
}
