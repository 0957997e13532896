import Diagnostics
import Playground
import Queries
import Testing

@testable import PostgreSQL

@Suite("What only optional conditions judge")
struct UpkeepTests {
    @Test(arguments: [
        ([], []), ([PostgreSQLMetrics.tempBytes], ["database-io"]),
        ([PostgreSQLMetrics.oldestTransaction, PostgreSQLMetrics.slotRetained], []),
        ([PostgreSQLMetrics.archiveBacklog, PostgreSQLMetrics.checkpoints], ["archiver", "checkpoints"]),
    ])
    func isAskedOnlyWhereOneOfThemIsLookedAt(metrics: [Metric], files: [String]) {
        let usual = PostgreSQLProbe.Question.sweep
        let questions = PostgreSQLProbe.Question.sweep(measuring: Set(metrics.map(\.name)))
        let asked = questions.dropFirst(usual.count).flatMap(\.topic.asks).compactMap { $0.files.first?.name }
        #expect(asked == files)
    }

    @Test func agreesWithWhatTheServerSays() async throws {
        let servers = try await Playground.shared.postgresql()
        let seen = await servers.upkeep(servers.primary)
        #expect(seen.problems == [])
        #expect(seen.gaps == [])
        let ages = try servers.ask(
            "SELECT datname, age(datfrozenxid) / 2144483647.0::float8 FROM pg_database WHERE datname = 'template1'")
        let used = try #require(seen.value(PostgreSQLMetrics.transactionIDsUsed, ["datname": "template1"]))
        #expect(abs(used - (Double(ages[0][1] ?? "") ?? 0)) < 1e-6)
        #expect(seen.value(PostgreSQLMetrics.multixactIDsUsed, ["datname": "app"]) != nil)
        #expect(seen.value(PostgreSQLMetrics.preparedTransactions) == 0)
        #expect(seen.value(PostgreSQLMetrics.collationMismatches, ["datname": "postgres"]) == 0)
        #expect(seen.value(PostgreSQLMetrics.blockRequests, ["datname": "app", "from": "cache"]) ?? 0 > 0)
        #expect(seen.value(PostgreSQLMetrics.checkpoints, ["cause": "requested"]) != nil)
        #expect(seen.value(PostgreSQLMetrics.checksumFailures) == nil, "initdb before 18 leaves checksums off")
        #expect(seen.value(PostgreSQLMetrics.oldestTransaction) != nil)
        #expect(seen.samples.first { $0.metric == PostgreSQLMetrics.tempBytes }?.identity != nil)
    }

    @Test func aStandbyIsNotVacuumedAndDoesNotArchive() async throws {
        let servers = try await Playground.shared.postgresql()
        let seen = await servers.upkeep(servers.standby)
        #expect(seen.problems == [])
        for metric in [PostgreSQLMetrics.vacuumOverdueTables, PostgreSQLMetrics.archiveFailing] {
            #expect(seen.value(metric) == nil, "\(metric.name)")
        }
        #expect(seen.value(PostgreSQLMetrics.transactionIDsUsed, ["datname": "app"]) != nil)
    }

    @Test func aRoleThatSeesLittleIsToldSo() async throws {
        let servers = try await Playground.shared.postgresql()
        let seen = await servers.upkeep(servers.primary, as: servers.application)
        let missing = Set(seen.gaps.map(\.metric))
        #expect(missing.contains(PostgreSQLMetrics.autovacuumWorkersUsed.name))
        #expect(missing.contains(PostgreSQLMetrics.oldestTransaction.name))
        #expect(!missing.contains(PostgreSQLMetrics.tempBytes.name))
        #expect(!missing.contains(PostgreSQLMetrics.vacuumOverdueTables.name))
    }
}

@Suite("Upkeep from recorded rows")
struct RecordedUpkeepTests {
    private func io(_ name: String?, failures: String?) throws -> DatabaseIO {
        try DatabaseIO(
            row([
                ("datname", name), ("temp_files", "0"), ("temp_bytes", "0"), ("blks_hit", "0"), ("blks_read", "0"),
                ("checksum_failures", failures), ("checksum_failed", failures.map { _ in "60" }), ("stats_reset", nil),
            ]))
    }

    private func row(_ cells: [(String, String?)]) -> Row {
        var rows = Rows(columns: cells.map(\.0))
        for (_, value) in cells {
            if let value { Array(value.utf8).withUnsafeBytes { rows.append($0) } } else { rows.append(nil) }
        }
        return rows[0]
    }

