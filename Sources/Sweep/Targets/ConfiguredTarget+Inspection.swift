import Diagnostics
import HTTP
import Host
import PostgreSQL
import Redis
import TLS

extension ConfiguredTarget {
    /// The probe of a command that looks at this kind of target in full.
    public var inspectionProbe: any Probe {
        switch settings {
        case .host(let settings): HostProbe(target: target, settings: settings.inFull)
        case .pgbouncer(let settings): PoolerProbe(settings.named(like: target), listsAlways: true)
        default: probe(history: nil)
        }
    }

    /// A probe that asks a PostgreSQL server only these questions; nil for another kind of target.
    public func postgreSQLProbe(asking questions: [PostgreSQLProbe.Question]) -> (any Probe)? {
        guard case .postgresql(let settings) = settings else { return nil }
        return PostgreSQLProbe(settings.named(like: target), questions: questions)
    }

    /// A probe that asks for deadlocks and reads the reports of them in the server's log; nil for another kind of target.
    public var deadlocksProbe: (any Probe)? {
        guard case .postgresql(let settings) = settings else { return nil }
        guard let log = settings.log else { return postgreSQLProbe(asking: [.deadlocks, .deadlockReports]) }
        return postgreSQLProbe(asking: [.deadlocks]).map { WithServerLog(server: $0, log: log, known: nil) }
    }

    /// A probe that asks the pooler at this address; nil for another kind of target.
    public var poolerProbe: (any Probe)? {
        guard case .pgbouncer(let settings) = settings else { return nil }
        return PoolerProbe(settings.named(like: target), listsAlways: true)
    }

    /// A probe that asks a Redis server only these questions; nil for another kind of target.
    public func redisProbe(asking questions: [RedisProbe.Question]) -> (any Probe)? {
        guard case .redis(let settings) = settings else { return nil }
        return LocalRedis(target: target, settings: settings, questions: questions)
    }

    /// A probe that asks a Redis server for its memory, with a forecast from the history; nil for another kind of target.
    public func redisMemoryProbe(history: String?) -> (any Probe)? {
        guard case .redis(let settings) = settings else { return nil }
        return RememberedMemory(target: target, settings: settings, history: history)
    }

    /// A probe that looks for the keys that a Redis server is asked for most; nil for another kind of target.
    public func hotKeysProbe(
        _ options: HotKeysProbe.Options, progress: @escaping @Sendable (HotKeysProbe.Progress) -> Void
    ) -> (any Probe)? {
        guard case .redis(let settings) = settings else { return nil }
        return HotKeysProbe(target: target, settings: settings, options: options, progress: progress)
    }

    /// The same target with other settings; another kind of target as it is.
    public func withTLS(_ change: (inout TLSSettings) -> Void) -> ConfiguredTarget {
        guard case .tls(var settings) = settings else { return self }
        change(&settings)
        return with(.tls(settings))
    }

    /// A probe with what a person says in place of the target's own settings; nil for another kind of target.
    public func tlsProbe(_ change: (inout TLSSettings) -> Void) -> (any Probe)? {
        guard case .tls(var settings) = settings else { return nil }
        change(&settings)
        return TLSProbe(target: target, settings: settings)
    }

    /// A probe that asks all nodes of a Redis cluster; nil for another kind of target.
    public var clusterProbe: (any Probe)? {
        guard case .redis(let settings) = settings else { return nil }
        return ClusterProbe(target: target, settings: settings)
    }

    /// A probe that looks at all keys of a Redis deployment; nil for another kind of target.
    ///
    /// - Parameter history: the file where the scan before is kept; nil for none.
    public func keyspaceProbe(
        _ options: KeyspaceScan.Options, history: String?,
        progress: @escaping @Sendable (KeyspaceScan.Progress) -> Void
    ) -> (any Probe)? {
        guard case .redis(let settings) = settings else { return nil }
        let scan = KeyspaceScan(settings: settings, options: options)
        return ScannedKeyspace(target: target, scan: scan, history: history, progress: progress)
    }
}

extension HostSettings {
    /// With what a person wants to see and a sweep does not wait for.
    fileprivate var inFull: HostSettings {
        var settings = self
        settings.cpuSample = cpuSample ?? .milliseconds(500)
        settings.topProcesses = max(10, topProcesses)
        settings.measuresFolders = true
        return settings
    }
}
