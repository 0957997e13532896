import Diagnostics
import Playground
import Redis
import Synchronization
import Testing

@Suite("Deleting keys by pattern", .timeLimit(.minutes(3)))
struct PurgeTests {
    private static let sessions = KeyFilter(pattern: "session:*")

    @Test(arguments: RedisInstallation.all)
    func whatIsShownIsWhatIsDone(of installation: RedisInstallation) async throws {
        let server = try await LiveRedis(of: installation)
        let client = try await server.client()
        try await client.write(12_000, "session")
        try await client.write(300, "kept")
        let shown = await server.purge(Self.sessions, .shown)
        #expect(shown.outcomes == [.planned])
        #expect(shown.before("matched") == .integer(12_000))
        #expect(shown.content.command == "diag redis purge cache --at-most 13300 --yes")
        #expect(shown.content.deeds[0].details.contains { $0.contains("such as session:") })
        #expect(shown.content.deeds[0].details.contains { $0.contains("of memory") })
        #expect(try await client.integer("DBSIZE") == 12_300)
        let done = await server.purge(Self.sessions)
        #expect(done.outcomes == [.done])
        #expect(done.after("done") == .integer(12_000))
        #expect(try await client.integer("DBSIZE") == 300)
        let again = await server.purge(Self.sessions)
        #expect(again.outcomes == [.absent])
        #expect(again.content.notes.contains("nothing to do: no key matches session:*"))
    }

    @Test func onlyWhatAllConditionsMatch() async throws {
        let server = try await LiveRedis()
        let client = try await server.client()
        _ = try await client.pipeline([
            ["HSET", "session:hash", "a", "b"], ["SET", "session:string", "x"],
            ["SET", "session:brief", "x", "EX", "500"],
            ["HSET", "session:brief:hash", "a", "b"], ["EXPIRE", "session:brief:hash", "500"],
        ])
        let filter = KeyFilter(pattern: "session:*", withoutTTL: true, type: "hash")
        #expect(await server.purge(filter).after("done") == .integer(1))
        #expect(try await client.integer("EXISTS", "session:hash") == 0)
        #expect(try await client.integer("DBSIZE") == 3)
    }

    @Test func whoWasAskedForIsNotIdleAndLookingIsNoAsking() async throws {
        let server = try await LiveRedis()
        let client = try await server.client()
        try await client.write(50, "session")
        try await Task.sleep(for: .seconds(3))
        try await client("GET", "session:7")
        let filter = KeyFilter(pattern: "session:*", idleLongerThan: .seconds(1))
        #expect(await server.purge(filter, .shown).before("matched") == .integer(49))
        #expect(await server.purge(filter).after("done") == .integer(49))
        #expect(try await client.integer("EXISTS", "session:7") == 1)
    }

    @Test func underAnLFUPolicyThereIsNoIdleTime() async throws {
        let server = try await LiveRedis(["maxmemory-policy allkeys-lfu", "maxmemory 100mb"])
        try await server.client().write(5, "session")
        let seen = await server.purge(KeyFilter(pattern: "session:*", idleLongerThan: .seconds(1)))
        #expect(seen.outcomes == [.failed])
        #expect(seen.content.deeds[0].command?.contains("leave --idle-longer-than out") == true)
    }

    @Test func everyKeyMustBeSaidTwice() async throws {
        let server = try await LiveRedis()
        let client = try await server.client()
        try await client.write(5, "a")
        let refused = await server.purge(KeyFilter(pattern: "*"))
        #expect(refused.content.failure?.message.contains("matches every key") == true)
        #expect(try await client.integer("DBSIZE") == 5)
        let meant = await server.purge(KeyFilter(pattern: "*"), .done, .init(allowsEverything: true))
        #expect(meant.outcomes == [.done])
        #expect(try await client.integer("DBSIZE") == 0)
    }

    @Test func itStopsWhereMuchMoreIsThereThanWasShown() async throws {
        let server = try await LiveRedis()
        let client = try await server.client()
        try await client.write(3000, "session")
        let seen = await server.purge(Self.sessions, .done, .init(atMost: 1000))
        #expect(seen.outcomes == [.unconfirmed])
        #expect(seen.content.deeds[0].reason?.contains("more match than --at-most; 1000 deleted until then") == true)
        #expect(try await client.integer("DBSIZE") == 2000)
    }

    @Test func itGoesOnWhereItWasStopped() async throws {
        let server = try await LiveRedis()
        let client = try await server.client()
        try await client.write(3000, "session")
        let slow = KeyRemedyRun.Options(keysPerSecond: 1000, maxTime: .milliseconds(500))
        let first = await server.purge(Self.sessions, .done, slow)
        #expect(first.outcomes == [.unconfirmed])
        #expect(first.content.deeds[0].reason?.contains("the time of --max-time is over") == true)
        #expect(first.content.notes.contains { $0.contains("goes on where this one stopped") })
        let left = try #require(try await client.integer("DBSIZE"))
        #expect(first.after("done") == .integer(3000 - left))
        #expect((1...2999).contains(left))
        #expect(await server.purge(Self.sessions).after("done") == .integer(left))
        #expect(try await client.integer("DBSIZE") == 0)
    }

