extension RedisInfo {
    public struct Replication: Sendable, Hashable {
        /// `master` or `slave`, in the server's own spelling.
        public let role: String?
        public let replicationID: String?
        /// The stream that this server took over from as a replica, and up to where; nil where it never did.
        public let earlierID: String?
        public let earlierEnd: Int64?
        /// Of a master what it has written; of a replica what it has taken in.
        public let offset: Int64?
        /// Those that are connected to this server.
        public let replicas: [Replica]
        public let upstream: Upstream?
        public let backlogSize: Int64?
    }

    /// A replica as its master sees it: `slave0:ip=10.0.0.2,port=6379,state=online,offset=1234,lag=1`.
    public struct Replica: Sendable, Hashable {
        public let address: String
        /// `online`, or how far a full synchronisation has come: `wait_bgsave`, `send_bulk`.
        public let state: String?
        public let offset: Int64?
        /// Seconds since the replica last reported; it does so once a second.
        public let lagSeconds: Int64?

        /// The address without its port.
        public var host: String {
            address.lastIndex(of: ":").map { address[..<$0].filter { $0 != "[" && $0 != "]" } } ?? address
        }
    }

    /// The master as a replica sees it.
    public struct Upstream: Sendable, Hashable {
        public let address: String
        public let isUp: Bool
        /// Nil when the link has never been up.
        public let secondsSinceLastWord: Int64?
        public let isSynchronising: Bool
        public let secondsDown: Int64?
        public let isReadOnly: Bool?
    }

    public var replication: Replication {
        let role = text("role")
        let isReplica = role == "slave" || role == "replica"
        return Replication(
            role: role, replicationID: text("master_replid"), earlierID: earlierID,
            earlierEnd: earlierID.flatMap { _ in integer("second_repl_offset") }.map { $0 - 1 },
            offset: (isReplica ? integer("slave_repl_offset") : nil) ?? integer("master_repl_offset"),
            replicas: replicas, upstream: isReplica ? upstream : nil, backlogSize: integer("repl_backlog_size"))
    }

    /// Zeros stand for none.
    private var earlierID: String? {
        text("master_replid2").flatMap { id in id.allSatisfy { $0 == "0" } ? nil : id }
    }

    /// Lines `slave0`, `slave1` and so on; `slave_priority` and its like are others.
    private var replicas: [Replica] {
        values(withPrefix: "slave").compactMap { suffix, value in
            guard Int(suffix) != nil else { return nil }
            let parts = InfoParts(value)
            guard let host = parts.text("ip"), let port = parts.text("port") else { return nil }
            let lag = parts.integer("lag").flatMap { $0 < 0 ? nil : $0 }
            return Replica(
                address: endpoint(host, port), state: parts.text("state"), offset: parts.integer("offset"),
                lagSeconds: lag)
        }
    }

    private var upstream: Upstream {
        Upstream(
            address: endpoint(text("master_host") ?? "?", text("master_port") ?? "?"),
            isUp: text("master_link_status") == "up",
            secondsSinceLastWord: integer("master_last_io_seconds_ago").flatMap { $0 < 0 ? nil : $0 },
            isSynchronising: flag("master_sync_in_progress") ?? false,
            secondsDown: integer("master_link_down_since_seconds").flatMap { $0 < 0 ? nil : $0 },
            isReadOnly: flag("slave_read_only"))
    }
}

/// `10.0.0.2:6379`, `[::1]:6379`.
func endpoint(_ host: String, _ port: String) -> String {
    host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
}
