import Diagnostics
import Testing

@testable import Runbook

@Suite("What one life of an alert brings")
struct LifeTests {
    private static let key = AlertState.Key(
        alert: "HighMemoryUsage", target: TargetID(kind: .host, name: "it"), source: "", labels: [:])

    /// The states after sweeps a minute apart.
    private static func states(
        _ used: [Double?], _ override: AlertOverride = AlertOverride(holdFor: .zero),
        acknowledgedAfter place: Int? = nil, until: Timestamp? = nil
    ) -> [[AlertState.Key: AlertState]] {
        var watch = Watch(["HighMemoryUsage": override], only: ["HighMemoryUsage"])
        return used.enumerated().map { index, used in
            let time = minute(Double(index))
            _ = watch.sweep(used.map { LifeCycleTests.memory(time, $0) } ?? failed(target(.host), time, .timedOut))
            if index == place {
                let word = Acknowledgement(by: "ana", note: "mine", time: time, until: until)
                watch.states = watch.states.mapValues { $0.acknowledged(word) }
            }
            return watch.states
        }
    }

    private static func events(_ states: [[AlertState.Key: AlertState]]) -> [String] {
        zip([[:]] + states, states).enumerated().flatMap { index, pair in
            AlertEvent.between(pair.0, pair.1, at: minute(Double(index))).map { "\(index) \($0.what)" }
        }
    }

    @Test func itsFirstAndItsWorstValueAreKept() throws {
        let state = try #require(Self.states([0.9, 0.97, 0.91]).last?[Self.key])
        #expect(state.life.onset?.value == 0.9)
        #expect(state.life.worst?.value == 0.97)
        #expect(state.life.worst?.time == minute(1))
        #expect(state.held?.value == 0.91)
        #expect(state.life.severity == .p2)
        #expect(state.held?.threshold == 0.85)
    }

    @Test func theNextOneBeginsAnew() throws {
        let states = Self.states([0.99, 0.5, 0.9])
        let resolved = try #require(states[1][Self.key])
        #expect(resolved.life.relief == "memory 50.0 % ≤ 85 %")
        let again = try #require(states[2][Self.key])
        #expect(again.life.onset?.value == 0.9)
        #expect(again.life.worst?.value == 0.9)
        #expect(again.life.relief == nil)
    }

    @Test func whereLessIsWorseTheLeastIsTheWorst() {
        let below = Timing(holdFor: .zero, keepFiringFor: .zero, comparison: .below)
        let held = [9.0, 3, 5].map { AlertState.Held(time: at(0), summary: "", value: $0) }
        #expect(held.reduce(nil) { below.worse($0, $1) }?.value == 3)
    }

    @Test func anAcknowledgementLastsAsLongAsTheAlert() {
        let states = Self.states([0.9, 0.9, nil, 0.9, 0.5, 0.9], acknowledgedAfter: 1)
        #expect(states.map { $0[Self.key]?.life.acknowledgement?.by } == [nil, "ana", "ana", "ana", nil, nil])
    }

    @Test func anAcknowledgementOfWhatIsPendingIsOneOfWhatFires() {
        let states = Self.states([0.9, 0.9, 0.9], AlertOverride(holdFor: .seconds(120)), acknowledgedAfter: 0)
        #expect(states.last?[Self.key]?.phase == .firing)
        #expect(states.last?[Self.key]?.life.acknowledgement?.by == "ana")
    }

    @Test func anAcknowledgementWithAnEndEndsThen() {
        let states = Self.states([0.9, 0.9, 0.9, 0.9], acknowledgedAfter: 0, until: minute(2))
        #expect(states.map { $0[Self.key]?.life.acknowledgement != nil } == [true, true, false, false])
        #expect(Self.events(states) == ["0 firing", "2 expired"])
    }

