import Diagnostics
import Playground
import Redis
import Testing

@Suite("Emptying a database", .timeLimit(.minutes(3)))
struct FlushTests {
    @Test(arguments: RedisInstallation.all)
    func isShownAndThenDoneWhenItIsConfirmed(of installation: RedisInstallation) async throws {
        let server = try await LiveRedis(of: installation)
        let client = try await server.client()
        try await client.write(500, "a")
        try await client("EXPIRE", "a:1", "500")
        let shown = await server.flush(0, .shown) { _ in nil }
        #expect(shown.outcomes == [.planned])
        #expect(shown.content.deeds[0].details == ["1 of them have a TTL"])
        #expect(shown.content.command == "diag redis flushdb cache --confirm 'db0 500' --yes")
        #expect(try await client.integer("DBSIZE") == 500)
        let done = await server.flush { "\($0)" }
        #expect(done.outcomes == [.done])
        #expect(done.after("deleted") == .integer(500))
        #expect(try await client.integer("DBSIZE") == 0)
        #expect(await server.flush { "\($0)" }.content.notes == ["nothing to do: db0 is empty"])
    }

    @Test(arguments: [nil, "", "yes", "db0 700", "db1 500", "500"])
    func nothingIsDoneWhenItIsNot(said: String?) async throws {
        let server = try await LiveRedis()
        let client = try await server.client()
        try await client.write(500, "a")
        let seen = await server.flush { _ in said }
        #expect(seen.outcomes == [.refused])
        #expect(seen.content.deeds[0].reason?.contains("'db0 500'") == true)
        #expect(try await client.integer("DBSIZE") == 500)
    }

    @Test func whatHasChangedSinceItWasReadIsNotMeant() async throws {
        let server = try await LiveRedis()
        let client = try await server.client()
        try await client.write(500, "a")
        let seen = await server.flush { phrase in
            try? await server.client().write(2000, "b")
            return "\(phrase)"
        }
        #expect(seen.outcomes == [.refused])
        #expect(try await client.integer("DBSIZE") == 2500)
    }

    @Test func onlyTheDatabaseThatIsMeant() async throws {
        let server = try await LiveRedis()
        let client = try await server.client()
        try await client.write(5, "a")
        try await client("SELECT", "3")
        try await client.write(7, "a")
        #expect(await server.flush(3) { _ in "db3 7" }.outcomes == [.done])
        #expect(try await client.integer("DBSIZE") == 0)
        try await client("SELECT", "0")
        #expect(try await client.integer("DBSIZE") == 5)
        #expect(await server.flush(99) { _ in "db99 5" }.content.failure?.step == "SELECT")
        #expect(try await client.integer("DBSIZE") == 5)
    }

    @Test func aReplicaIsRefused() async throws {
        let master = try await LiveRedis(["repl-diskless-sync-delay 0"])
        let replica = try await LiveRedis(["replicaof 127.0.0.1 \(master.port)"])
        let seen = await replica.flush { "\($0)" }
        #expect(seen.content.failure?.message.contains("is a replica of 127.0.0.1:\(master.port)") == true)
    }

    @Test func aMissingRightIsNamed() async throws {
        let server = try await LiveRedis([
            "user reader on >geheim ~* +@read +@connection +info +multi +exec", "user default on nopass ~* &* +@all",
        ])
        let client = try await server.client()
        try await client.write(5, "a")
        var settings = server.settings
        (settings.username, settings.password) = ("reader", "geheim")
        let seen = await server.flush(0, .done, settings) { "\($0)" }
        #expect(seen.outcomes == [.failed])
        #expect(seen.content.deeds[0].command?.contains("+flushdb") == true)
        #expect(try await client.integer("DBSIZE") == 5)
    }
}
