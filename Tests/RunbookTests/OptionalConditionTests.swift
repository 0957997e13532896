import Diagnostics
import Testing

@testable import Runbook

@Suite("Conditions beside the runbook's")
struct OptionalConditionTests {
    /// Name, severity, comparison, threshold in base units, seconds to hold.
    static let postgreSQL: [(String, Severity, Comparison, Double, Int)] = [
        ("PostgreSQLTransactionIDWraparound", .p2, .above, 0.6, 0),
        ("PostgreSQLLongTransaction", .p3, .above, 3600, 0),
        ("PostgreSQLIdleInTransaction", .p3, .above, 300, 0),
        ("PostgreSQLSlotRetention", .p2, .above, 1_073_741_824, 300),
        ("PostgreSQLStandbyMissing", .p2, .below, 1, 60),
        ("PostgreSQLPreparedTransaction", .p2, .above, 300, 0),
        ("PostgreSQLAutovacuumStarved", .p3, .above, 0, 3600),
        ("PostgreSQLTempFiles", .p4, .above, 1_073_741_824, 0),
        ("PostgreSQLCheckpointPressure", .p3, .above, 0.5, 900),
        ("PostgreSQLCacheHitLow", .p4, .below, 0.98, 300),
        ("PgBouncerPoolWaiting", .p2, .above, 1, 60),
        ("PostgreSQLArchiveFailing", .p2, .above, 251_658_240, 300),
        ("PostgreSQLChecksumFailures", .p1, .above, 0, 0),
        ("PostgreSQLCollationVersionMismatch", .p3, .above, 0, 0),
    ]

    static let tls: [(String, Severity, Comparison, Double, Int)] = [
        ("TLSChainInvalid", .p2, .below, 1, 0), ("TLSNameMismatch", .p2, .below, 1, 0),
        ("TLSCertificateDrift", .p3, .below, 1, 300), ("TLSRenewalOverdue", .p3, .below, 0.25, 0),
        ("TLSWeakCertificate", .p3, .above, 0, 0), ("TLSOutdatedVersion", .p4, .above, 0, 0),
        ("TLSStapleStale", .p3, .below, 1, 3600), ("TLSKeyMismatch", .p3, .below, 1, 0),
        ("TLSEndpointUnreachable", .p2, .below, 1, 60),
    ]

    static let redis: [(String, Severity, Comparison, Double, Int)] = [
        ("RedisConnectionsExhausted", .p2, .above, 0.9, 120), ("RedisConnectionsRejected", .p2, .above, 0, 0),
        ("RedisWritesRefused", .p2, .above, 0, 0), ("RedisEvictions", .p3, .above, 0, 0),
        ("RedisBlockedClients", .p3, .above, 0, 300), ("RedisReplicationBroken", .p2, .below, 1, 60),
        ("RedisReplicationLag", .p2, .above, 10, 60), ("RedisSaveFailing", .p2, .below, 1, 0),
        ("RedisSaveOverdue", .p3, .above, 86_400, 0), ("RedisFragmentation", .p4, .above, 1.5, 900),
        ("RedisHitRatioLow", .p4, .below, 0.8, 300), ("RedisSlowlogGrowth", .p3, .above, 10, 0),
        ("RedisAccessDenied", .p3, .above, 100, 0), ("RedisClusterSlotsUncovered", .p1, .above, 0, 60),
        ("RedisClusterDegraded", .p3, .above, 0, 300), ("RedisSentinelQuorumLost", .p2, .below, 1, 60),
        ("RedisSentinelNoReplica", .p2, .below, 1, 300), ("RedisSentinelMasterDown", .p1, .below, 1, 60),
    ]

    static let network: [(String, Severity, Comparison, Double, Int)] = [
        ("HTTPResponseSlow", .p3, .above, 1, 300), ("DNSResolverDown", .p2, .below, 1, 60),
        ("TCPRetransmitsHigh", .p3, .above, 0.02, 300), ("NetworkInterfaceErrors", .p3, .above, 0.01, 900),
        ("ConntrackTableFull", .p2, .above, 0.75, 0),
    ]

    @Test(arguments: postgreSQL + redis + tls + network)
    func numbersAreAsDocumented(
        name: String, severity: Severity, comparison: Comparison, threshold: Double, hold: Int
    ) throws {
        let alert = try #require(Catalogue.alert(named: name.lowercased()))
        #expect(alert.isOptional)
        #expect(alert.severity == severity)
        #expect(alert.comparison == comparison)
        #expect(alert.threshold == threshold)
        #expect(alert.holdFor == .seconds(hold))
    }

    @Test func theTableIsAllThereIs() {
        #expect(Catalogue.postgreSQL.map(\.name) == Self.postgreSQL.map(\.0))
        #expect(Catalogue.redis.map(\.name) == Self.redis.map(\.0))
        #expect(Catalogue.tls.map(\.name) == Self.tls.map(\.0))
        #expect(Catalogue.network.map(\.name) == Self.network.map(\.0))
        #expect(Set(Catalogue.all.map(\.name)).count == Catalogue.all.count)
        #expect(Catalogue.alerts.allSatisfy { !$0.isOptional })
    }

