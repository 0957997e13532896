import Diagnostics
import Playground
import Redis
import Testing

@Suite("What a scan tells of keys", .timeLimit(.minutes(3)))
struct KeyspaceContentsTests {
    private static let deadline = Duration.seconds(60)

    private func fill(_ settings: RedisSettings, _ commands: [RedisCommand]) async throws {
        var connection = try await RedisConnection.connect(settings, until: .after(Self.deadline))
        for first in stride(from: 0, to: commands.count, by: 5000) {
            let part = Array(commands[first..<min(commands.count, first + 5000)])
            let replies = await connection.replies(to: part, until: .after(Self.deadline))
            try #require(replies.interruption == nil)
            try #require(replies.values.compactMap(\.error) == [])
        }
    }

    private func scan(
        _ settings: RedisSettings, _ options: KeyspaceScan.Options = KeyspaceScan.Options()
    ) async throws -> KeyspaceReport {
        try await KeyspaceScan(settings: settings, options: options).run(until: .after(Self.deadline))
    }

    @Test func whenKeysExpireIsToldByPrefix() async throws {
        let server = try await LiveRedis()
        let lives = [30, 1800, 7200, 86_400 * 2, 86_400 * 20, 86_400 * 400]
        try await fill(
            server.settings,
            lives.map { RedisCommand("SET", "session:\($0)", "v", "EX", "\($0)") } + [
                RedisCommand("SET", "session:0", "v"), RedisCommand("SET", "debate:0", "v"),
            ])
        let report = try await scan(server.settings)
        #expect(report.total.expiry.never == 2)
        #expect(report.total.expiry.expiring == [1, 1, 1, 1, 1, 1])
        let session = try #require(report.prefixes.first { $0.pattern == "session:*" })
        #expect(session.total.expiry.never == 1)
        #expect(session.total.expiry.known == 7)
    }

    @Test func howKeysAreKeptIsTold() async throws {
        let server = try await LiveRedis()
        let long = String(repeating: "x", count: 100)
        try await fill(
            server.settings,
            [
                RedisCommand("SET", "a", "1"), RedisCommand("SET", "b", "text"), RedisCommand("SET", "c", long),
                RedisCommand("SADD", "d", "1", "2"), RedisCommand("SADD", "e", long),
                RedisCommand("HSET", "f", "g", "h"),
            ])
        let report = try await scan(server.settings, KeyspaceScan.Options(encodingEvery: 1))
        let encodings = report.types.flatMap { type in type.encodings.map { "\(type.type) \($0.name)" } }
        #expect(
            Set(encodings) == [
                "string int", "string embstr", "string raw", "set intset", "set hashtable", "hash listpack",
            ])
    }

    /// Prefixes whose keys are of several types: what is guessed from a name may be wrong, what is told may not.
    @Test func typesAreRightHoweverTheyAreMixed() async throws {
        let server = try await LiveRedis()
        let commands = (0..<6000).map { number -> RedisCommand in
            let key = "mixed:\(number)"
            return switch number % 41 {
            case 0: RedisCommand("RPUSH", key, "a", "b")
            case 1: RedisCommand("SADD", key, "a", "b", "c")
            case 2: RedisCommand("HSET", key, "a", "b")
            case 3: RedisCommand("ZADD", key, "1", "b")
            case 4: RedisCommand("XADD", key, "*", "a", "b")
            default: RedisCommand("SET", key, "12345")
            }
        }
        try await fill(server.settings, commands)
        let report = try await scan(server.settings)
        let counts = Dictionary(report.types.map { ($0.type, $0.total.keys) }) { $1 }
        for (remainder, type) in ["list", "set", "hash", "zset", "stream"].enumerated() {
            #expect(counts[type] == Int64((0..<6000).filter { $0 % 41 == remainder }.count), "\(type)")
        }
        #expect(report.keysSeen == 6000)
        #expect(report.changedType == 0)
        #expect(report.types.first { $0.type == "string" }?.total.elements == counts["string"].map { 5 * $0 })
        #expect(report.types.first { $0.type == "set" }?.total.elements == counts["set"].map { 3 * $0 })
        #expect(report.types.allSatisfy { $0.total.memory > 0 })
    }

    @Test func aReplicaIsReadWhereThereIsOneAndTheMasterWhereAskedFor() async throws {
        let servers = try await Playground.shared.redis()
        let settings = RedisSettings(
            endpoint: .tcp(host: servers.master.host, port: servers.master.port), username: servers.monitor.name,
            password: servers.monitor.password)
        let report = try await scan(settings)
        #expect(report.nodes.map(\.address) == ["127.0.0.1:\(servers.replica.port)"])
        #expect(report.nodes[0].role == .replica)
        let master = try await scan(settings, KeyspaceScan.Options(fromMaster: true))
        #expect(master.nodes.map(\.address) == ["127.0.0.1:\(servers.master.port)"])
        #expect(master.keysSeen > 0)
    }

    @Test func aModulesTypesAreKnownByNameAndMemory() async throws {
        let (installation, module) = try #require(
            RedisInstallation.with(module: "rejson"), "fetch it: .ci/redis-versions")
        let server = try await LiveRedis(["loadmodule \(module)"], of: installation)
        try await fill(
            server.settings,
            (0..<50).map { RedisCommand("JSON.SET", "doc:\($0)", "$", "{\"a\":[1,2,3,4,5,6,7,8,9]}") } + [
                RedisCommand("SET", "plain", "v")
            ])
        let report = try await scan(server.settings)
        let json = try #require(report.types.first { $0.type == "ReJSON-RL" })
        #expect(json.total.keys == 50)
        #expect(json.total.memory > 0)
        #expect(json.largest.first?.elements == nil)
        #expect(report.isComplete)
        #expect(report.problems == [])
    }

    @Test func aValueOfHalfAGigabyteIsToldWithoutBeingRead() async throws {
        let server = try await LiveRedis()
        // A sparse string: the server allocates it, nobody sends it.
        try await fill(server.settings, [RedisCommand("SETRANGE", "huge", "536870900", "end")])
        let report = try await scan(server.settings)
        #expect(report.largest.first?.elements == 536_870_903)
        #expect((report.largest.first?.memory ?? 0) >= 536_870_903)
    }
}

