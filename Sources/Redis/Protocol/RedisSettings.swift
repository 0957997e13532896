import Diagnostics
import TLS

/// How to reach a Redis server or a Sentinel, and as whom.
public struct RedisSettings: Sendable, Hashable {
    public enum Endpoint: Sendable, Hashable {
        case tcp(host: String, port: UInt16)
        case unix(path: String)
    }

    public var endpoint: Endpoint
    /// An ACL user (Redis 6); nil for the default user.
    public var username: String?
    public var password: String?
    /// The database that is selected after connecting. INFO tells of all of them anyway.
    public var database: Int
    /// Nil without TLS.
    public var tls: TLSClientSettings?
    /// The endpoint is a Sentinel, and what is meant is the master that it calls so.
    public var sentinelMaster: String?
    /// Of the Sentinel, which has users and passwords apart from those of the servers that it watches.
    public var sentinelPassword: String?
    /// It is a replica in a cluster, which lets its keys be read only after READONLY.
    var readsReplica = false
    /// What the server can have of memory at most where it runs, in bytes: the smaller of the host's memory and its
    /// container's limit. Nil when that is not known from here; then INFO's `total_system_memory` has to do.
    public var hostMemory: Int64?

    public static let defaultPort: UInt16 = 6379
    public static let defaultSentinelPort: UInt16 = 26379

    public init(
        endpoint: Endpoint = .tcp(host: "127.0.0.1", port: Self.defaultPort), username: String? = nil,
        password: String? = nil, database: Int = 0, tls: TLSClientSettings? = nil, hostMemory: Int64? = nil
    ) {
        self.endpoint = endpoint
        self.username = username
        self.password = password
        self.database = database
        self.tls = tls
        self.hostMemory = hostMemory
    }
}

extension RedisSettings.Endpoint: CustomStringConvertible {
    /// `127.0.0.1:6379`, `[::1]:6379`, or the path.
    public var description: String {
        switch self {
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): path
        }
    }
}

/// Shown without the password, also by `dump`, `print` and a failing test.
extension RedisSettings: CustomStringConvertible, CustomReflectable {
    public var description: String { "\(endpoint)/\(database)" }

    public var customMirror: Mirror {
        Mirror(self, children: ["endpoint": "\(endpoint)", "database": database])
    }
}

extension RedisSettings {
    /// The commands that open a session. They go out in one packet with the first questions: an old server refuses
    /// CLIENT SETNAME, a Sentinel SELECT, and neither matters to the rest.
    ///
    /// AUTH must be the first: from 7.4 on a failed login gets no answer at all behind replies that are still to be sent
    /// (addAuthErrReply), and one would wait for it.
    var greeting: [RedisCommand] {
        var commands: [RedisCommand] = []
        if let password {
            commands.append(username.map { RedisCommand("AUTH", $0, password) } ?? RedisCommand("AUTH", password))
        }
        commands.append(RedisCommand("CLIENT", "SETNAME", "diag"))
        if readsReplica { commands.append(RedisCommand("READONLY")) }
        if database != 0 { commands.append(RedisCommand("SELECT", String(database))) }
        return commands
    }
}
