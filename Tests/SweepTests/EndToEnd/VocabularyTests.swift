import Containers
import Diagnostics
import HTTP
import Host
import Logs
import Playground
import PostgreSQL
import Reachability
import Redis
import Runbook
import TLS
import Testing

@testable import Sweep

extension FaultTests {
    /// The catalogue and the modules know each other only by words; here the words are compared.
    @Test(.timeLimit(.minutes(2))) func everyPieceOfEvidenceTheCatalogueAsksForIsThere() async throws {
        let stage = try await Stage(Self.playground, .atOnce)
        _ = try await stage.sweep()
        let faults: [Fault] = [
            .deadlock, .lockPileup, .crowdConnections, .fillRedis, .instanceDown, .errorRate, .slowResponses,
            .debateTimeout, .quotaExceeded, .authFailures, .rateLimit, .cpu, .memory, .disk,
        ]
        for fault in faults { try await Self.playground.bring(fault) }
        let outcome = try await stage.sweep()
        let inFull = await inspections(of: stage)
        let application = try await Self.playground.application()
        try application.change { $0.writesMalformedMetrics = true }
        let malformed = try await stage.sweep()
        try application.change { $0.writesMalformedMetrics = false }
        let pooled = try await pooledObservation()
        let pooler = try await poolerObservation()
        let secure = try await secureObservation()
        let contained = try await containerObservation()
        for fault in faults.reversed() { try await Self.playground.mend(fault) }
        let ids = Set(
            (outcome.observations + inFull + malformed.observations + [pooled, pooler, secure, contained]).flatMap(
                \.evidence
            ).map(
                \.id))
        for alert in Catalogue.alerts {
            for prefix in alert.evidence {
                #expect(ids.contains { $0.hasPrefix(prefix) }, "\(alert.name): \(prefix)")
            }
        }
    }

    /// Looks at a server over TLS.
    private func secureObservation() async throws -> Observation {
        let server = try await Self.playground.tls()
        let settings = HTTPSettings(
            baseURL: "https://\(server.serverName):\(server.port(.good))", role: .url,
            connection: .init(caFile: server.authority, address: "127.0.0.1:\(server.port(.good))"))
        let target = Target(kind: .http, name: "secure", address: settings.baseURL)
        return await HTTPProbe(target: target, settings: settings).observe(until: .after(.seconds(20)))
    }

    /// Looks at a container that was killed for lack of memory.
    private func containerObservation() async throws -> Observation {
        let path = try await Self.playground.folder() + "/vocabulary-docker.sock"
        let details = #"{"Id":"a","Name":"/app","State":{"Status":"exited","ExitCode":137,"OOMKilled":true}}"#
        let event = #"{"Actor":{"Attributes":{"name":"app"}},"time":1790000000}"#
        let api = try RecordedAPI(
            unixSocket: path, ["/containers/app/json": .json(details), "/events": .json(event)])
        let runtimes = ContainerRuntimes(environment: ["DOCKER_HOST": "unix://\(path)"])
        let deadline = Deadline.after(.seconds(20))
        let probe = ContainersProbe(workloads: [[.container("app")]], in: runtimes)
        let seen = await probe.observe(until: deadline)
        let kills = await runtimes.memoryKills(until: deadline)
        #expect(api.questions.allSatisfy { $0.hasPrefix("GET ") })
        return Observation(
            target: seen.target, started: seen.started, duration: seen.duration, evidence: seen.evidence + kills)
    }

    /// Looks at PgBouncer itself.
    private func poolerObservation() async throws -> Observation {
        let pooler = try await Self.playground.pgbouncer()
        var settings = try PostgreSQLSettings(uri: "postgresql://\(pooler.monitor.name)@\(pooler.host):\(pooler.port)/")
        settings.password = pooler.monitor.password
        return await PoolerProbe(settings).observe(until: .after(.seconds(20)))
    }

    /// Looks through PgBouncer.
    private func pooledObservation() async throws -> Observation {
        let servers = try await Self.playground.postgresql()
        let pooler = try await Self.playground.pgbouncer()
        var settings = try PostgreSQLSettings(uri: servers.uri(of: servers.primary, as: servers.monitor))
        settings.parameters["port"] = "\(pooler.port)"
        settings.password = servers.monitor.password
        return await PostgreSQLProbe(settings).observe(until: .after(.seconds(20)))
    }

    private func inspections(of stage: Stage) async -> [Observation] {
        let targets = stage.configuration.targets
        let probes =
            targets.filter { $0.target.kind == .host }.map(\.inspectionProbe)
            + targets.compactMap { $0.keyspaceProbe(.init(), history: nil) { _ in } }
        var observations: [Observation] = []
        for probe in probes { observations.append(await probe.observe(until: .after(.seconds(20)))) }
        return observations
    }
}

@Suite("Names that modules and catalogue share")
struct VocabularyTests {
    private static let declared: [Target.Kind: [Metric]] = [
        .postgresql: PostgreSQLMetrics.all, .pgbouncer: PoolerMetrics.all,
        .redis: RedisMetrics.all + ClusterMetrics.all,
        .sentinel: SentinelMetrics.all,
        .tls: TLSMetrics.all, .http: HTTPMetrics.all + TLSMetrics.all, .log: LogMetrics.all,
        .host: HostMetrics.all + ResolverCheck.metrics,
        .network: ReachabilityMetrics.all,
    ]

    @Test func everyMetricOfTheCatalogueIsDeclaredByTheModuleItIsAskedOf() {
        for alert in Catalogue.all where alert.name != "PgBouncerPoolWaiting" {
            for condition in alert.conditions where condition.presence != .incidental {
                let names = Set(Self.declared[condition.kind, default: []].map(\.name))
                #expect(
                    condition.expression.metrics.subtracting(names).isEmpty,
                    "\(alert.name) at \(condition.kind): \(condition.expression.metrics)")
            }
        }
    }

    @Test func whatAnIncidentalConditionAsksForIsDeclaredSomewhere() {
        let names = Set(Self.declared.values.joined().map(\.name))
        for condition in Catalogue.alerts.flatMap(\.conditions) {
            #expect(condition.expression.metrics.isSubset(of: names))
        }
    }

    @Test(arguments: Target.Kind.allCases) func namesFollowPrometheus(kind: Target.Kind) {
        for metric in Self.declared[kind, default: []] {
            #expect(metric.name.hasPrefix("diag_"))
            #expect(metric.flaws == [], "\(metric.name)")
            #expect(metric.help.hasSuffix("."), "\(metric.name)")
        }
    }

    @Test func aNameMeansTheSameInEveryModule() {
        let byName = Dictionary(grouping: Self.declared.values.joined(), by: \.name)
        for (name, metrics) in byName { #expect(Set(metrics.map(\.kind)).count == 1, "\(name)") }
    }
}
