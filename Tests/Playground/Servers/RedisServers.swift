import Glibc

/// A master, its replica, and three Sentinels of which two must agree.
public struct RedisServers: Sendable {
    public struct Server: Sendable {
        public let host = "127.0.0.1"
        public let port: UInt16
        /// Empty for a Sentinel, which listens on TCP alone.
        public let socket: String
        public let log: String
        let process: Child

        /// Where it keeps its snapshot.
        public var folder: String { String(log.dropLast("/log".count)) }

        /// Stops answering, or answers again, without losing a connection.
        public func freeze() { process.signal(SIGSTOP) }
        public func thaw() { process.signal(SIGCONT) }

        /// Opens a blocking connection to one that wants no password; call it on a thread that may block.
        public func connection() throws -> RedisConnection { try RedisConnection(port: port, password: nil) }
    }

    /// The master at the start: after a failover ask the Sentinels, or `masterPort()`.
    public let master: Server
    public let replica: Server
    public let sentinels: [Server]
    /// What the Sentinels call the master.
    public let masterName = "mymaster"
    public let quorum = 2
    public let downAfter = Duration.seconds(1)
    /// The user `default`, who may do everything.
    public let administrator: Account
    /// An ACL user who may only look.
    public let monitor: Account
    public let maxmemory = 16 << 20

    /// Opens a blocking connection; call it on a thread that may block.
    public func connection(to server: Server) throws -> RedisConnection { try connection(toPort: server.port) }

    func connection(toPort port: UInt16) throws -> RedisConnection {
        try RedisConnection(port: port, password: administrator.password)
    }

    /// Sentinels take no password.
    public func connection(toSentinel server: Server) throws -> RedisConnection {
        try RedisConnection(port: server.port, password: nil)
    }

    /// The port of the master as each Sentinel sees it at the moment. Blocks.
    public func masterPorts() throws -> [UInt16] {
        try sentinels.map { sentinel in
            let reply = try connection(toSentinel: sentinel).command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", masterName)
            guard let port = reply.list.last?.text.flatMap({ UInt16($0) }) else {
                throw PlaygroundError("a Sentinel knows no master \(masterName)")
            }
            return port
        }
    }

    /// The port of the master that all Sentinels agree about. Blocks.
    public func masterPort() throws -> UInt16 {
        let ports = Set(try masterPorts())
        guard ports.count == 1, let port = ports.first else { throw PlaygroundError("the Sentinels disagree") }
        return port
    }
}

extension RedisServers {
    static func start(on ground: Ground) throws -> RedisServers {
        let servers = try RedisServers(on: ground)
        try servers.waitForReplica()
        try servers.waitForSentinels()
        try servers.addSampleKeys()
        return servers
    }

    /// One server by itself, without a password.
    static func startOne(_ name: String, _ settings: String, on ground: Ground) throws -> Server {
        let port = settings.contains("cluster-enabled") ? try Ports.unusedWithClusterBus() : try Ports.unused()
        let server = try startServer(
            name, .redisServer, port, settings + "\nsave \"\"", in: try ground.makeFolder("redis"), on: ground)
        try server.waitForAnswer()
        return server
    }

    private init(on ground: Ground) throws {
        let folder = try ground.makeFolder("redis")
        administrator = try Account("default", for: "redis", on: ground)
        monitor = try Account("monitor", for: "redis", on: ground)
        let common = settings(administrator, monitor, maxmemory: maxmemory)
        let masterPort = try Ports.unused()
        master = try startServer("master", .redisServer, masterPort, common, in: folder, on: ground)
        replica = try startServer(
            "replica", .redisServer, try Ports.unused(), common + "\nreplicaof 127.0.0.1 \(masterPort)", in: folder,
            on: ground)
        let watch = """
            sentinel monitor \(masterName) 127.0.0.1 \(masterPort) \(quorum)
            sentinel auth-pass \(masterName) \(administrator.password)
            sentinel down-after-milliseconds \(masterName) 1000
            sentinel failover-timeout \(masterName) 5000
            """
        try master.waitForAnswer()
        let administrator = administrator
        let replica = replica
        try waitUntil("the replica has its data") {
            try replica.process.checkRunning()
            let connection = try RedisConnection(port: replica.port, password: administrator.password)
            return try connection.info("master_link_status") == "up"
        }
        sentinels = try (1...3).map { number in
            try startServer("sentinel-\(number)", .redisSentinel, try Ports.unused(), watch, in: folder, on: ground)
        }
    }