    @Test func holdingAgainWhileKeptFiringIsAFlapThatPagesNobody() {
        let override = AlertOverride(holdFor: .zero, keepFiringFor: .seconds(180))
        let states = Self.states([0.9, 0.5, 0.9, 0.5, 0.9, 0.9, 0.5, 0.5, 0.5], override)
        #expect(states.map { $0[Self.key]?.life.dips } == [0, 0, 1, 1, 2, 2, 2, 2, 2])
        #expect(Self.events(states) == ["0 firing", "2 flap", "4 flap", "8 resolved"])
    }

    @Test(
        arguments: [
            ([0.5, 0.9, 0.9], ["1 firing"]), ([0.9, 0.5], ["0 firing", "1 resolved"]),
            ([0.9, 0.5, 0.9, 0.5], ["0 firing", "1 resolved", "2 refired", "3 resolved"]),
            ([0.9, nil, 0.9], ["0 firing"]),
        ] as [([Double?], [String])])
    func whatHappensIsTold(used: [Double?], expected: [String]) {
        #expect(Self.events(Self.states(used)) == expected)
    }

    @Test func whatEasesBeforeItFiresIsToldToo() {
        let override = AlertOverride(holdFor: .seconds(120))
        #expect(
            Self.events(Self.states([0.9, 0.5, 0.9, 0.9, 0.9], override)) == [
                "0 pending", "1 cleared", "2 pending", "4 firing",
            ])
    }

    @Test func whatResolvedTellsItsLengthItsWorstAndItsEnd() throws {
        let states = Self.states([0.9, 0.97, 0.9, 0.5])
        let event = try #require(AlertEvent.between(states[2], states[3], at: minute(3)).first)
        #expect(event.fired == minute(0))
        #expect(event.worst?.value == 0.97)
        #expect(event.summary == "memory 50.0 % ≤ 85 %")
        #expect(event.severity == .p2)
    }

    @Test(arguments: [
        // Five minutes of a job that runs each minute, ten seconds early in the end; each five minutes; each hour.
        (60.0, 300.0, 288.0, true), (60, 300, 240, false), (300, 300, 280, true), (300, 300, 265, false),
        (3600, 300, 3590, true),
    ])
    func fiveMinutesAreFiveMinutesHoweverOftenItIsLooked(every: Double, hold: Double, passed: Double, isOver: Bool) {
        let timing = Timing(holdFor: .seconds(hold), keepFiringFor: .zero, every: .seconds(every))
        #expect(timing.isOver(passed) == isOver)
    }

    @Test(arguments: [(60.0, 299.0, true), (60, 301, false), (3600, 8999, true), (3600, 9001, false)])
    func missedSweepsBridgeTwoIntervalsAndAHalf(every: Double, gap: Double, bridges: Bool) {
        let timing = Timing(holdFor: .seconds(300), keepFiringFor: .zero, every: .seconds(every))
        let held = AlertState.Held(time: at(0), summary: "", value: 1)
        let pending = AlertState(phase: .pending, since: at(0), began: at(0), held: held)
        let later = AlertState.Held(time: at(gap), summary: "", value: 1)
        let next = AlertState.next(after: pending, .holds(later, since: at(gap)), timing, now: at(gap))
        #expect((next.began == at(0)) == bridges)
    }
}

@Suite("What tells that a target is another one")
struct MarksTests {
    private func marks(_ kind: Target.Kind, _ samples: Sample...) -> Labels {
        Marks.of(seen(target(kind), at(0), samples))
    }

    @Test func aRestartIsSeenByTheStartAndWaversOfASecondAreNone() {
        let start = { (seconds: Double) in
            self.marks(.postgresql, sample("diag_postgresql_start_time_seconds", 1_800_000_000 + seconds))
        }
        #expect(Marks.changes(from: start(0), to: start(1)) == [])
        #expect(Marks.changes(from: start(0), to: start(60)) == ["restarted at \(at(60))"])
        #expect(Marks.changes(from: start(60), to: start(0)) == [])
    }