    @Test func whatWasDoneBeforeItWasInterruptedIsKnownExactly() async throws {
        let server = try await LiveRedis()
        let client = try await server.client()
        try await client.write(3000, "session")
        let run = KeyRemedyRun(
            .delete, Self.sessions, on: server.target, settings: server.settings, mode: .done,
            writing: LiveRedis.writing, options: .init(keysPerSecond: 1000))
        let (events, begun) = AsyncStream.makeStream(of: Void.self)
        let task = Task { await run.treat(within: .seconds(20)) { if $0.done > 0 { begun.yield() } } }
        for await _ in events { break }
        task.cancel()
        let seen = await task.value
        #expect(seen.outcomes == [.unconfirmed])
        #expect(seen.content.deeds[0].reason?.contains("it was interrupted") == true)
        #expect(seen.after("done") == .integer(3000 - (try await client.integer("DBSIZE") ?? 0)))
    }

    @Test func onlyTheDatabasesThatAreMeant() async throws {
        let server = try await LiveRedis()
        let client = try await server.client()
        for database in ["0", "1", "2"] {
            try await client("SELECT", database)
            try await client.write(3, "session")
        }
        let seen = await server.purge(Self.sessions, .done, .init(databases: [1, 2]))
        #expect(seen.after("done") == .integer(6))
        try await client("SELECT", "0")
        #expect(try await client.integer("DBSIZE") == 3)
        let beyond = await server.purge(Self.sessions, .done, .init(databases: [99]))
        #expect(beyond.outcomes == [.failed])
        #expect(try await client.integer("DBSIZE") == 3)
    }

    @Test func keysThatAreNoTextAreFoundAndHarmNoTerminal() async throws {
        let server = try await LiveRedis()
        let client = try await server.client()
        try await client("SET", "session:\u{1B}[31m\n", "x")
        let shown = await server.purge(Self.sessions, .shown)
        #expect(shown.content.deeds[0].details.contains { $0.contains(#"session:\x1b[31m\n"#) })
        #expect(await server.purge(Self.sessions).after("done") == .integer(1))
    }

    @Test func aReplicaIsRefusedWithItsMastersAddress() async throws {
        let master = try await LiveRedis(["repl-diskless-sync-delay 0"])
        let replica = try await LiveRedis(["replicaof 127.0.0.1 \(master.port)", "replica-read-only no"])
        let client = try await replica.client()
        try await client.write(3, "session")
        let seen = await replica.purge(Self.sessions)
        #expect(seen.content.failure?.message.contains("is a replica of 127.0.0.1:\(master.port)") == true)
        #expect(seen.content.failure?.advice?.contains("127.0.0.1:\(master.port)") == true)
    }

    @Test func whatAUserMayNotDoIsNamed() async throws {
        let server = try await LiveRedis([
            "user reader on >geheim ~* +@read -memory +info +client +select +scan",
            "user default on nopass ~* &* +@all",
        ])
        let client = try await server.client()
        try await client.write(5, "session")
        var settings = server.settings
        (settings.username, settings.password) = ("reader", "geheim")
        let shown = await server.purge(Self.sessions, .shown, .init(), settings)
        #expect(shown.outcomes == [.planned])
        #expect(shown.before("memory") == Cell.none)
        let seen = await server.purge(Self.sessions, .done, .init(), settings)
        #expect(seen.outcomes == [.failed])
        #expect(seen.content.deeds[0].command == "on the server: ACL SETUSER <user> +unlink")
        #expect(seen.content.role == "reader")
        #expect(try await client.integer("DBSIZE") == 5)
    }

    /// `rename-command UNLINK ""` is how some forbid it.
    @Test func aServerThatDiesInTheMiddleIsSaidToHave() async throws {
        let server = try await LiveRedis()
        let client = try await server.client()
        try await client.write(3000, "session")
        let seen = await KeyRemedyRun(
            .delete, Self.sessions, on: server.target, settings: server.settings, mode: .done,
            writing: LiveRedis.writing, options: .init(keysPerSecond: 1000)
        ).treat(within: .seconds(20)) { if $0.done > 200 { server.end() } }
        #expect(seen.outcomes == [.unconfirmed])
        #expect(seen.content.deeds[0].reason?.hasPrefix("stopped: ") == true)
        #expect(seen.after("used_memory") == Cell.none)
    }
}
