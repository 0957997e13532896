import Glibc

/// A cluster of three masters with a replica each, of one version of Redis or Valkey.
public struct RedisCluster: Sendable {
    public struct Node: Sendable {
        public let host = "127.0.0.1"
        public let port: UInt16
        let process: Child

        /// Opens a blocking connection; call it on a thread that may block.
        public func connection() throws -> RedisConnection { try RedisConnection(port: port, password: nil) }

        /// Its id in the cluster. Blocks.
        public func id() throws -> String { try connection().command("CLUSTER", "MYID").text ?? "" }

        /// Stops answering, or answers again.
        public func freeze() { process.signal(SIGSTOP) }
        public func thaw() { process.signal(SIGCONT) }

        /// Ends it for good. Blocks until it has ended.
        public func end() throws {
            process.signal(SIGKILL)
            try process.waitForEnd(within: .seconds(10))
        }
    }

    public let masters: [Node]
    /// In the order of their masters.
    public let replicas: [Node]

    public var nodes: [Node] { masters + replicas }

    /// The slots of each master, in their order.
    public static let slots = [0...5460, 5461...10_922, 10_923...16_383]
}

extension RedisCluster {
    static func start(_ name: String, of installation: RedisInstallation, on ground: Ground) throws -> RedisCluster {
        let folder = try ground.makeFolder(name)
        let nodes = try (0..<6).map { try startNode($0, of: installation, in: "\(name)", folder, on: ground) }
        let cluster = RedisCluster(masters: Array(nodes[..<3]), replicas: Array(nodes[3...]))
        try cluster.introduce()
        try cluster.share()
        try cluster.replicate()
        return cluster
    }

    private static func startNode(
        _ number: Int, of installation: RedisInstallation, in name: String, _ folder: String, on ground: Ground
    ) throws -> Node {
        let home = try ground.makeFolder("\(name)/\(number)")
        let port = try Ports.unusedWithClusterBus()
        let text = """
            bind 127.0.0.1
            port \(port)
            dir \(home)
            daemonize no
            save ""
            appendonly no
            cluster-enabled yes
            cluster-node-timeout 3000
            cluster-require-full-coverage no
            repl-diskless-sync yes
            repl-diskless-sync-delay 0
            """
        try ground.write(text + "\n", to: home + "/configuration", mode: 0o600)
        let tool = Tool(name: "redis-server", package: "redis-server", folder: installation.folder)
        let process = try ground.start(
            "\(name)-\(number)", tool, [home + "/configuration"], folder: home, log: home + "/log")
        return Node(port: port, process: process)
    }

    /// Each gets an epoch of its own before, as redis-cli does it, so that none has to be found by collision.
    private func introduce() throws {
        for (index, node) in nodes.enumerated() {
            try waitUntil("the node on port \(node.port) answers") {
                try node.process.checkRunning()
                return try Socket.canConnect(to: node.port)
            }
            try node.connection().command("CLUSTER", "SET-CONFIG-EPOCH", "\(index + 1)")
        }
        for node in nodes.dropFirst() {
            try node.connection().command("CLUSTER", "MEET", nodes[0].host, "\(nodes[0].port)")
        }
        for node in nodes {
            try waitUntil("all nodes know each other") {
                let lines = try node.connection().command("CLUSTER", "NODES").text?.split(separator: "\n") ?? []
                return lines.count == nodes.count && lines.allSatisfy { !$0.contains("handshake") }
            }
        }
    }

    private func share() throws {
        for (master, slots) in zip(masters, Self.slots) {
            try master.connection().command(["CLUSTER", "ADDSLOTS"] + slots.map(String.init))
        }
    }

    private func replicate() throws {
        for (master, replica) in zip(masters, replicas) {
            try replica.connection().command("CLUSTER", "REPLICATE", try master.id())
        }
        for node in nodes {
            try waitUntil("the cluster is whole") {
                let text = try node.connection().command("CLUSTER", "INFO").text ?? ""
                return text.contains("cluster_state:ok") && text.contains("cluster_slots_ok:16384")
            }
        }
        for node in nodes {
            try waitUntil("each node knows whose replica each is") {
                let lines = try node.connection().command("CLUSTER", "NODES").text?.split(separator: "\n") ?? []
                return lines.filter { $0.contains("slave") }.count == replicas.count
            }
        }
        for replica in replicas {
            try waitUntil("the replicas have their data") {
                try replica.connection().info("master_link_status") == "up"
            }
        }
        for master in masters {
            try waitUntil("each master has its replica") { try master.connection().info("connected_slaves") == "1" }
        }
    }
}

extension RedisCluster {
    /// Begins to move a slot and leaves it open: some of its keys are at one end, some at the other. Blocks.
    public func openSlot(_ slot: Int, from: Node, to: Node) throws {
        try to.connection().command("CLUSTER", "SETSLOT", "\(slot)", "IMPORTING", try from.id())
        try from.connection().command("CLUSTER", "SETSLOT", "\(slot)", "MIGRATING", try to.id())
    }

    /// Takes the beginning back: the slot stays where it was. Blocks.
    public func closeSlot(_ slot: Int, from: Node, to: Node) throws {
        for node in [from, to] { try node.connection().command("CLUSTER", "SETSLOT", "\(slot)", "STABLE") }
    }

    /// Moves keys of an open slot. Blocks.
    public func move(_ keys: [String], from: Node, to: Node) throws {
        let words = ["MIGRATE", to.host, "\(to.port)", "", "0", "10000", "KEYS"] + keys
        try from.connection().command(words)
    }
}
