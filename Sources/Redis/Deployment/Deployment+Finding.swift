import Diagnostics
import Network

extension Deployment {
    /// Asks the server of the settings what it belongs to: two round trips at most, and one more with a Sentinel before.
    ///
    /// - Throws: as `RedisConnection.connect`, what is said against INFO, and `.misconfigured` for a Sentinel that watches
    ///   several masters where the settings name none.
    public static func find(_ settings: RedisSettings, until deadline: Deadline) async throws(ProbeError) -> Deployment
    {
        var settings = settings
        let isBehindSentinel = settings.sentinelMaster != nil
        if isBehindSentinel { settings = try await settings.ofMaster(until: deadline) }
        var connection = try await RedisConnection.connect(settings, until: deadline)
        let session = await RedisSession.open(
            &connection, settings, asking: [RedisCommand("INFO")], until: deadline)
        // Who may not ask for INFO, or cannot, still asks the one server that was named.
        let isUntold = session.replies[0]?.error?.isAboutTheCommand ?? false
        let info = RedisInfo(isUntold ? "" : try session.text(0))
        if info.server.mode == "sentinel" {
            guard !isBehindSentinel else { throw .sentinelBehindSentinel(settings) }
            let master = try await settings.ofMaster(until: deadline)
            return try await find(master, until: deadline).with(kind: .sentinel)
        }
        if info.isCluster { return try await cluster(&connection, settings, info, until: deadline) }
        let found = Deployment(replicating: info, settings)
        return isBehindSentinel ? found.with(kind: .sentinel) : found
    }

    private func with(kind: Kind) -> Deployment {
        Deployment(kind: kind, shards: shards, named: named, settings: settings, info: info)
    }

    /// A master with the replicas that are connected to it, or a replica with the master that it follows.
    private init(replicating info: RedisInfo, _ settings: RedisSettings) {
        let replication = info.replication
        let isReplica = replication.upstream != nil
        let named = Node(endpoint: settings.endpoint, role: isReplica ? .replica : .master)
        let shard: Shard
        if let upstream = replication.upstream {
            shard = Shard(
                master: RedisSettings.Endpoint(upstream.address).map { Node(endpoint: $0, role: .master) },
                replicas: [named])
        } else {
            shard = Shard(master: named, replicas: replication.replicas.compactMap { Node($0, of: replication) })
        }
        let kind = shard.nodes.count > 1 ? Kind.replicated : .standalone
        self.init(kind: kind, shards: [shard], named: named, settings: settings, info: info)
    }
}

extension RedisError {
    /// This user may not use the command, or this server does not know it.
    var isAboutTheCommand: Bool { reason == .notPermitted || reason == .unknownCommand }
}

extension RedisInfo {
    var isCluster: Bool { server.mode == "cluster" || flag("cluster_enabled") == true }
}

extension Deployment.Node {
    /// A replica as its master sees it.
    init?(_ replica: RedisInfo.Replica, of master: RedisInfo.Replication) {
        guard let endpoint = RedisSettings.Endpoint(replica.address) else { return nil }
        self.init(endpoint: endpoint, role: .replica, flaw: replica.flaw)
    }
}

extension RedisInfo.Replica {
    /// It reports once a second; one that has been silent for ten is behind by at least as much.
    fileprivate var flaw: String? {
        if let state, state != "online" { return "it is not in step with its master yet (\(state))" }
        if let lagSeconds, lagSeconds > 10 { return "its master has not heard of it for \(lagSeconds) s" }
        return nil
    }
}

extension RedisSettings.Endpoint {
    /// From `10.0.0.2:6379`, `[::1]:6379`, as INFO and the like name others.
    init?(_ address: String) {
        guard let settings = try? RedisSettings(uri: address), case .tcp = settings.endpoint, address.contains(":")
        else { return nil }
        self = settings.endpoint
    }
}

// MARK: - Sentinel

extension RedisSettings {
    /// How to get into the master that the Sentinel at this endpoint names: the one that is called so, or its only one.
    func ofMaster(until deadline: Deadline) async throws(ProbeError) -> RedisSettings {
        let name = sentinelMaster
        var sentinel = self
        (sentinel.database, sentinel.sentinelMaster) = (0, nil)
        // A Sentinel has users of its own, and mostly none.
        (sentinel.username, sentinel.password) = (nil, sentinelPassword)
        var connection = try await RedisConnection.connect(sentinel, until: deadline)
        let session = await RedisSession.open(
            &connection, sentinel, asking: [RedisCommand("SENTINEL", "MASTERS")], until: deadline)
        let entries = try session.value(0).array ?? []
        let masters = entries.compactMap { $0.fields.flatMap(SentinelMaster.init) }
        let chosen = name == nil && masters.count == 1 ? masters[0] : masters.first { $0.name == name }
        guard let chosen, let port = UInt16(chosen.port) else { throw .masterUnknown(name, masters.map(\.name)) }
        var master = self
        master.endpoint = .tcp(host: chosen.host, port: port)
        master.sentinelMaster = nil
        return master
    }
}

extension ProbeError {
    fileprivate static func masterUnknown(_ name: String?, _ known: [String]) -> ProbeError {
        let names = known.isEmpty ? "none" : known.map { KeyName.escaped(Array($0.utf8)) }.joined(separator: ", ")
        let words = name.map { "this Sentinel watches no master called \($0); it watches: \(names)" }
        return ProbeError(
            .misconfigured, step: "SENTINEL MASTERS",
            message: words ?? "this Sentinel watches several masters: \(names)",
            advice: "name one: redis-sentinel://HOST:26379/NAME")
    }

    fileprivate static func sentinelBehindSentinel(_ settings: RedisSettings) -> ProbeError {
        ProbeError(
            .misconfigured, step: "INFO", message: "\(settings.endpoint), which a Sentinel named, is a Sentinel itself",
            advice: "look at what watches what: diag redis sentinel")
    }
}
