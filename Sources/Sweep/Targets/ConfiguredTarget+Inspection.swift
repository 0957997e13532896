import Diagnostics
import HTTP
import Host
import PostgreSQL
import Redis

extension ConfiguredTarget {
    /// The probe of a command that looks at this kind of target in full.
    public var inspectionProbe: any Probe {
        switch settings {
        case .host(let settings): HostProbe(target: target, settings: settings.inFull)
        case .sentinel(let settings): SentinelProbe(target: target, settings: settings, asksMasters: true)
        default: probe(history: nil)
        }
    }

    /// A probe that asks a PostgreSQL server only these questions; nil for another kind of target.
    public func postgreSQLProbe(asking questions: [PostgreSQLProbe.Question]) -> (any Probe)? {
        guard case .postgresql(let settings) = settings else { return nil }
        return PostgreSQLProbe(settings.named(like: target), questions: questions)
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
