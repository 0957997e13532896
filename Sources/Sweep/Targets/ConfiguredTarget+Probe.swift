import Diagnostics
import HTTP
import Host
import Logs
import PostgreSQL
import Reachability
import Redis
import Runbook
import TLS

extension ConfiguredTarget {
    /// The probe that a sweep sends there.
    ///
    /// - Parameters:
    ///   - history: where CPU counters of an earlier sweep may be; without them the host is watched for a moment.
    ///   - alerts: those that are looked at there; they decide what is asked beside the usual.
    ///   - lockGraphs: get what is read of locks, for those who draw it.
    func probe(history: OpeningHistory?, alerts: [Alert] = [], lockGraphs: LockGraphs? = nil) -> any Probe {
        switch settings {
        case .postgresql(let settings):
            sweptServer(
                settings.named(like: target).showing(alerts), .measuring(alerts, for: target, lockGraphs), history)
        case .pgbouncer(let settings): PoolerProbe(settings.named(like: target))
        case .redis(let settings): LocalRedis(target: target, settings: settings, questions: .measuring(alerts))
        case .sentinel(let settings): SentinelProbe(target: target, settings: settings)
        case .tls(let settings): TLSProbe(target: target, settings: settings)
        case .certificateFiles(let files): CertificateFilesProbe(target: target, files: files)
        case .certbot(let folders): CertbotProbe(target: target, folders: folders)
        case .http(let settings): HTTPProbe(target: target, settings: settings)
        case .log(let settings): LogProbe(target: target, settings: settings)
        case .host(let settings): SweptHost(target: target, settings: settings, history: history)
        case .network(let settings): ReachabilityProbe(target: target, settings: settings)
        case .unreadable(_, _, let error): UnreadableTarget(target: target, error: error)
        }
    }
}

extension ConfiguredTarget {
    /// The reports of deadlocks are read only when there are more than the last sweep saw.
    private func sweptServer(
        _ settings: PostgreSQLSettings, _ questions: [PostgreSQLProbe.Question], _ history: OpeningHistory?
    ) -> any Probe {
        let known: @Sendable () async -> [String: Double]? = { [target] in await history?.deadlocks(at: target) }
        guard let log = settings.log else {
            return PostgreSQLProbe(settings, questions: [.deadlockReports(since: known)] + questions)
        }
        return WithServerLog(server: PostgreSQLProbe(settings, questions: questions), log: log, known: known)
    }
}

/// In the place of a target that nobody can look for.
private struct UnreadableTarget: Probe {
    let target: Target
    let error: ProbeError

    func observe(until deadline: Deadline) async -> Observation {
        Observation(target: target, started: .now, duration: .zero, failure: error)
    }
}

/// The host, watched for a moment only when no earlier sweep left counters to compare with.
private struct SweptHost: Probe {
    let target: Target
    let settings: HostSettings
    let history: OpeningHistory?

    func observe(until deadline: Deadline) async -> Observation {
        var settings = settings
        let metric = HostMetrics.cpuBusy
        let opened = await history?.opened.history
        let known = await opened?.hasReading(of: metric, at: target, youngerThan: .seconds(900)) ?? false
        settings.cpuSample = known ? nil : settings.cpuSample ?? .milliseconds(200)
        return await HostProbe(target: target, settings: settings).observe(until: deadline)
    }
}

extension PostgreSQLSettings {
    /// The module makes the target from its settings.
    func named(like target: Target) -> PostgreSQLSettings {
        var settings = self
        settings.name = target.name
        settings.labels = target.labels
        return settings
    }
}
