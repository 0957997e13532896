import Diagnostics
import TLS

/// The servers that together hold one keyspace: a single one, a master with its replicas, what a Sentinel watches, or a
/// cluster. Whoever asks something of "the Redis at this address" begins here, and so works on each of them alike:
///
///     let deployment = try await Deployment.find(settings, until: deadline)
///     for node in deployment.nodes {               // or .masters, or .named: the one that the settings name
///         let connection = try await RedisConnection.connect(deployment.settings(for: node), until: deadline)
///     }
///
/// What is one question to one server (`info`, a sweep's probe) asks `named`; what is of each server (memory, clients,
/// slow log, latency) asks all `nodes`; what is of the keyspace (keys, purge, expire) asks one node of each of the `shards`,
/// a master to change something, and to read whichever `Deployment.reader(of:)` picks. In a cluster a node answers only for
/// its own slots, and a replica's keys are read after READONLY: `RedisSession.open` sends it with the greeting.
/// Nobody follows MOVED or ASK: who asks the right node gets no such answer, and who gets one counts it.
public struct Deployment: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable {
        case standalone, replicated, sentinel, cluster
    }

    public enum Role: String, Sendable, Hashable { case master, replica }

    /// One server of it.
    public struct Node: Sendable, Hashable {
        public let endpoint: RedisSettings.Endpoint
        public let role: Role
        /// Of a cluster's node.
        public let id: String?
        /// Why it should not be asked, in words; nil for a node that whoever was asked takes for healthy.
        public let flaw: String?

        public init(endpoint: RedisSettings.Endpoint, role: Role, id: String? = nil, flaw: String? = nil) {
            self.endpoint = endpoint
            self.role = role
            self.id = id
            self.flaw = flaw
        }
    }

    /// The servers that hold the same part of the keyspace: all of it, but in a cluster.
    public struct Shard: Sendable, Hashable {
        /// Nil outside of a cluster.
        public let slots: SlotRanges?
        /// Nil where the cluster has lost it.
        public let master: Node?
        public let replicas: [Node]

        public init(slots: SlotRanges? = nil, master: Node?, replicas: [Node] = []) {
            self.slots = slots
            self.master = master
            self.replicas = replicas
        }

        public var nodes: [Node] { [master].compactMap(\.self) + replicas }
    }

    public let kind: Kind
    /// In the order of their slots.
    public let shards: [Shard]
    /// The node that was asked for all this: what the settings name, or the master that a Sentinel named.
    public let named: Node
    /// How to get into each of them.
    let settings: RedisSettings
    /// What INFO of the named node said; it need not be asked again.
    public let info: RedisInfo

    public var masters: [Node] { shards.compactMap(\.master) }

    public var nodes: [Node] { shards.flatMap(\.nodes) }

    public var isCluster: Bool { kind == .cluster }

    /// In a cluster also those without slots and those that no master is known for.
    let others: [Node]

    /// Every server that is known.
    public var allNodes: [Node] { nodes + others }

    init(
        kind: Kind, shards: [Shard], named: Node, settings: RedisSettings, info: RedisInfo, others: [Node] = []
    ) {
        self.kind = kind
        self.shards = shards
        self.named = named
        self.settings = settings
        self.info = info
        self.others = others
    }
}

extension Deployment {
    /// The same user and password and TLS at another node's address.
    public func settings(for node: Node) -> RedisSettings {
        guard node.endpoint != settings.endpoint else { return settings.asNode(of: self, node) }
        var other = settings
        other.endpoint = node.endpoint
        other.hostMemory = nil
        // A cluster announces addresses, its certificate has the name by which people connect.
        if let host = settings.endpoint.name, node.endpoint.name == nil {
            other.tls?.serverName = settings.tls?.serverName ?? host
        }
        return other.asNode(of: self, node)
    }
}

extension RedisSettings {
    fileprivate func asNode(of deployment: Deployment, _ node: Deployment.Node) -> RedisSettings {
        var settings = self
        settings.sentinelMaster = nil
        settings.readsReplica = deployment.isCluster && node.role == .replica
        return settings
    }
}

extension RedisSettings.Endpoint {
    /// The host where it is a name and no address.
    fileprivate var name: String? {
        guard case .tcp(let host, _) = self, host.contains(where: { $0.isLetter && !$0.isHexDigit }) else { return nil }
        return host
    }
}

extension Deployment.Node: CustomStringConvertible {
    /// `127.0.0.1:6379`.
    public var description: String { "\(endpoint)" }
}
