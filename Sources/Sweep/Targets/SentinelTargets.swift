import Diagnostics
import Redis

/// Sentinels that a command names, and how to get at what they watch.
public struct SentinelTargets: Sendable {
    private let sentinels: [(target: Target, settings: RedisSettings)]
    private let access: SentinelAccess

    /// - Parameters:
    ///   - targets: what is none of a Sentinel is passed over.
    ///   - configured: their users and passwords serve the servers that the Sentinels name.
    ///   - password: for servers that are not configured: REDISCLI_AUTH.
    /// - Throws: why what says where one is cannot be read.
    public init(
        _ targets: [ConfiguredTarget], among configured: [ConfiguredTarget], password: String?
    ) throws(ProbeError) {
        var sentinels: [(Target, RedisSettings)] = []
        for target in targets {
            switch target.settings {
            case .sentinel(let settings): sentinels.append((target.target, settings))
            case .unreadable(_, _, let error): throw error
            default: break
            }
        }
        self.sentinels = sentinels
        let servers = configured.compactMap { target -> RedisSettings? in
            guard case .redis(let settings) = target.settings, settings.sentinelMaster == nil else { return nil }
            return settings
        }
        // Servers speak TLS where their Sentinels do.
        let usual = RedisSettings(password: password, tls: sentinels.first?.1.tls)
        access = SentinelAccess(known: servers, usual: usual)
    }

    /// Looks at all of them, at those that they know besides, and at the servers.
    public var probe: any Probe { SentinelSurveyProbe(target: target, sentinels: named, access: access) }

    /// Their events as they publish them.
    public var events: SentinelEvents { SentinelEvents(sentinels: named, access: access) }

    private var named: [(name: String, settings: RedisSettings)] { sentinels.map { ($0.target.name, $0.settings) } }

    /// One of them under its own name, several under all of theirs.
    private var target: Target {
        guard sentinels.count != 1, !sentinels.isEmpty else {
            return sentinels.first?.target ?? Target(kind: .sentinel, name: "none", address: "none")
        }
        return Target(
            kind: .sentinel, name: sentinels.map(\.target.name).joined(separator: ","),
            address: sentinels.map(\.target.address).joined(separator: ","))
    }
}
