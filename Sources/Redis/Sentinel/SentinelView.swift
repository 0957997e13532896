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
        downAfterSeconds = fields["down-after-milliseconds"].flatMap { Double($0) }.map { $0 / 1000 }
    }

    /// Whether this Sentinel reaches the master and takes it for alive.
    /// One that has just started has no flag against a master that it has not reached yet.
    public var isUp: Bool { runID != nil && flags.isDisjoint(with: ["s_down", "o_down", "disconnected"]) }

    /// For a person; all flags but the one that only says that a master is one.
    var status: String {
        let rest = flags.subtracting(["master"]).sorted() + (runID == nil ? ["never reached"] : [])
        return rest.isEmpty ? "ok" : rest.joined(separator: ", ")
    }
}

/// A replica as a Sentinel sees it: an entry of SENTINEL REPLICAS.
struct SentinelReplica: Sendable, Hashable {
    let address: String
    let flags: [String]
    /// `ok` or `err`: the replica's own link to its master.
    let linkStatus: String?
    let linkDownSeconds: Double?
    /// Zero never becomes master; of the others the lowest comes first.
    let priority: Int64?
    let offset: Int64?

    init?(_ fields: [String: String]) {
        guard let host = fields["ip"], let port = fields["port"] else { return nil }
        address = endpoint(host, port)
        flags = fields["flags"].map { $0.split(separator: ",").map(String.init) } ?? []
        linkStatus = fields["master-link-status"]
        // -1000 while the link has never been up.
        linkDownSeconds = fields["master-link-down-time"].flatMap { Double($0) }.flatMap { $0 < 0 ? nil : $0 / 1000 }
        priority = fields["slave-priority"].flatMap { Int64($0) }
        offset = fields["slave-repl-offset"].flatMap { Int64($0) }
    }

    var isUp: Bool { Set(flags).isDisjoint(with: ["s_down", "o_down", "disconnected"]) }
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

    var isUp: Bool { Set(flags).isDisjoint(with: ["s_down", "o_down", "disconnected"]) }
}