    private func waitForReplica() throws {
        let connection = try connection(to: master)
        try waitUntil("the master has its replica") { try connection.info("connected_slaves") == "1" }
    }

    /// Sentinels introduce themselves to each other every two seconds, and look for replicas every ten: quicker here.
    private func waitForSentinels() throws {
        for sentinel in sentinels {
            try sentinel.waitForAnswer()
            try connection(toSentinel: sentinel).command(
                "SENTINEL", "DEBUG", "info-period", "500", "publish-period", "200", "ask-period", "300")
        }
        for sentinel in sentinels {
            let connection = try connection(toSentinel: sentinel)
            try waitUntil("the Sentinels know each other and the replica") {
                let fields = try connection.command("SENTINEL", "MASTER", masterName).fields
                return fields["num-other-sentinels"] == "2" && fields["num-slaves"] == "1"
            }
        }
    }

    /// Something of each kind under the prefixes that the runbook counts.
    private func addSampleKeys() throws {
        let connection = try connection(to: master)
        let long = String(repeating: "argument ", count: 200)
        var commands = (1...20).map { ["SET", "session:\($0)", "user \($0)", "EX", "86400"] }
        for number in 1...10 {
            commands.append(["HSET", "debate:\(number)", "topic", "topic \(number)", "text", long])
            commands.append(["RPUSH", "debate:\(number):rounds", "opening", long, "closing"])
        }
        commands.append(["SADD", "debate:open", "1", "2", "3"])
        commands.append(["ZADD", "debate:ranking", "1", "a", "2", "b"])
        commands.append(["XADD", "debate:events", "*", "kind", "opened"])
        for reply in try connection.pipeline(commands) { _ = try reply.get() }
    }
}

extension RedisServers.Server {
    fileprivate func waitForAnswer() throws {
        try waitUntil("Redis answers on port \(port)") {
            try process.checkRunning()
            return try Socket.canConnect(to: port)
        }
    }
}

private func startServer(
    _ name: String, _ tool: Tool, _ port: UInt16, _ settings: String, in folder: String, on ground: Ground
) throws -> RedisServers.Server {
    let home = try ground.makeFolder("redis/\(name)")
    let isSentinel = tool.name == Tool.redisSentinel.name
    let socket = isSentinel ? "" : home + "/socket"
    let log = home + "/log"
    var text = "bind 127.0.0.1\nport \(port)\ndir \(home)\ndaemonize no\n"
    if !isSentinel { text += "unixsocket \(socket)\nunixsocketperm 777\n" }
    try ground.write(text + settings + "\n", to: home + "/configuration", mode: 0o600)
    let process = try ground.start("redis-\(name)", tool, [home + "/configuration"], folder: home, log: log)
    return RedisServers.Server(port: port, socket: socket, log: log, process: process)
}

private func settings(_ administrator: Account, _ monitor: Account, maxmemory: Int) -> String {
    """
    requirepass \(administrator.password)
    masterauth \(administrator.password)
    user \(monitor.name) on >\(monitor.password) ~* &* +@read +@connection +info +scan +role +memory|usage \
    +memory|stats +slowlog|get +slowlog|len +latency|latest +latency|history +latency|histogram +client|list +client|id \
    +config|get +cluster|info +acl|whoami +acl|log
    maxmemory \(maxmemory)
    maxmemory-policy noeviction
    save ""
    appendonly no
    repl-backlog-size 64kb
    repl-diskless-sync yes
    repl-diskless-sync-delay 0
    shutdown-timeout 0
    slowlog-log-slower-than 10000
    latency-monitor-threshold 10
    """
}
