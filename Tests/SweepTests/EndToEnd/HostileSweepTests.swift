import Diagnostics
import HTTP
import Playground
import PostgreSQL
import Redis
import Runbook
import TLS
import Testing

@testable import Sweep

extension ConfiguredTarget {
    /// A target of each kind that has a protocol of its own, at one port.
    static func ofEachProtocol(
        named name: String, at port: UInt16, timeout: Duration
    ) -> [ConfiguredTarget] {
        let parameters = ["host": "127.0.0.1", "port": "\(port)", "user": "monitor", "dbname": "app"]
        let redis = RedisSettings(endpoint: .tcp(host: "127.0.0.1", port: port))
        let all: [Settings] = [
            .postgresql(PostgreSQLSettings(name: name, parameters: parameters, password: "secret")),
            .redis(redis), .sentinel(redis), .tls(TLSSettings(host: "127.0.0.1", port: port)),
            .http(HTTPSettings(baseURL: "http://127.0.0.1:\(port)")),
        ]
        return all.map { ConfiguredTarget(name: name, settings: $0, timeout: timeout) }
    }
}

extension FaultTests {
    /// For every protocol every kind of misbehaviour, in the middle of targets that are well.
    @Test(.timeLimit(.minutes(2))) func hostilePeersChangeNothingForTheOthers() async throws {
        let stage = try await Stage(Self.playground)
        let alone = try await stage.sweep()
        let hostile = try await Self.playground.hostile()
        var crowded = stage
        crowded.configuration.targets += HostilePeers.Kind.allCases.flatMap { kind in
            ConfiguredTarget.ofEachProtocol(
                named: "hostile-\(kind.rawValue)", at: hostile.port(kind), timeout: .seconds(3))
        }
        crowded.configuration.targets.shuffle()
        let together = try await crowded.sweep()
        for before in alone.observations { expectTheSame(before, in: together) }
        for observation in together.observations where observation.target.name.hasPrefix("hostile-") {
            expectRightFailure(observation)
            expectRightFindings(together, observation)
        }
        #expect(together.observations.count == alone.observations.count + 50)
        // Each has three seconds and they run side by side; one after another would take minutes.
        #expect(together.duration < .seconds(35))
        #expect(together.findings.allSatisfy { !$0.summary.contains("secret") })
    }

    private func expectTheSame(_ before: Observation, in outcome: SweepRun.Outcome) {
        let after = outcome.observations.first { $0.target == before.target }
        #expect(after != nil)
        #expect(after?.failure == nil)
        #expect(after?.problems == before.problems, "\(before.target.name)")
        #expect(after?.gaps == before.gaps, "\(before.target.name)")
        #expect(after.map { names($0) } == names(before), "\(before.target.name)")
        // The disagreement is with the hostile Sentinels' silence, which is none.
        #expect(after?.evidence.map(\.id) == before.evidence.map(\.id), "\(before.target.name)")
    }

    private func names(_ observation: Observation) -> Set<String> {
        // A short sample of the CPU is only taken when nothing is remembered.
        Set(observation.samples.map(\.metric.name)).subtracting(["diag_host_cpu_busy_ratio"])
    }

    private func expectRightFailure(_ observation: Observation) {
        let name = "\(observation.target.kind.rawValue) \(observation.target.name)"
        let manner = HostilePeers.Kind(rawValue: String(observation.target.name.dropFirst("hostile-".count)))
        guard let failure = observation.failure, let manner else {
            Issue.record("\(name) has not failed: \(observation.evidence.map(\.words))")
            return
        }
        #expect(
            manner.failures(at: observation.target.kind).contains(failure.kind), "\(name): \(failure.kind) \(failure)")
        #expect(observation.duration < .seconds(25), "\(name)")
    }

    private func expectRightFindings(_ outcome: SweepRun.Outcome, _ observation: Observation) {
        let findings = outcome.findings.filter { $0.target == observation.target }
        let name = "\(observation.target.kind.rawValue) \(observation.target.name)"
        #expect(!findings.isEmpty, "\(name)")
        for finding in findings {
            let expected: Verdict =
                switch finding.alert {
                case "InstanceDown": .firing
                // The way there was measured, whatever came of it.
                case "NetworkLatencyHigh" where finding.verdict == .ok: .ok
                default: .unknown
                }
            #expect(finding.verdict == expected, "\(name): \(finding.alert) \(finding.summary)")
        }
        if [.postgresql, .redis, .http].contains(observation.target.kind) {
            #expect(findings.contains { $0.alert == "InstanceDown" }, "\(name)")
        }
    }
}

