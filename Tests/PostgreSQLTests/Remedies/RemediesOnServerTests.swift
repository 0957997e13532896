import Diagnostics
import Network
import Playground
import Testing

@testable import PostgreSQL

/// Each remedy is shown and done at a real server, by a role that may see all and signal all but superusers.
@Suite("Remedies at a real server", .serialized)
struct RemediesOnServerTests {
    private static let playground = Playground()
    private static let ward = Task { try await Ward(playground.postgresql()) }

    private func ward() async throws -> Ward { try await Self.ward.value }

    @Test func nothingIsDoneUnlessItIsAskedFor() async throws {
        let ward = try await ward()
        let patient = try ward.session("shown only")
        defer { patient.close() }
        try patient.run("BEGIN")
        let shown = await ward.treat(.terminate([SessionReference(pid: patient.backend)]), .shown)
        #expect(shown.content.deeds.map(\.outcome) == [.planned])
        #expect(shown.content.command?.contains("\(patient.backend)@") == true)
        #expect(try patient.run("SELECT 1") == [["1"]])
    }

    @Test func theCommandThatWasShownEndsTheSession() async throws {
        let ward = try await ward()
        let patient = try ward.session("terminated")
        defer { patient.close() }
        try patient.run("BEGIN; SELECT txid_current()")
        let shown = await ward.treat(.terminate([SessionReference(pid: patient.backend)]), .shown)
        let subject = try #require(shown.content.deeds.first?.subject)
        let done = await ward.treat(.terminate([try #require(SessionReference(subject))]), .done)
        let deed = try #require(done.content.deeds.first)
        #expect(deed.outcome == .done)
        #expect(deed.after == [])
        #expect(deed.before.contains(.init("state", .text("idle in transaction"))))
        #expect(throws: SQLError.self) { try patient.run("SELECT 1") }
    }

    @Test func aCancelledStatementEndsAndItsSessionStays() async throws {
        let ward = try await ward()
        let patient = try ward.session("cancelled")
        defer { patient.close() }
        try patient.send("SELECT pg_sleep(600)")
        try await ward.waitUntil(patient, "state = 'active' AND wait_event = 'PgSleep'")
        let shown = await ward.treat(.cancel([SessionReference(pid: patient.backend)]), .shown)
        let subject = try #require(shown.content.deeds.first?.subject)
        #expect(subject.contains("/"))
        let done = await ward.treat(.cancel([try #require(SessionReference(subject))]), .done)
        #expect(done.content.deeds.map(\.outcome) == [.done])
        #expect(throws: SQLError.self) { try patient.finish() }
        #expect(try patient.run("SELECT 1") == [["1"]])
        let again = await ward.treat(.cancel([try #require(SessionReference(subject))]), .done)
        #expect(again.content.deeds.map(\.outcome) == [.absent])
    }

    @Test func aSessionThatOnlyHasThePidIsNotTouched() async throws {
        let ward = try await ward()
        let patient = try ward.session("another")
        defer { patient.close() }
        let other = SessionReference(pid: patient.backend, started: Microseconds(1_763_912_345_123_456))
        let done = await ward.treat(.terminate([other]), .done)
        #expect(done.content.deeds.map(\.outcome) == [.refused])
        #expect(try patient.run("SELECT 1") == [["1"]])
    }

    /// What the plan saw and what is there when it is done may differ: the statement itself looks again.
    @Test(arguments: [Signal.cancel, .terminate])
    func theDeedItselfLooksWhetherItIsStillTheSameSession(signal: Signal) async throws {
        let ward = try await ward()
        let patient = try ward.session("raced")
        defer { patient.close() }
        let connection = try await Connection.open(ward.settings, until: .after(.seconds(20)))
        let row = try #require(
            try ward.observer.run(
                """
                SELECT (extract(epoch FROM backend_start) * 1000000)::int8,
                       (extract(epoch FROM state_change) * 1000000)::int8
                FROM pg_stat_activity WHERE pid = $1::int
                """, [String(patient.backend)]
            ).first)
        let moments = row.compactMap { $0.flatMap { Int64($0) } }.map(Microseconds.init)
        let (start, change) = (moments[0], moments[1])
        let late = Microseconds(start.count + 1)
        let conditions = [
            Guard(pid: patient.backend, started: late),
            Guard(pid: patient.backend, started: start, statement: late),
            Guard(pid: patient.backend, started: start, transaction: late),
            Guard(pid: patient.backend, started: start, stateChange: late),
            Guard(pid: patient.backend, started: start, mustRun: true),
        ]
        let answers = await connection.ask(conditions.map { $0.query(signal) }, until: .after(.seconds(20)))
        #expect(try answers.map { try $0.get().count } == [0, 0, 0, 0, 0])
        #expect(try patient.run("SELECT 1") == [["1"]])
        let right = Guard(pid: patient.backend, started: start, stateChange: change)
        #expect(right.query(signal).parameters[0] == String(patient.backend))
    }

    @Test func aDeedNeverFindsItsOwnSession() async throws {
        let ward = try await ward()
        let connection = try await Connection.open(ward.settings, until: .after(.seconds(20)))
        let all = await Answers(asking: [Backend.self], of: connection, until: .after(.seconds(20)))
        let own = try #require(try all.all(Backend.self).first { $0.isOwn })
        let itself = Guard(pid: own.pid, started: try #require(own.started))
        let answers = await connection.ask([itself.query(.terminate)], until: .after(.seconds(20)))
        #expect(try answers[0].get().count == 0)
        #expect(own.application == "diag")
    }

    @Test func aSessionThatIsIdleInItsTransactionHasNothingToCancel() async throws {
        let ward = try await ward()
        let patient = try ward.session("idle in transaction")
        defer { patient.close() }
        try patient.run("BEGIN")
        let done = await ward.treat(.cancel([SessionReference(pid: patient.backend)]), .done)
        let deed = try #require(done.content.deeds.first)
        #expect(deed.outcome == .refused)
        #expect(deed.command?.hasPrefix("diag pg terminate \(patient.backend)@") == true)
    }

    @Test func aMissingRightIsNamedAndOthersAreEndedAllTheSame() async throws {
        let ward = try await ward()
        let (patient, root) = (try ward.session("mortal"), try ward.session("superuser", as: ward.servers.superuser))
        defer {
            patient.close()
            root.close()
        }
        let pids = [root, patient].map { SessionReference(pid: $0.backend) }
        let done = await ward.treat(.terminate(pids), .done)
        #expect(done.content.deeds.map(\.outcome) == [.failed, .done])
        #expect(done.content.deeds[0].command == "connect as a superuser")
        #expect(try root.run("SELECT 1") == [["1"]])
        let shown = await ward.treat(.terminate([pids[0]]), .shown)
        #expect(shown.content.deeds[0].warnings.contains { $0.contains("the server is going to refuse") })
    }

    @Test func withoutTheRightToSignalItSaysWhatToGrant() async throws {
        let ward = try await ward()
        let patient = try ward.session("out of reach")
        defer { patient.close() }
        let settings = ward.servers.settings(for: ward.servers.primary, as: ward.servers.monitor)
        let done = await ward.treat(.terminate([SessionReference(pid: patient.backend)]), .done, settings)
        #expect(done.content.deeds.map(\.outcome) == [.failed])
        #expect(done.content.deeds[0].command == "GRANT pg_signal_backend TO monitor")
        #expect(try patient.run("SELECT 1") == [["1"]])
    }

    /// The application's role sees its own sessions and no others.
    @Test func whoDoesNotSeeASessionsStartDoesNotTouchIt() async throws {
        let ward = try await ward()
        let (own, root) = (try ward.session("own"), try ward.session("hidden", as: ward.servers.superuser))
        defer {
            own.close()
            root.close()
        }
        let settings = ward.servers.settings(for: ward.servers.primary, as: ward.servers.application)
        let pids = [root, own].map { SessionReference(pid: $0.backend) }
        let done = await ward.treat(.terminate(pids), .done, settings)
        #expect(done.content.deeds.map(\.outcome) == [.refused, .done])
        #expect(done.content.notes.contains { $0.contains("GRANT pg_monitor TO app") })
    }

    @Test func onlyIdleSessionsThatMatchAreEnded() async throws {
        let ward = try await ward()
        let names = ["idler", "other", "keeper", "listener", "forgotten"]
        let sessions = try names.map { try ward.session($0) }
        defer { for session in sessions { session.close() } }
        try sessions[2].run("SELECT pg_advisory_lock(42)")
        try sessions[3].run("LISTEN jobs")
        try sessions[4].run("BEGIN")
        let filter = IdleFilter(
            olderThan: .milliseconds(1), users: ["app"], applications: names.filter { $0 != "other" },
            databases: ["app"], addresses: [try #require(AddressRange("127.0.0.0/8"))])
        let done = await ward.treat(.killIdle(filter), .done)
        func outcomes(_ outcome: Deed.Outcome) -> Set<String> {
            Set(done.content.deeds.filter { $0.outcome == outcome }.map { $0.name.components(quotedBy: "\"") })
        }
        #expect(outcomes(.done) == ["idler"])
        #expect(outcomes(.spared) == ["keeper", "listener"])
        for session in sessions.dropFirst() { #expect(try session.run("SELECT 1") == [["1"]]) }
        var including = filter
        including.includesTransactions = true
        including.applications = ["forgotten"]
        #expect(await ward.treat(.killIdle(including), .done).content.deeds.map(\.outcome) == [.done])
        #expect(throws: SQLError.self) { try sessions[4].run("SELECT 1") }
    }

    @Test func aPileUpIsFreedByEndingItsOneRoot() async throws {
        let ward = try await ward()
        let pile = try await PileUp(ward)
        defer { pile.clear() }
        let waiting = Duration.milliseconds(1)
        let shown = await ward.treat(.unblock(waiting: waiting), .shown)
        #expect(shown.content.deeds.map(\.subject).allSatisfy { $0.hasPrefix("\(pile.root.backend)@") })
        #expect(shown.content.deeds.map(\.act) == ["terminate"])
        #expect(shown.content.deeds.first?.before.contains(.init("held_up", .integer(4))) == true)
        let done = await ward.treat(.unblock(waiting: waiting), .done)
        #expect(done.content.deeds.map(\.outcome) == [.done])
        for waiter in pile.waiters { try waiter.finish() }
        #expect(throws: SQLError.self) { try pile.root.run("SELECT 1") }
        #expect(done.content.notes.contains { $0.contains("that waited") })
        let after = await ward.treat(.unblock(waiting: waiting), .done)
        #expect(after.content.deeds.isEmpty)
        #expect(after.content.notes.first?.hasPrefix("nothing to do") == true)
    }

    @Test func aStandbysSessionsAreEndedToo() async throws {
        let ward = try await ward()
        let servers = ward.servers
        let patient = try servers.session(on: servers.standby, as: servers.application, name: "reader")
        defer { patient.close() }
        let settings = ward.settings(for: servers.standby)
        let done = await ward.treat(.terminate([SessionReference(pid: patient.backend)]), .done, settings)
        #expect(done.content.server?.hasSuffix("standby") == true)
        #expect(done.content.deeds.map(\.outcome) == [.done])
    }

    @Test func behindAPoolerThePidsAreTheServersOwn() async throws {
        let ward = try await ward()
        let pooler = try await Self.playground.pgbouncer()
        let patient = try ward.session("behind a pooler")
        defer { patient.close() }
        let settings = PostgreSQLSettings(
            name: "db",
            parameters: [
                "host": pooler.host, "port": String(pooler.port), "user": pooler.monitor.name,
                "dbname": ward.servers.database,
            ],
            password: pooler.monitor.password)
        let shown = await ward.treat(.terminate([SessionReference(pid: patient.backend)]), .shown, settings)
        #expect(shown.content.deeds.map(\.outcome) == [.planned])
        #expect(shown.content.notes.contains { $0.contains("a pooler stands before this server") })
    }

    @Test func aServerThatIsNotThereIsAFailureAndNothingIsDone() async throws {
        let ward = try await ward()
        var settings = ward.settings
        settings.parameters["port"] = "1"
        let done = await ward.treat(.unblock(waiting: .seconds(1)), .done, settings)
        #expect(done.content.failure?.kind == .refused)
        #expect(done.content.deeds.isEmpty)
    }
}

extension String {
    /// What stands between the first two quotes: in `4711 app@app "idler"` the application.
    fileprivate func components(quotedBy quote: Character) -> String {
        let parts = split(separator: quote, omittingEmptySubsequences: false)
        return parts.count > 1 ? String(parts[1]) : self
    }
}