    @Test func anotherRoleVersionOrInstanceIsSeen() {
        let redis = { (role: String, run: String) in
            self.marks(.redis, sample("diag_redis_info", 1, ["role": role, "run_id": run, "version": "7.0"]))
        }
        #expect(
            Marks.changes(from: redis("slave", "a"), to: redis("master", "b"))
                == ["another instance answers: a → b", "role: slave → master"])
        let recovery = { self.marks(.postgresql, sample("diag_postgresql_in_recovery", $0)) }
        #expect(Marks.changes(from: recovery(1), to: recovery(0)) == ["role: standby → primary"])
    }

    @Test func anotherMasterIsSeenByItsName() {
        let master = { (address: String) in
            self.marks(
                .sentinel, sample("diag_redis_sentinel_master_info", 1, ["master": "mymaster", "address": address]))
        }
        #expect(Marks.changes(from: master("a:1"), to: master("b:1")) == ["master mymaster: a:1 → b:1"])
    }

    @Test func anApplicationThatWasStartedAnewIsSeenByItsCounters() {
        let since = { (seconds: Double) in
            self.marks(.http, sample("diag_application_requests_total", 1, identity: "requests", since: at(seconds)))
        }
        #expect(Marks.changes(from: since(0), to: since(30)) == ["restarted at \(at(30))"])
    }

    @Test func whatCannotBeReadHasNotChanged() {
        let earlier: Labels = ["role": "primary"]
        let silent = Marks.of(failed(target(.postgresql), at(0), .timedOut))
        #expect(Marks.changes(from: earlier, to: silent) == [])
        #expect(Marks.remembered(earlier, silent) == earlier)
        #expect(Marks.changes(from: [:], to: earlier) == [], "first sight is no change")
    }
}

@Suite("The cause that the evidence names")
struct CauseTests {
    @Test func connectionsHaveTheirHog() {
        let table = Evidence.table(
            "postgresql.connections.clients", "",
            columns: ["usename", "application_name", "client_addr", "datname", "sessions", "idle"],
            rows: [
                [.text("app"), .text("worker"), .none, .text("orders"), .integer(84), .integer(80)],
                [.text("app"), .text("web"), .text("10.0.0.3"), .text("orders"), .integer(4), .integer(0)],
            ])
        #expect(
            Cause.seen(of: "PostgreSQLConnectionsExhausted", in: [table])
                == "app@orders \"worker\" holds 84 sessions, 80 of them idle")
    }

    @Test func aFailingComponentComesBeforeTheEndpointThatFails() {
        let endpoints = Evidence.table(
            "http.endpoints.errors", "", columns: ["endpoint", "requests", "errors", "share"],
            rows: [[.text("/a"), .number(10), .number(5), .ratio(0.5)]])
        let detail = { (state: String) in
            Evidence.table(
                "http.health.detail", "", columns: ["component", "value"],
                rows: [[.text("cache"), .text("healthy")], [.text("database"), .text(state)]])
        }
        #expect(Cause.seen(of: "HighErrorRate", in: [detail("unhealthy"), endpoints]) == "database is unhealthy")
        #expect(
            Cause.seen(of: "HighErrorRate", in: [detail("ok"), endpoints])
                == "/a failed 5 times, 50.0 % of its requests")
    }

    @Test func locksHaveTheirRoot() {
        let first = Evidence.fact(
            "postgresql.locks.first", "First", "4711 app@orders (idle in transaction) → terminate")
        #expect(
            Cause.seen(of: "PostgreSQLDeadlocks", in: [first]) == "4711 app@orders (idle in transaction) → terminate")
    }

    @Test func whereTheEvidenceIsSilentThereIsNone() {
        #expect(Cause.seen(of: "HighCPUUsage", in: []) == nil)
        #expect(Cause.seen(of: "NoSuchAlert", in: [.fact("x", "y", "z")]) == nil)
        let empty = Evidence.table("host.processes.cpu", "", columns: ["command", "pid", "processor"], rows: [])
        #expect(Cause.seen(of: "HighCPUUsage", in: [empty]) == nil)
    }
}
