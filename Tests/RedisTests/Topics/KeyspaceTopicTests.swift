import Diagnostics
import Testing

@testable import Redis

@Suite("diag redis keyspace")
struct KeyspaceTopicTests {
    @Test func keysAreCountedWithWhatExpires() async throws {
        let server = try await LiveRedis()
        let client = try await server.client()
        for number in 0..<10 { try await client("SET", "a:\(number)", "x") }
        for number in 0..<10 { try await client("SET", "b:\(number)", "x", "EX", "1000") }
        try await client("SELECT", "3")
        try await client("SET", "c", "x")
        let seen = await server.look([.keyspace])
        #expect(seen.problems == [])
        let rows = try #require(seen.rows("redis.keyspace"))
        #expect(rows.map { $0[0] } == [.integer(0), .integer(3)])
        #expect(rows[0][1...3] == [.integer(20), .integer(10), .ratio(0.5)])
        let words = seen.remarks("redis.keyspace.judgement").map(\.text)
        #expect(words.contains { $0.hasPrefix("21 keys in 2 databases, 47.6 % of them with a TTL") }, "\(words)")
    }

    @Test func whatIsAskedForAndNotThereIsNoticed() async throws {
        let server = try await LiveRedis()
        let asking = Task {
            let client = try await server.client()
            while !Task.isCancelled { try await client("GET", "nothing") }
        }
        let remarks = await server.look([.keyspace]).remarks("redis.keyspace.judgement")
        asking.cancel()
        _ = try? await asking.value
        let hits = try #require(remarks.first { $0.text.hasPrefix("lookups that found their key: 0 % of ") })
        #expect(hits.weight == .careful)
    }
}