@Suite("Scanning a cluster", .timeLimit(.minutes(3)))
struct ClusterScanTests {
    private static let deadline = Duration.seconds(60)

    /// Keys of every shard, written by the masters themselves. Blocks.
    private func fill(_ cluster: RedisCluster, _ count: Int) async throws {
        let bySlot = Dictionary(grouping: (0..<count).map { "session:\($0)" }) { key in
            RedisCluster.slots.firstIndex { $0.contains(HashSlot.of(Array(key.utf8))) } ?? 0
        }
        for (index, keys) in bySlot {
            let settings = RedisSettings(endpoint: .tcp(host: "127.0.0.1", port: cluster.masters[index].port))
            var connection = try await RedisConnection.connect(settings, until: .after(Self.deadline))
            let commands = keys.map { RedisCommand("SET", $0, "value", "EX", "1000") }
            let replies = await connection.replies(to: commands, until: .after(Self.deadline))
            try #require(replies.values.compactMap(\.error) == [])
            // The replica has it all, too.
            _ = try await connection.reply(to: RedisCommand("WAIT", "1", "10000"), until: .after(Self.deadline))
        }
    }

    private func scan(_ port: UInt16, _ options: KeyspaceScan.Options = .init()) async throws -> KeyspaceReport {
        let settings = RedisSettings(endpoint: .tcp(host: "127.0.0.1", port: port))
        return try await KeyspaceScan(settings: settings, options: options).run(until: .after(Self.deadline))
    }

    @Test(arguments: RedisInstallation.all)
    func allShardsAreReadFromTheirReplicasAndNoKeyTwice(of installation: RedisInstallation) async throws {
        let playground = Playground(redis: installation)
        do {
            let cluster = try await playground.redisCluster()
            try await fill(cluster, 6000)
            let report = try await scan(cluster.masters[0].port)
            #expect(report.kind == .cluster)
            #expect(report.keysSeen == 6000)
            #expect(report.keysTotal == 6000)
            #expect(report.problems == [])
            #expect(report.nodes.map(\.role) == [.replica, .replica, .replica])
            #expect(report.total.expiry.never == 0)
            #expect(report.misplaced + report.moved == 0)

            let sample = try await scan(cluster.masters[0].port, .init(sample: 1500))
            let estimate = try #require(sample.estimate)
            #expect(sample.interruption == nil)
            #expect(sample.nodes.map(\.keysSeen).min() ?? 0 > 0)
            #expect(estimate.keysTotal == 6000)
            #expect(abs(estimate.all.keys.value - 6000) < 1)
            try await oneOpenSlot(cluster)
        } catch {
            Issue.record(error, "\(installation)")
        }
        await playground.stop()
    }

    /// A slot on its way has some of its keys at one end and some at the other.
    private func oneOpenSlot(_ cluster: RedisCluster) async throws {
        let keys = (0..<40).map { "{tag}:\($0)" }
        let slot = HashSlot.of(Array("tag".utf8))
        let owner = RedisCluster.slots.firstIndex { $0.contains(slot) } ?? 0
        let (from, to) = (cluster.masters[owner], cluster.masters[(owner + 1) % 3])
        let settings = RedisSettings(endpoint: .tcp(host: "127.0.0.1", port: from.port))
        var connection = try await RedisConnection.connect(settings, until: .after(Self.deadline))
        let replies = await connection.replies(
            to: keys.map { RedisCommand("SET", $0, "v") }, until: .after(Self.deadline))
        try #require(replies.values.compactMap(\.error) == [])
        try await onThread {
            try cluster.openSlot(slot, from: from, to: to)
            try cluster.move(Array(keys.prefix(15)), from: from, to: to)
        }
        let report = try await scan(cluster.replicas[0].port, .init(patterns: ["{tag}:*"]))
        #expect(report.interruption == nil)
        #expect(report.patterns[0].total.keys == 40)
        #expect(report.keysSeen == 6040)
        #expect(report.moved + report.misplaced == 0)
        #expect(report.problems == [])
        #expect(report.nodes.filter { $0.role == .master }.count == 2)
        #expect(report.total.memory > 0)
    }
}