    @Test(arguments: [
        (AlertOverride?.none, [String](), false), (AlertOverride(), [], true),
        (AlertOverride(isEnabled: true), [], true),
        (AlertOverride(threshold: 60), [], true), (AlertOverride(isEnabled: false, threshold: 60), [], false),
        (nil, ["PostgreSQLLongTransaction"], true), (nil, ["PostgreSQLSlotRetention"], false),
        (nil, ["postgresql"], false), (AlertOverride(isEnabled: false), ["PostgreSQLLongTransaction"], false),
    ])
    func areLookedAtOnlyWhereTheyAreNamed(override: AlertOverride?, only: [String], isLookedAt: Bool) throws {
        let name = "PostgreSQLLongTransaction"
        let overrides = try Overrides(override.map { [name: $0] } ?? [:])
        let judgement = Judgement(overrides, selection: try Selection(only: only, skip: []))
        #expect(judgement.alerts.contains { $0.name == name } == isLookedAt)
        #expect(judgement.alerts.filter { !$0.isOptional }.count == 17)
    }

    @Test func whatIsOffIsNotSpokenOf() {
        var watch = Watch()
        let findings = watch.sweep(
            seen(target(.postgresql), at(0), [sample("diag_postgresql_oldest_transaction_seconds", 1e6)]))
        #expect(Set(findings.map(\.alert)) == Set(Catalogue.alerts.map(\.name)))
    }

    @Test func historyKeepsOnlyWhatIsLookedAt() throws {
        let temp = "diag_postgresql_temp_bytes_total"
        #expect(Judgement().lookback[temp] == nil)
        #expect(Judgement(try Overrides(["PostgreSQLTempFiles": AlertOverride()])).lookback[temp] == .seconds(360))
    }

    @Test func anExplanationSaysThatItIsOff() throws {
        let alert = try #require(Catalogue.alert(named: "PostgreSQLSlotRetention"))
        #expect(!Explanation(alert, isOn: Overrides.none.looksAt(alert)).isOn)
        #expect(Explanation(alert).ways.map(\.rule) == ["retains above 1 GiB", "is lost"])
    }
}

@Suite("Both sides of every optional threshold")
struct OptionalThresholdTests {
    /// Alert, metric, labels, the last good value and the first bad one, and what is said of that.
    static let gauges: [(String, String, Labels, Double, Double, String)] = [
        (
            "PostgreSQLTransactionIDWraparound", "diag_postgresql_transaction_ids_used_ratio", ["datname": "app"], 0.6,
            0.601, "app transaction ids used 60.1 % > 60 %"
        ),
        (
            "PostgreSQLTransactionIDWraparound", "diag_postgresql_multixact_ids_used_ratio", ["datname": "app"], 0.6,
            0.7, "app multixact ids used 70.0 % > 60 %"
        ),
        (
            "PostgreSQLLongTransaction", "diag_postgresql_oldest_transaction_seconds", [:], 3600, 4000,
            "oldest transaction 1 h 7 min > 1 h"
        ),
        (
            "PostgreSQLIdleInTransaction", "diag_postgresql_idle_in_transaction_seconds", [:], 300, 301,
            "idle in transaction 5 min 1 s > 5 min"
        ),
        (
            "PostgreSQLSlotRetention", "diag_postgresql_slot_retained_bytes", ["slot_name": "s"], 1_073_741_824,
            1_610_612_736, "s retains 1.5 GiB > 1 GiB"
        ),
        ("PostgreSQLSlotRetention", "diag_postgresql_slot_lost", ["slot_name": "s"], 0, 1, "s is lost"),
        (
            "PostgreSQLStandbyMissing", "diag_postgresql_standby_connected", ["application_name": "two"], 1, 0,
            "two does not stream"
        ),
        (
            "PostgreSQLPreparedTransaction", "diag_postgresql_oldest_prepared_transaction_seconds", [:], 300, 86_400,
            "oldest prepared transaction 24 h > 5 min"
        ),
        (
            "PostgreSQLAutovacuumStarved", "diag_postgresql_vacuum_overdue_tables", [:], 0, 1,
            "1 table overdue for vacuum"
        ),
        (
            "PostgreSQLAutovacuumStarved", "diag_postgresql_autovacuum_workers_used_ratio", [:], 0.67, 1,
            "autovacuum workers 100.0 % > 99 %"
        ),
        (
            "PgBouncerPoolWaiting", "diag_pgbouncer_pool_maxwait_seconds", ["database": "app", "user": "web"], 1, 2.5,
            "app waited for a connection 2.5 s > 1 s"
        ),
        (
            "PostgreSQLArchiveFailing", "diag_postgresql_archive_backlog_bytes", [:], 251_658_240, 268_435_456,
            "not archived 256.0 MiB > 240 MiB"
        ),
        ("PostgreSQLArchiveFailing", "diag_postgresql_archive_failing", [:], 0, 1, "archiving fails"),
        (
            "PostgreSQLChecksumFailures", "diag_postgresql_checksum_failures_total", ["datname": "app"], 0, 2,
            "app 2 checksum failures"
        ),
        (
            "PostgreSQLCollationVersionMismatch", "diag_postgresql_collation_mismatches", ["datname": "app"], 0, 3,
            "app 3 collations of another version"
        ),
    ]