extension HostilePeers.Kind {
    /// What a client of that protocol can rightly make of it.
    fileprivate func failures(at kind: Target.Kind) -> Set<ProbeError.Kind> {
        switch self {
        case .silent, .full: [.timedOut]
        case .closing: [.unreachable]
        case .refusing: [.refused]
        case .rubbish: [.protocolViolation]
        // Whether the bytes before the reset were read in time is a matter of luck.
        case .resetting: [.unreachable, .protocolViolation]
        case .tricklingHTTP, .tricklingRedis, .tricklingPostgreSQL, .tricklingTLS:
            speaks(kind) ? [.timedOut] : [.timedOut, .protocolViolation]
        }
    }

    private func speaks(_ kind: Target.Kind) -> Bool {
        switch self {
        case .tricklingHTTP: kind == .http
        case .tricklingRedis: kind == .redis || kind == .sentinel
        case .tricklingPostgreSQL: kind == .postgresql
        case .tricklingTLS: kind == .tls
        default: false
        }
    }
}

@Suite("Five hundred targets, most of them dead")
struct ManyTargetsTests {
    @Test(.timeLimit(.minutes(2))) func allAreReportedWithinTheWholeDeadline() async throws {
        let playground = Playground()
        let hostile = try await playground.hostile()
        let application = try await playground.application()
        let manners: [HostilePeers.Kind] = [.silent, .refusing, .closing, .silent, .silent]
        var targets = (0..<98).flatMap { number in
            ConfiguredTarget.ofEachProtocol(
                named: "dead-\(number)", at: hostile.port(manners[number % manners.count]), timeout: .seconds(2))
        }
        for number in 0..<10 {
            let settings = HTTPSettings(baseURL: application.url)
            targets.insert(
                ConfiguredTarget(name: "alive-\(number)", settings: .http(settings)), at: number * 45)
        }
        var stage = try Stage(targets)
        stage.configuration.bounds = Bounds(timeout: .seconds(30), deadline: .seconds(30), concurrency: 100)
        let crowd = Crowd()
        let outcome = await SweepRun(stage.configuration, environment: [:]).run { progress in
            switch progress {
            case .began: crowd.enter()
            case .ended: crowd.leave()
            }
        }
        #expect(outcome.observations.map(\.target) == targets.map(\.target))
        #expect(crowd.most <= 100)
        #expect(outcome.duration < .seconds(60))
        for observation in outcome.observations {
            let isAlive = observation.target.name.hasPrefix("alive")
            #expect(
                (observation.failure == nil) == isAlive, "\(observation.target) \(observation.failure?.message ?? "")")
        }
        let judged = Set(outcome.findings.compactMap(\.target))
        #expect(judged == Set(targets.map(\.target)))
        await playground.stop()
    }

    /// More silence than the whole deadline has room for: what was not looked at is said to be so.
    @Test(.timeLimit(.minutes(2))) func whatThereWasNoTimeForIsUnknown() async throws {
        let playground = Playground()
        let hostile = try await playground.hostile()
        let targets = (0..<100).flatMap {
            ConfiguredTarget.ofEachProtocol(named: "silent-\($0)", at: hostile.port(.silent), timeout: .seconds(2))
        }
        var stage = try Stage(targets)
        stage.configuration.bounds = Bounds(timeout: .seconds(2), deadline: .seconds(5), concurrency: 100)
        let outcome = try await stage.sweep()
        #expect(outcome.observations.count == 500)
        #expect(outcome.observations.allSatisfy { $0.failure?.kind == .timedOut })
        #expect(outcome.duration < .seconds(40))
        let missed = outcome.observations.filter { $0.failure?.message.contains("not looked at") == true }
        #expect(!missed.isEmpty && missed.count < 500)
        await playground.stop()
    }
}