    @Test func damagedPagesAreCountedByDatabaseAndForWhatBelongsToAll() throws {
        var content = Observation.Content()
        let databases = [try io("app", failures: "3"), try io("calm", failures: "0"), try io(nil, failures: "1")]
        DatabaseIOReport(databases: databases, identity: "1").write(to: &content)
        let failures = content.samples.filter { $0.metric == PostgreSQLMetrics.checksumFailures }
        #expect(failures.map(\.value) == [3, 0, 1])
        #expect(failures.map(\.labels) == [["datname": "app"], ["datname": "calm"], [:]])
        guard case .table(let table) = content.evidence.first(where: { $0.id == "postgresql.checksums" })?.body else {
            Issue.record("no table of damaged pages")
            return
        }
        #expect(table.rows.map { $0[0] } == [.text("app"), .text("(all databases)")])
    }

    @Test func whereChecksumsAreOffNothingIsClaimed() throws {
        var content = Observation.Content()
        DatabaseIOReport(databases: [try io("app", failures: nil)], identity: nil).write(to: &content)
        #expect(!content.samples.contains { $0.metric == PostgreSQLMetrics.checksumFailures })
    }

    @Test func collationsAreCountedByDatabase() throws {
        let versions = [
            ("app", String?.none, "2.31", "2.36", "t"), ("app", "de_DE", "153.112", "153.120", "t"),
            ("other", nil, "2.36", "2.36", "f"),
        ].map { datname, name, recorded, actual, differs in
            row([
                ("datname", datname), ("collation_name", name), ("recorded", recorded), ("actual", actual),
                ("differs", differs),
            ])
        }
        var content = Observation.Content()
        CollationsReport(collations: try versions.map { try CollationVersion($0) }).write(to: &content)
        let counts = Dictionary(uniqueKeysWithValues: content.samples.map { ($0.labels["datname"], $0.value) })
        #expect(counts == ["app": 2, "other": 0])
    }
}

@Suite("Trouble of a server's upkeep", .serialized)
struct UpkeepFaultTests {
    @Test(.timeLimit(.minutes(3))) func isSeenAndSeenToGo() async throws {
        let playground = Playground()
        let servers = try await playground.postgresql()
        try await leftBehind(on: servers)
        try await openTransaction(on: servers)
        try await keptWAL(on: servers)
        try await spilling(on: servers)
        try await requestedCheckpoint(on: servers)
        try await failingArchive(on: servers)
        try await starvedAutovacuum(on: servers)
        try await changedCollation(on: servers)
        await playground.stop()
    }

    private func leftBehind(on servers: PostgreSQLServers) async throws {
        try servers.ask("BEGIN; INSERT INTO votes (debate) VALUES (1); PREPARE TRANSACTION 'it''s left'")
        let seen = await servers.upkeep(servers.primary)
        #expect(seen.value(PostgreSQLMetrics.preparedTransactions) == 1)
        #expect(try #require(seen.value(PostgreSQLMetrics.oldestPreparedTransaction)) > 0)
        #expect(seen.column("gid", of: "postgresql.prepared") == [.text("it's left")])
        try servers.ask("ROLLBACK PREPARED 'it''s left'")
        #expect(await servers.upkeep(servers.primary).value(PostgreSQLMetrics.oldestPreparedTransaction) == 0)
    }

    private func openTransaction(on servers: PostgreSQLServers) async throws {
        let session = try servers.session(on: servers.primary, as: servers.application)
        try session.run("BEGIN; SELECT 1")
        let seen = try await eventually {
            let seen = await servers.upkeep(servers.primary)
            return seen.value(PostgreSQLMetrics.idleInTransaction) ?? 0 > 0.2
                && seen.value(PostgreSQLMetrics.oldestTransaction) ?? 0 > 0.2
        }
        #expect(seen)
        session.close()
    }

    private func keptWAL(on servers: PostgreSQLServers) async throws {
        try servers.ask("SELECT pg_create_physical_replication_slot('kept', true)")
        try servers.ask("SELECT pg_logical_emit_message(false, 'diag', repeat('x', 100000))")
        let seen = await servers.upkeep(servers.primary)
        #expect(seen.value(PostgreSQLMetrics.slotRetained, ["slot_name": "kept"]) ?? 0 > 100_000)
        #expect(seen.value(PostgreSQLMetrics.slotLost, ["slot_name": "kept"]) == 0)
        try servers.ask("SELECT pg_drop_replication_slot('kept')")
    }

