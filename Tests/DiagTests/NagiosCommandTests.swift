import Foundation
import Playground
import Testing

@Suite("diag as a monitoring plugin")
struct NagiosCommandTests {
    @Test func aCertificateThatExpiresIsCriticalWithItsSeconds() async throws {
        let tls = try await Playground.shared.tls()
        let outcome = try await Diag.run("tls", "127.0.0.1:\(tls.port(.expiring))", "--format", "nagios")
        #expect(outcome.status == 2)
        let line = try #require(outcome.lines.first)
        #expect(line.hasPrefix("CRITICAL - "))
        #expect(line.contains("CertificateExpiringSoon: expires in "))
        #expect(line.firstMatch(of: /\| .*CertificateExpiringSoon=\d+(\.\d+)?s;;1209600:/) != nil)
        #expect(outcome.errors.isEmpty)
    }

    @Test func aServerThatIsNotThereIsCritical() async throws {
        let nobody = try await Playground.shared.hostile().port(.refusing)
        for command in [["redis", "memory"], ["pg", "connections"], ["http"]] {
            let word = command == ["http"] ? "http://127.0.0.1:\(nobody)" : "127.0.0.1:\(nobody)"
            let outcome = try await Diag.run(command + [word, "-f", "nagios"])
            #expect(outcome.status == 2, "\(command)")
            #expect(outcome.output.hasPrefix("CRITICAL - InstanceDown: "), "\(command)")
            #expect(outcome.output.contains(" InstanceDown=0;;1:;0;1"), "\(command)")
        }
    }

    @Test func whatCannotBeReadIsUnknown() async throws {
        let outcome = try await Diag.run("logs", "/nonexistent/auth.log", "--format", "nagios")
        #expect(outcome.status == 3)
        #expect(outcome.output.hasPrefix("UNKNOWN - "))
        #expect(outcome.output.contains("/nonexistent/auth.log"))
    }

    @Test func whatTakesASweepBeforeIsUnknownUntilThereIsOne() async throws {
        let home = Home()
        let servers = try await Playground.shared.postgresql()
        try home.configure(VerdictTests.primary(servers))
        let before = try await Diag.run("pg", "deadlocks", "primary", "--format", "nagios", in: home)
        #expect(before.status == 3)
        #expect(before.output.hasPrefix("UNKNOWN - not judged: PostgreSQLDeadlocks (needs a second sweep"))
        _ = try await Diag.run("sweep", "--only", "PostgreSQLDeadlocks", in: home)
        let after = try await Diag.run("pg", "deadlocks", "primary", "--format", "nagios", in: home)
        #expect(after.output.contains("PostgreSQLDeadlocks=") && !after.output.contains("PostgreSQLDeadlocks=U"))
        #expect(!after.output.contains("not judged"))
        // Whoever asks for one thing hears nothing of what sweeps know of another.
        #expect(!after.output.contains("PostgreSQLReplicationLag"))
    }

    @Test func theOptionalConditionsThatFitAreJudgedAndNoOthers() async throws {
        let servers = try await Playground.shared.postgresql()
        let uri = servers.uri(of: servers.primary, as: servers.monitor)
        let outcome = try await Diag.run(
            "pg", "connections", uri, "--format", "nagios",
            environment: ["PGPASSFILE": servers.monitor.passwordFile, "PGPASSWORD": servers.monitor.password])
        let line = try #require(outcome.lines.first)
        #expect(line.contains(" PostgreSQLConnectionsExhausted="))
        #expect(line.contains(" PostgreSQLIdleInTransaction="))
        #expect(!line.contains("Vacuum") && !line.contains("TLSEndpointUnreachable"))
    }

    @Test(
        arguments: [
            ("vacuum", "'PostgreSQLTransactionIDWraparound xid'="), ("vacuum", " PostgreSQLPreparedTransaction="),
            ("idle", " PostgreSQLIdleInTransaction="), ("activity", " PostgreSQLLongTransaction="),
            ("replication", " PostgreSQLReplicationLag="),
        ])
    func eachCommandMeasuresWhatItsConditionsNeed(command: String, number: String) async throws {
        let servers = try await Playground.shared.postgresql()
        let uri = servers.uri(of: servers.primary, as: servers.monitor)
        let outcome = try await Diag.run(
            "pg", command, uri, "--format", "nagios", environment: ["PGPASSWORD": servers.monitor.password])
        let line = try #require(outcome.lines.first)
        #expect(line.contains(number))
    }

    @Test(
        arguments: [
            (["sweep", "--format", "nagios", "--quiet"], "without an answer"),
            (["pg", "cancel", "1", "-f", "nagios"], "has no verdict"),
            (["redis", "memory", "127.0.0.1:1", "--watch", "1", "--format=nagios"], "--watch shows text or json"),
            (["redis", "memori", "--format", "nagios"], "is no command of diag redis"),
            (["host", "somewhere", "-f", "nagios"], "no host is called 'somewhere'"),
            (["sweep", "--config", "/nonexistent.yaml", "-f", "nagios"], "/nonexistent.yaml"),
        ])
    func whateverIsWrongIsUnknownOnStandardOutput(arguments: [String], hint: String) async throws {
        let outcome = try await Diag.run(arguments)
        #expect(outcome.status == 3)
        #expect(outcome.output.hasPrefix("UNKNOWN - "))
        #expect(outcome.output.contains(hint))
        #expect(outcome.errors.isEmpty)
    }

    @Test func aTextfileThatCannotBeWrittenIsTheWholeAnswer() async throws {
        let home = Home()
        let tls = try await Playground.shared.tls()
        try home.configure(VerdictTests.site(tls, .good))
        let outcome = try await Diag.run("sweep", "-f", "nagios", "--textfile", "/nonexistent/x.prom", in: home)
        #expect(outcome.status == 3)
        #expect(outcome.output.hasPrefix("UNKNOWN - /nonexistent/x.prom"))
        #expect(outcome.lines.count == 1)
    }

    @Test(arguments: [["sweep"], ["tls"]])
    func whatIsWellIsZero(command: [String]) async throws {
        let home = Home()
        let tls = try await Playground.shared.tls()
        try home.configure(VerdictTests.site(tls, .good))
        let outcome = try await Diag.run(command + ["--format", "nagios"], in: home)
        #expect(outcome.status == 0)
        #expect(outcome.output.hasPrefix("OK - "))
    }
}