    @Test(arguments: gauges)
    func theThresholdItselfIsGood(
        name: String, metric: String, labels: Labels, good: Double, bad: Double, said: String
    ) {
        var watch = Watch([name: AlertOverride(holdFor: .zero)], only: [name])
        let fine = watch.sweep(seen(place(name), at(0), [sample(metric, good, labels)]))
        #expect(fine.verdicts(name).contains(.ok))
        #expect(!fine.verdicts(name).contains(.firing))
        let firing = watch.sweep(seen(place(name), at(0), [sample(metric, bad, labels)]))
        #expect(firing.first?.verdict == .firing)
        #expect(firing.first?.summary == said)
    }

    @Test(arguments: gauges)
    func whatWasNotMeasuredIsNeverOk(
        name: String, metric: String, labels: Labels, good: Double, bad: Double, said: String
    ) {
        var watch = Watch([name: AlertOverride()], only: [name])
        let broken = failed(place(name), at(0), .local, "no descriptors left")
        #expect(watch.sweep(broken).verdicts(name).allSatisfy { $0 == .unknown })
    }

    /// A pooler is a target of its own.
    private func place(_ name: String) -> Target {
        target(name.hasPrefix("PgBouncer") ? .pgbouncer : .postgresql)
    }

    @Test func temporaryFilesAreCountedOverFiveMinutes() {
        var watch = Watch(["PostgreSQLTempFiles": AlertOverride()], only: ["PostgreSQLTempFiles"])
        func sweep(_ minutes: Double, _ bytes: Double, reset: Timestamp? = nil) -> [Finding] {
            let temp = sample("diag_postgresql_temp_bytes_total", bytes, ["datname": "app"], since: reset)
            return watch.sweep(seen(target(.postgresql), minute(minutes), [temp]))
        }
        #expect(sweep(0, 5e12).first?.verdict == .unknown)
        #expect(sweep(1, 5e12 + 1_073_741_824).first?.verdict == .ok)
        #expect(sweep(2, 5e12 + 1_073_741_825).first?.summary == "app temporary files in 5 min 1.0 GiB > 1 GiB")
        #expect(sweep(10, 0, reset: minute(9)).first?.verdict == .ok)
        #expect(sweep(11, 2e9, reset: minute(9)).first?.verdict == .firing)
    }

    @Test func checkpointsAreJudgedOverAnHour() {
        let name = "PostgreSQLCheckpointPressure"
        var watch = Watch([name: AlertOverride(holdFor: .zero)], only: [name])
        func sweep(_ minutes: Double, timed: Double, requested: Double) -> [Finding] {
            watch.sweep(
                seen(
                    target(.postgresql), minute(minutes),
                    [("timed", timed), ("requested", requested)].map { cause, count in
                        sample("diag_postgresql_checkpoints_total", count, ["cause": cause])
                    }))
        }
        _ = sweep(0, timed: 100, requested: 100)
        #expect(sweep(1, timed: 100, requested: 100).first?.summary == "requested checkpoints in 1 h no checkpoints")
        #expect(sweep(30, timed: 102, requested: 102).first?.verdict == .ok)
        #expect(sweep(40, timed: 102, requested: 103).first?.summary == "requested checkpoints in 1 h 60.0 % > 50 %")
        #expect(sweep(140, timed: 122, requested: 104).first?.verdict == .ok)
    }

    @Test func aShareOfFewBlocksIsNotJudged() throws {
        let name = "PostgreSQLCacheHitLow"
        var watch = Watch([name: AlertOverride(holdFor: .zero)], only: [name])
        func sweep(_ minutes: Double, _ counts: [(String, hits: Double, reads: Double)]) -> [Finding] {
            watch.sweep(
                seen(
                    target(.postgresql), minute(minutes),
                    counts.flatMap { datname, hits, reads in
                        [("cache", hits), ("disk", reads)].map { from, count in
                            sample("diag_postgresql_block_requests_total", count, ["datname": datname, "from": from])
                        }
                    }))
        }
        _ = sweep(0, [("app", 0, 0), ("small", 0, 0)])
        let findings = sweep(1, [("app", 19_600, 401), ("small", 10, 90)])
        #expect(findings.map(\.verdict) == [.firing, .ok])
        #expect(findings[0].summary == "app cache hits 97.995 % < 98 %")
        #expect(findings[1].summary.contains("100 blocks, fewer than the 10000 that are judged"))
        #expect(sweep(2, [("app", 59_600, 801), ("small", 10, 90)]).allSatisfy { $0.verdict == .ok })
    }
}