    private func spilling(on servers: PostgreSQLServers) async throws {
        let before = await servers.upkeep(servers.primary).value(PostgreSQLMetrics.tempBytes, ["datname": "app"]) ?? 0
        try servers.ask(
            "SET work_mem = '64kB'; SELECT count(*) FROM (SELECT g FROM generate_series(1, 100000) g ORDER BY -g) x")
        let grown = try await eventually {
            let seen = await servers.upkeep(servers.primary)
            return seen.value(PostgreSQLMetrics.tempBytes, ["datname": "app"]) ?? 0 > before + 100_000
        }
        #expect(grown)
    }

    private func requestedCheckpoint(on servers: PostgreSQLServers) async throws {
        let requested = { (seen: Observation) in seen.value(PostgreSQLMetrics.checkpoints, ["cause": "requested"]) ?? 0
        }
        let before = requested(await servers.upkeep(servers.primary))
        try servers.ask("CHECKPOINT")
        #expect(try await eventually { requested(await servers.upkeep(servers.primary)) > before })
    }

    private func failingArchive(on servers: PostgreSQLServers) async throws {
        try servers.ask("SELECT pg_switch_wal()")
        let works = try await eventually {
            let seen = await servers.upkeep(servers.primary)
            return seen.value(PostgreSQLMetrics.archiveFailing) == 0
                && seen.value(PostgreSQLMetrics.archiveBacklog) ?? 1e9 < 33_554_432
        }
        #expect(works)
        try servers.alter("archive_command = 'false'")
        try servers.ask("SELECT pg_logical_emit_message(false, 'diag', 'x')")
        try servers.ask("SELECT pg_switch_wal()")
        let fails = try await eventually {
            await servers.upkeep(servers.primary).value(PostgreSQLMetrics.archiveFailing) == 1
        }
        #expect(fails)
        #expect(await servers.upkeep(servers.primary).fact("postgresql.archiver").contains("last failed"))
        try servers.alter("archive_command = 'true'")
    }

    private func starvedAutovacuum(on servers: PostgreSQLServers) async throws {
        try servers.alter("autovacuum = off")
        try servers.ask("CREATE TABLE starved AS SELECT generate_series(1, 5000) AS id")
        try servers.ask(
            "CREATE TABLE on_purpose WITH (autovacuum_enabled = off) AS SELECT generate_series(1, 5000) AS id")
        try servers.ask("DELETE FROM starved; DELETE FROM on_purpose")
        let seen = try await eventually {
            await servers.upkeep(servers.primary).value(PostgreSQLMetrics.vacuumOverdueTables) == 1
        }
        #expect(seen)
        let observation = await servers.upkeep(servers.primary)
        #expect(observation.column("relation", of: "postgresql.autovacuum.tables") == [.text("starved")])
        #expect(observation.fact("postgresql.autovacuum").contains("is off"))
        try servers.ask("VACUUM starved")
        let healed = try await eventually {
            await servers.upkeep(servers.primary).value(PostgreSQLMetrics.vacuumOverdueTables) == 0
        }
        #expect(healed)
    }

    /// The catalogue remembers a version that the system does not have.
    private func changedCollation(on servers: PostgreSQLServers) async throws {
        try servers.ask("UPDATE pg_database SET datcollversion = '0.1' WHERE datname = 'postgres'")
        let seen = await servers.upkeep(servers.primary)
        #expect(seen.value(PostgreSQLMetrics.collationMismatches, ["datname": "postgres"]) == 1)
        #expect(seen.column("recorded", of: "postgresql.collations") == [.text("0.1")])
    }
}

extension PostgreSQLServers {
    /// All that the optional conditions need, beside what a sweep asks.
    fileprivate func upkeep(_ server: Server, as account: Account? = nil) async -> Observation {
        let metrics = Set(PostgreSQLMetrics.all.map(\.name))
        let probe = PostgreSQLProbe(
            settings(for: server, as: account ?? monitor), questions: PostgreSQLProbe.Question.sweep(measuring: metrics)
        )
        return await probe.observe(until: .after(.seconds(20)))
    }

    /// As the superuser, in a session of its own, so that its statistics are there at once.
    @discardableResult
    fileprivate func ask(_ sql: String) throws -> [[String?]] {
        let session = try session(on: primary, as: superuser)
        defer { session.close() }
        return try session.run(sql)
    }

    fileprivate func alter(_ setting: String) throws {
        try ask("ALTER SYSTEM SET \(setting)")
        try ask("SELECT pg_reload_conf()")
    }
}

extension Observation {
    fileprivate func fact(_ id: String) -> String {
        if case .fact(let sentence) = evidence(id)?.body { sentence } else { "" }
    }
}
