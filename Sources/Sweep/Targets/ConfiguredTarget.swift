import Containers
import Diagnostics
import HTTP
import Host
import Logs
import PostgreSQL
import Reachability
import Redis
import TLS

/// A target with how to look at it. It may hold secrets, so it is never printed.
public struct ConfiguredTarget: Sendable {
    /// How to reach a target, in its own module's terms.
    public enum Settings: Sendable {
        case postgresql(PostgreSQLSettings)
        /// A PgBouncer, looked at through its console.
        case pgbouncer(PostgreSQLSettings)
        case redis(RedisSettings)
        case sentinel(RedisSettings)
        case tls(TLSSettings)
        /// Certificates as they lie in files.
        case certificateFiles(CertificateFiles)
        case certbot(CertbotFolders)
        case http(HTTPSettings)
        case log(LogSettings)
        case host(HostSettings)
        case network(ReachabilitySettings)
        /// What says where the target is cannot be read; the sweep shows why in the target's place.
        case unreadable(Target.Kind, from: String, ProbeError)
    }

    public let target: Target
    public let settings: Settings
    /// How long it may take; nil: the sweep's own bound.
    public let timeout: Duration?
    /// What it runs as, where somebody has said so.
    var workload: Workload?

    /// - Parameter name: unique within its kind; nil: its address.
    public init(name: String? = nil, labels: Labels = [:], settings: Settings, timeout: Duration? = nil) {
        let address = settings.address
        target = Target(kind: settings.kind, name: name ?? address, address: address, labels: labels)
        self.settings = settings
        self.timeout = timeout
    }
}

extension ConfiguredTarget {
    /// The same target, got into in another way.
    public func with(_ settings: Settings) -> ConfiguredTarget {
        var other = ConfiguredTarget(
            name: target.name, labels: target.labels, settings: settings, timeout: timeout)
        other.workload = workload
        return other
    }
}

extension ConfiguredTarget.Settings {
    public var kind: Target.Kind {
        switch self {
        case .postgresql: .postgresql
        case .pgbouncer: .pgbouncer
        case .redis: .redis
        case .sentinel: .sentinel
        case .tls, .certificateFiles, .certbot: .tls
        case .http: .http
        case .log: .log
        case .host: .host
        case .network: .network
        case .unreadable(let kind, _, _): kind
        }
    }

    /// For people, without user info.
    public var address: String {
        switch self {
        case .postgresql(let settings), .pgbouncer(let settings): settings.address
        case .redis(let settings), .sentinel(let settings): "\(settings.endpoint)"
        case .tls(let settings): settings.address
        case .certificateFiles(let files): files.patterns.joined(separator: ", ")
        case .certbot(let folders): folders.configuration
        case .http(let settings): settings.shownAddress
        case .log(let settings): settings.path
        case .host: "this host"
        case .network(let settings): settings.address
        case .unreadable(_, let place, _): place
        }
    }
}
