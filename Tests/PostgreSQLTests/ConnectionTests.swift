import Diagnostics
import Playground
import Testing

@testable import PostgreSQL

@Suite("A connection to a real server")
struct ConnectionTests {
    @Test func asksEverythingInOneRoundTripAndAnErrorCostsOnlyItsOwnQuery() async throws {
        let servers = try await Playground.shared.postgresql()
        let connection = try await Connection.open(
            servers.settings(for: servers.primary, as: servers.monitor), until: .after(.seconds(20)))
        let queries = ["SELECT 1 AS one", "SELECT * FROM nowhere", "SELECT 1/0", "SELECT 'two' AS two, NULL AS none"]
        let answers = await connection.ask(
            queries.map { Query(step: $0, text: $0) }, until: .after(.seconds(20)))
        #expect(try answers[0].get()[0].get("one") == 1)
        #expect(throws: ProbeError.self) { try answers[1].get() }
        #expect(answers[1].kind == .server(code: "42P01"))
        #expect(answers[2].kind == .server(code: "22012"))
        #expect(try answers[3].get()[0].get("two") == "two")
        #expect(try answers[3].get()[0].getIfPresent("none", as: String.self) == nil)
    }

    @Test func canChangeNothingAndWaitsForNothingLong() async throws {
        let servers = try await Playground.shared.postgresql()
        let connection = try await Connection.open(
            servers.settings(for: servers.primary, as: servers.application), until: .after(.seconds(20)))
        let answers = await connection.ask(
            [
                Query(step: "write", text: "DELETE FROM debates"),
                Query(
                    step: "read settings",
                    text: """
                        SELECT current_setting('application_name') AS name, current_setting('lock_timeout') AS lock,
                               current_setting('statement_timeout')::interval <= '5s' AS statement_is_bounded,
                               current_setting('idle_in_transaction_session_timeout') AS idle
                        """),
            ], until: .after(.seconds(20)))
        #expect(answers[0].kind == .server(code: "25006"))
        let settings = try answers[1].get()[0]
        #expect(try settings.get("name") == "diag")
        #expect(try settings.get("lock") == "500ms")
        #expect(try settings.get("statement_is_bounded") == true)
        #expect(try settings.get("idle") == "10s")
    }

    @Test func givesWhatItHasWhenTheDeadlinePasses() async throws {
        let servers = try await Playground.shared.postgresql()
        let connection = try await Connection.open(
            servers.settings(for: servers.primary, as: servers.monitor), until: .after(.seconds(20)))
        let queries = ["SELECT 1 AS one", "SELECT pg_sleep(4)", "SELECT 3 AS three"]
        let answers = await connection.ask(
            queries.map { Query(step: $0, text: $0) }, until: .after(.seconds(1)))
        #expect(try answers[0].get()[0].get("one") == 1)
        #expect(answers.dropFirst().map(\.kind) == [.timedOut, .timedOut])
    }

    @Test func isMeasuredOverTCPOnly() async throws {
        let servers = try await Playground.shared.postgresql()
        var settings = servers.settings(for: servers.primary, as: servers.monitor)
        let overTCP = try await Connection.open(settings, until: .after(.seconds(20))).tcpConnectTime
        #expect(try #require(overTCP) > .zero)
        settings.parameters["host"] = servers.primary.socketFolder
        let overSocket = try await Connection.open(settings, until: .after(.seconds(20))).tcpConnectTime
        #expect(overSocket == nil)
    }

    @Test func triesTheNextHostWhenOneIsNotThere() async throws {
        let servers = try await Playground.shared.postgresql()
        let refusing = try await Playground.shared.hostile().port(.refusing)
        var settings = servers.settings(for: servers.primary, as: servers.monitor)
        settings.parameters["host"] = "127.0.0.1,localhost"
        settings.parameters["port"] = "\(refusing),\(servers.primary.port)"
        let address = try await Connection.open(settings, until: .after(.seconds(20))).address
        #expect(address == "localhost:\(servers.primary.port)")
    }

    @Test(arguments: [("read-write", false), ("standby", true), ("prefer-standby", true), ("primary", false)])
    func findsTheRoleThatIsAskedFor(attributes: String, isStandby: Bool) async throws {
        let servers = try await Playground.shared.postgresql()
        var settings = servers.settings(for: servers.primary, as: servers.monitor)
        settings.parameters["host"] = "127.0.0.1,127.0.0.1"
        settings.parameters["port"] = "\(servers.primary.port),\(servers.standby.port)"
        settings.parameters["target_session_attrs"] = attributes
        let connection = try await Connection.open(settings, until: .after(.seconds(20)))
        let answer = await connection.ask(
            [Query(step: "role", text: "SELECT pg_is_in_recovery() AS it")], until: .after(.seconds(20)))
        #expect(try answer[0].get()[0].get("it") == isStandby)
    }

    @Test func namesEachHostThatDidNotLetItIn() async throws {
        let refusing = try await Playground.shared.hostile().port(.refusing)
        let settings = PostgreSQLSettings(
            name: "db", parameters: ["host": "127.0.0.1,localhost", "port": "\(refusing)"], password: "s3cret")
        let error = await error(of: settings)
        #expect(error?.kind == .refused)
        #expect(error?.message.contains("connect to 127.0.0.1:\(refusing): Connection refused") == true)
        #expect(error?.message.contains("connect to localhost:\(refusing): Connection refused") == true)
    }

    @Test func saysWhatIsWrongWithItsCredentials() async throws {
        let servers = try await Playground.shared.postgresql()
        var settings = servers.settings(for: servers.primary, as: servers.monitor)
        settings.password = "wrong-s3cret"
        #expect(await error(of: settings)?.kind == .unauthenticated)
        settings.password = nil
        #expect(await error(of: settings)?.kind == .unauthenticated)
        settings = servers.settings(for: servers.primary, as: servers.monitor, database: "nowhere")
        #expect(await error(of: settings)?.kind == .misconfigured)
        settings.parameters["sslmode"] = "nonsense"
        #expect(await error(of: settings)?.kind == .misconfigured)
    }

    private func error(of settings: PostgreSQLSettings) async -> ProbeError? {
        do throws(ProbeError) {
            _ = try await Connection.open(settings, until: .after(.seconds(20)))
            return nil
        } catch {
            #expect(!"\(error) \(error.message) \(error.advice ?? "")".contains("s3cret"))
            return error
        }
    }
}

extension Result where Failure == ProbeError {
    var kind: ProbeError.Kind? {
        if case .failure(let error) = self { error.kind } else { nil }
    }
}
