import Diagnostics
import Playground
import Redis
import Testing

@Suite("Which servers make up a deployment", .timeLimit(.minutes(3)))
struct DeploymentTests {
    private static let deadline = Duration.seconds(30)

    private func find(_ settings: RedisSettings) async throws -> Deployment {
        try await Deployment.find(settings, until: .after(Self.deadline))
    }

    private func settings(_ port: UInt16, _ account: Account? = nil) -> RedisSettings {
        RedisSettings(
            endpoint: .tcp(host: "127.0.0.1", port: port), username: account?.name, password: account?.password)
    }

    @Test func aServerAloneIsItsOwnMaster() async throws {
        let server = try await LiveRedis()
        let deployment = try await find(server.settings)
        #expect(deployment.kind == .standalone)
        #expect(deployment.nodes.map(\.endpoint) == [server.settings.endpoint])
        let reader = try await deployment.reader(of: deployment.shards[0], until: .after(Self.deadline))
        #expect(reader.node == deployment.named)
        #expect(reader.reason == nil)
    }

    @Test func aMastersHealthyReplicaIsReadAndTheMasterWhereAskedFor() async throws {
        let servers = try await Playground.shared.redis()
        let deployment = try await find(settings(servers.master.port, servers.monitor))
        #expect(deployment.kind == .replicated)
        #expect(deployment.masters.map(\.description) == ["127.0.0.1:\(servers.master.port)"])
        let shard = deployment.shards[0]
        let reader = try await deployment.reader(of: shard, until: .after(Self.deadline))
        #expect(reader.node.description == "127.0.0.1:\(servers.replica.port)")
        #expect(reader.reason?.contains("replica") == true)
        let master = try await deployment.reader(of: shard, fromMaster: true, until: .after(Self.deadline))
        #expect(master.node == deployment.masters[0])
    }

    @Test func aReplicaThatIsNamedIsReadItself() async throws {
        let servers = try await Playground.shared.redis()
        let deployment = try await find(settings(servers.replica.port, servers.monitor))
        #expect(deployment.named.role == .replica)
        #expect(deployment.masters.map(\.description) == ["127.0.0.1:\(servers.master.port)"])
        let reader = try await deployment.reader(of: deployment.shards[0], until: .after(Self.deadline))
        #expect(reader.node == deployment.named)
    }

    /// A replica whose link is down says so itself; its master's word for it is ten seconds old.
    @Test func aReplicaThatHasLostItsMasterIsNotRead() async throws {
        let master = try await LiveRedis(["repl-diskless-sync-delay 0"])
        let replica = try await LiveRedis(["replicaof 127.0.0.1 \(master.port)", "repl-timeout 60"])
        var deployment = try await find(master.settings)
        while deployment.shards[0].replicas.first.map({ $0.flaw != nil }) ?? true {
            try await Task.sleep(for: .milliseconds(50))
            deployment = try await find(master.settings)
        }
        replica.freeze()
        defer { replica.thaw() }
        let reader = try await deployment.reader(of: deployment.shards[0], until: .after(Self.deadline))
        #expect(reader.node == deployment.masters[0])
        #expect(reader.reason?.contains("no replica will do") == true)
    }

    @Test func aSentinelIsFollowedToItsMaster() async throws {
        let servers = try await Playground.shared.redis()
        let sentinel = "127.0.0.1:\(servers.sentinels[0].port)"
        let account = servers.monitor
        for uri in [
            "redis-sentinel://\(account.name):\(account.password)@\(sentinel)/\(servers.masterName)",
            "redis://\(account.name):\(account.password)@\(sentinel)",
        ] {
            let settings = try RedisSettings(uri: uri)
            let deployment = try await find(settings)
            #expect(deployment.kind == .sentinel)
            #expect(deployment.named.description == "127.0.0.1:\(servers.master.port)")
            #expect(deployment.nodes.count == 2)
        }
        let other = try RedisSettings(uri: "redis-sentinel://\(sentinel)/nobody")
        let error = await #expect(throws: ProbeError.self) { try await find(other) }
        #expect(error?.kind == .misconfigured)
        #expect(error?.message.contains(servers.masterName) == true)
    }

    @Test func aSentinelsMasterIsProbedWhereverItIs() async throws {
        let servers = try await Playground.shared.redis()
        var settings = settings(servers.sentinels[0].port, servers.monitor)
        settings.sentinelMaster = servers.masterName
        let target = Target(kind: .redis, name: "cache", address: "sentinel")
        let seen = await RedisProbe(target: target, settings: settings).observe(until: .after(Self.deadline))
        #expect(seen.failure == nil)
        #expect(seen.value("diag_redis_connected_replicas") == 1)
    }

    @Test(arguments: RedisInstallation.all)
    func aClusterIsKnownFromAnyOfItsNodes(of installation: RedisInstallation) async throws {
        let playground = Playground(redis: installation)
        do {
            let cluster = try await playground.redisCluster()
            for node in [cluster.masters[1], cluster.replicas[2]] {
                let deployment = try await find(settings(node.port))
                #expect(deployment.kind == .cluster)
                #expect(deployment.shards.map { $0.slots?.ranges ?? [] } == RedisCluster.slots.map { [$0] })
                #expect(deployment.masters.map(\.port) == cluster.masters.map(\.port))
                #expect(deployment.shards.map { $0.replicas.map(\.port) } == cluster.replicas.map { [$0.port] })
                #expect(deployment.nodes.allSatisfy { $0.flaw == nil })
                #expect(deployment.named.port == node.port)
                for (shard, replica) in zip(deployment.shards, cluster.replicas) {
                    let reader = try await deployment.reader(of: shard, until: .after(Self.deadline))
                    #expect(reader.node.port == replica.port)
                }
            }
        } catch {
            Issue.record(error, "\(installation)")
        }
        await playground.stop()
    }
}

extension Deployment.Node {
    fileprivate var port: UInt16? {
        if case .tcp(_, let port) = endpoint { port } else { nil }
    }
}
