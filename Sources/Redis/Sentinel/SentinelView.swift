/// What one Sentinel knows of one of its masters: an entry of SENTINEL MASTERS.
public struct SentinelMaster: Sendable, Hashable {
    public let name: String
    /// As the Sentinel tells it to clients: an address, or a hostname under `resolve-hostnames`.
    public let address: String
    /// Nil when this Sentinel has never reached the master.
    public let runID: String?
    /// `master`, and `s_down`, `o_down`, `disconnected`, `failover_in_progress` and others.
    public let flags: Set<String>
    /// Of the last failover that made this the master; higher is newer.
    public let configEpoch: Int64?
    public let replicas: Int64?
    public let otherSentinels: Int64?
    public let quorum: Int64?
    public let downAfterSeconds: Double?
    /// For how long this Sentinel has taken this server for the master: since it began to watch it, or since a failover.
    public let age: Double?
    /// Seconds since the master last answered a PING.
    public let silence: Double?
    public let failoverTimeoutSeconds: Double?
    /// How many replicas are given the new master at once in a failover.
    public let parallelSyncs: Int64?
    /// While this Sentinel leads a failover: `wait_start`, `select_slave`, …
    public let failoverState: String?

    let host: String
    let port: String

    init?(_ fields: [String: String]) {
        guard let name = fields["name"], let host = fields["ip"], let port = fields["port"] else { return nil }
        self.name = name
        self.host = host
        self.port = port
        address = endpoint(host, port)
        runID = fields["runid"].flatMap { $0.isEmpty ? nil : $0 }
        flags = Set(fields["flags"].map { $0.split(separator: ",").map(String.init) } ?? [])
        configEpoch = fields["config-epoch"].flatMap { Int64($0) }
        replicas = fields["num-slaves"].flatMap { Int64($0) }
        otherSentinels = fields["num-other-sentinels"].flatMap { Int64($0) }
        quorum = fields["quorum"].flatMap { Int64($0) }
        downAfterSeconds = fields.seconds("down-after-milliseconds")
        age = fields.seconds("role-reported-time")
        silence = fields.seconds("last-ok-ping-reply")
        failoverTimeoutSeconds = fields.seconds("failover-timeout")
        parallelSyncs = fields["parallel-syncs"].flatMap { Int64($0) }
        failoverState = fields["failover-state"]
    }

    /// Whether this Sentinel reaches the master and takes it for alive.
    /// One that has just started has no flag against a master that it has not reached yet.
    public var isUp: Bool { runID != nil && flags.isDisjoint(with: downFlags) }

    /// For a person; all flags but the one that only says that a master is one.
    var status: String {
        let rest = flags.subtracting(["master"]).sorted() + (runID == nil ? ["never reached"] : [])
        return rest.isEmpty ? "ok" : rest.joined(separator: ", ")
    }
}

/// A replica as a Sentinel sees it: an entry of SENTINEL REPLICAS.
struct SentinelReplica: Sendable, Hashable {
    let address: String
    /// Nil when this Sentinel has not reached it since it knows it as a replica: since the last failover.
    let runID: String?
    let flags: [String]
    /// `ok` or `err`: the replica's own link to its master.
    let linkStatus: String?
    let linkDownSeconds: Double?
    /// Whom it says that it follows; nil when it has not said.
    let master: String?
    /// `master` or `slave`, as it said itself last.
    let reportedRole: String?
    /// Zero never becomes master; of the others the lowest comes first.
    let priority: Int64?
    let offset: Int64?
    /// Seconds since it last answered a PING.
    let silence: Double?

    init?(_ fields: [String: String]) {
        guard let host = fields["ip"], let port = fields["port"] else { return nil }
        address = endpoint(host, port)
        runID = fields["runid"].flatMap { $0.isEmpty ? nil : $0 }
        flags = fields["flags"].map { $0.split(separator: ",").map(String.init) } ?? []
        linkStatus = fields["master-link-status"]
        // -1000 while the link has never been up.
        linkDownSeconds = fields.seconds("master-link-down-time")
        master = fields["master-host"].flatMap { host in
            host == "?" || host.isEmpty ? nil : endpoint(host, fields["master-port"] ?? "?")
        }
        reportedRole = fields["role-reported"]
        priority = fields["slave-priority"].flatMap { Int64($0) }
        offset = fields["slave-repl-offset"].flatMap { Int64($0) }
        silence = fields.seconds("last-ok-ping-reply")
    }

    var isUp: Bool { Set(flags).isDisjoint(with: downFlags) }

    /// Reached, and in step with its master.
    var isInStep: Bool { isUp && linkStatus == "ok" }
}

/// Another Sentinel of the same master: an entry of SENTINEL SENTINELS.
struct SentinelPeer: Sendable, Hashable {
    let address: String
    let runID: String?
    let flags: [String]

    init?(_ fields: [String: String]) {
        guard let host = fields["ip"], let port = fields["port"] else { return nil }
        address = endpoint(host, port)
        runID = fields["runid"].flatMap { $0.isEmpty ? nil : $0 }
        flags = fields["flags"].map { $0.split(separator: ",").map(String.init) } ?? []
    }

    var isUp: Bool { Set(flags).isDisjoint(with: downFlags) }
}

/// What a Sentinel puts on a server that it does not reach.
private let downFlags: Set<String> = ["s_down", "o_down", "disconnected"]

extension [String: String] {
    /// Milliseconds as seconds; nil for less than nothing, which says never.
    fileprivate func seconds(_ name: String) -> Double? {
        self[name].flatMap { Double($0) }.flatMap { $0 < 0 ? nil : $0 / 1000 }
    }
}
