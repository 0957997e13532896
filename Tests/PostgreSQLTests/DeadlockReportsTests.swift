import Diagnostics
import Playground
import Testing

@testable import PostgreSQL

@Suite("Deadlocks read through the server", .serialized)
struct DeadlockReportsTests {
    @Test(.timeLimit(.minutes(2))) func areReadInEachFormatOfTheLog() async throws {
        let playground = Playground()
        let servers = try await playground.postgresql()
        for format in try await servers.logFormats {
            try await servers.log(as: format)
            try await playground.bring(.deadlock)
            // Its log has a process of its own, which may be a moment behind.
            var seen = await servers.deadlocks(as: servers.superuser)
            let isTold = try await eventually {
                seen = await servers.deadlocks(as: servers.superuser)
                return seen.evidence("postgresql.deadlocks.reports") != nil
            }
            #expect(isTold, "\(format)")
            #expect(seen.problems == [])
            #expect(seen.words("postgresql.deadlocks.log").contains("the newest "), "\(format)")
            let tree = seen.words("postgresql.deadlocks.reports")
            #expect(tree.contains("2 processes waited for each other"), "\(format)")
            #expect(tree.contains("UPDATE debates SET rounds = rounds + 1 WHERE id = 1"), "\(format)")
            #expect(tree.contains("UPDATE debates SET rounds = rounds + 1 WHERE id = 2"), "\(format)")
            #expect(tree.contains(#"while updating tuple"#), "\(format)")
        }
        try await onlyNews(of: servers, playground)
        try await rights(on: servers)
        await playground.stop()
    }

    /// A sweep looks only where there are more than before.
    private func onlyNews(of servers: PostgreSQLServers, _ playground: Playground) async throws {
        let count =
            await servers.deadlocks(as: servers.superuser)
            .value(PostgreSQLMetrics.deadlocks, ["datname": servers.database]) ?? 0
        for (known, isTold) in [(["app": count], false), (["app": count - 1], true), (nil, false)] {
            let probe = PostgreSQLProbe(
                servers.settings(for: servers.primary, as: servers.superuser),
                questions: [.deadlocks, .deadlockReports(since: { known })])
            let seen = await probe.observe(until: .after(.seconds(20)))
            #expect((seen.evidence("postgresql.deadlocks.reports") != nil) == isTold)
        }
    }

    private func rights(on servers: PostgreSQLServers) async throws {
        let blind = await servers.deadlocks(as: servers.application)
        #expect(blind.words("postgresql.deadlocks.log").contains("GRANT pg_monitor TO app"))
        let monitor = await servers.deadlocks(as: servers.monitor)
        #expect(monitor.problems == [])
        let advice = "GRANT EXECUTE ON FUNCTION pg_read_binary_file(text, bigint, bigint, boolean) TO monitor"
        #expect(monitor.words("postgresql.deadlocks.log").contains(advice))
        try await onThread {
            let session = try servers.session(on: servers.primary, as: servers.superuser)
            try session.run(advice)
            session.close()
        }
        #expect(await servers.deadlocks(as: servers.monitor).evidence("postgresql.deadlocks.reports") != nil)
    }

    @Test(
        arguments: [
            (false, "stderr", "logging_collector is off"), (true, "syslog", "logs to syslog only"),
            (true, "stderr,syslog", "may not ask which file"),
        ])
    func saysWhatIsMissing(hasCollector: Bool, destination: String, words: String) throws {
        var rows = Rows(columns: [
            "role_name", "database_name", "collector", "destination", "verbosity", "may_find", "may_read",
        ])
        for text in ["u", "d", hasCollector ? "t" : "f", destination, "default", "f", "f"] {
            Array(text.utf8).withUnsafeBytes { rows.append($0) }
        }
        let place = try ServerLogPlace(rows[0])
        #expect(!place.isReadable)
        guard case .fact(let sentence) = place.whyNot.body else { return }
        #expect(sentence.contains(words))
        #expect(sentence.contains("log: in the configuration"))
    }
}

extension PostgreSQLServers {
    fileprivate func deadlocks(as account: Account) async -> Observation {
        await PostgreSQLProbe(settings(for: primary, as: account), questions: [.deadlocks, .deadlockReports])
            .observe(until: .after(.seconds(20)))
    }

    fileprivate var logFormats: [String] {
        get async throws {
            let version = try await onThread {
                let session = try self.session(on: primary, as: superuser)
                defer { session.close() }
                return try session.run("SHOW server_version_num")
            }
            let has = (version.first?.first).flatMap { $0 }.flatMap { Int($0) } ?? 0 >= 150_000
            return ["stderr", "csvlog"] + (has ? ["jsonlog"] : [])
        }
    }

    /// Returns when the server writes this format.
    fileprivate func log(as format: String) async throws {
        let session = try await onThread {
            let session = try self.session(on: primary, as: superuser)
            try session.run("ALTER SYSTEM SET log_destination = '\(format)'")
            try session.run("SELECT pg_reload_conf()")
            return session
        }
        let isWritten = try await eventually {
            try await onThread { try session.run("SELECT pg_current_logfile('\(format)') IS NOT NULL") == [["t"]] }
        }
        #expect(isWritten)
        try await onThread { session.close() }
    }
}
