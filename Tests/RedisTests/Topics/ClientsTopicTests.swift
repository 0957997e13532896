import Diagnostics
import Testing

@testable import Redis

@Suite("diag redis clients")
struct ClientsTopicTests {
    @Test func whoMonitorsWaitsOrSubscribesIsTold() async throws {
        let server = try await LiveRedis()
        let clients = [try await server.client(), try await server.client(), try await server.client()]
        try await clients[0]("CLIENT", "SETNAME", "spy")
        try await clients[1]("CLIENT", "SETNAME", "worker")
        try await clients[0].send("MONITOR")
        try await clients[1].send("BLPOP", "queue", "600")
        try await clients[2].send("SUBSCRIBE", "news")
        let seen = try await server.look([.clients()]) { $0.rows("redis.clients.kinds")?.count == 3 }
        #expect(seen.problems == [])
        let kinds = try #require(seen.rows("redis.clients.kinds")).map { [$0[0], $0[1]] }
        #expect(kinds == ["monitors", "blocked", "subscribers"].map { [.text($0), .integer(1)] })
        let remarks = seen.remarks("redis.clients.judgement")
        let monitor = try #require(remarks.first { $0.text.contains("MONITOR") })
        #expect(monitor.weight == .careful)
        #expect(monitor.next.first?.wholeMatch(of: /diag redis kill-client \d+@127\.0\.0\.1:\d+ cache/) != nil)
        #expect(remarks.contains { $0.text == "wait for something to come: 1 in blpop" })
        let groups = try #require(seen.rows("redis.clients.groups")).map { $0[1] }
        #expect(Set(groups) == [.text("spy"), .text("worker"), .none])
    }

    @Test func diagItselfIsNotAmongThem() async throws {
        let server = try await LiveRedis()
        let seen = await server.look([.clients()])
        #expect(seen.rows("redis.clients.groups") == nil)
        #expect(
            seen.remarks("redis.clients.judgement").first?.text.hasPrefix("1 of 10000 clients are connected") == true)
    }

    @Test func aSubscriberThatDoesNotReadIsNearItsLimit() async throws {
        let server = try await LiveRedis(["client-output-buffer-limit pubsub 40mb 0 0"])
        let (subscriber, publisher) = (try await server.client(), try await server.client())
        try await subscriber.send("SUBSCRIBE", "news")
        let text = String(repeating: "x", count: 1_000_000)
        for _ in 0..<39 { try await publisher("PUBLISH", "news", text) }
        let seen = await server.look([.clients()])
        let trouble = try #require(
            seen.remarks("redis.clients.judgement").first { $0.text.contains("of output to take") })
        #expect(trouble.text.contains("of the limit of subscribers"))
        #expect(seen.rows("redis.clients.large")?.isEmpty == false)
        withExtendedLifetime(subscriber) {}
    }

    @Test func manyClientsAndThoseRefusedAreTrouble() async throws {
        let server = try await LiveRedis(["maxclients 10"])
        var held: [Client] = []
        for _ in 0..<9 { held.append(try await server.client()) }
        let extra = [try await server.client(), try await server.client()]
        for client in extra { _ = try? await client("PING") }
        held.removeLast()
        let seen = try await server.look([.clients()]) { $0.failure == nil }
        let remarks = seen.remarks("redis.clients.judgement")
        #expect(remarks.first?.weight == .trouble)
        #expect(remarks.first?.text.contains("of 10 clients are connected") == true)
        #expect(remarks.contains { $0.text.contains("refused as maxclients was reached") })
        withExtendedLifetime(held) {}
    }

    @Test func whereThereAreVeryManyTheyAreNotListedUnasked() {
        let target = Target(kind: .redis, name: "cache", address: "cache:6379")
        let reading = Reading(target, RedisSettings(), RedisInfo("connected_clients:6000\nredis_version:7.0.0"))
        let asked = ClientsTopic(top: 10, isAll: false).asksMore(after: reading)
        #expect(asked == ["pubsub", "replica"].map { RedisCommand("CLIENT", "LIST", "TYPE", $0) })
        #expect(ClientsTopic(top: 10, isAll: true).asksMore(after: reading) == [RedisCommand("CLIENT", "LIST")])
    }

    @Test func pausedClientsAreTrouble() async throws {
        let server = try await LiveRedis()
        let (chief, victim) = (try await server.client(), try await server.client())
        try await chief("CLIENT", "PAUSE", "600000", "WRITE")
        try await victim.send("SET", "a", "b")
        let seen = try await server.look([.clients()]) { observation in
            observation.remarks("redis.clients.judgement").contains { $0.weight == .trouble }
        }
        let trouble = try #require(seen.remarks("redis.clients.judgement").first)
        #expect(trouble.text.contains("held up in commands that do not wait by themselves (set)"))
        #expect(trouble.next == ["redis-cli -p \(server.port) CLIENT UNPAUSE"])
    }
}
