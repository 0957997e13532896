import Diagnostics
import Playground
import Redis
import Testing

/// Each state in which a server refuses, brought about on a real one of every version: told apart, with what to do, and what
/// is still allowed still works.
@Suite("Servers that refuse", .timeLimit(.minutes(3)))
struct RefusingServersTests {
    private static let deadline = Duration.seconds(20)

    private func observe(_ settings: RedisSettings) async -> Observation {
        let target = Target(kind: .redis, name: "cache", address: "\(settings.endpoint)")
        return await RedisProbe(target: target, settings: settings).observe(until: .after(Self.deadline))
    }

    private func refusalOfScan(_ settings: RedisSettings) async -> ProbeError? {
        do throws(ProbeError) {
            _ = try await KeyspaceScan(settings: settings).run(until: .after(Self.deadline))
            return nil
        } catch {
            return error
        }
    }

    private func run(_ commands: [RedisCommand], on server: LiveRedis) async throws {
        var connection = try await RedisConnection.connect(server.settings, until: .after(Self.deadline))
        let replies = await connection.replies(to: commands, until: .after(Self.deadline))
        try #require(replies.values.compactMap(\.error) == [])
    }

    /// 6.2 looks at its clients only after every two megabytes of what it reads, which here is all.
    @Test(arguments: RedisInstallation.all.filter { !$0.description.hasSuffix(" 6.2") })
    func oneThatReadsItsDataTellsHowFarItIs(of installation: RedisInstallation) async throws {
        let before = try await LiveRedis(of: installation)
        try await run((0..<4000).map { RedisCommand("SET", "k:\($0)", "v") } + [RedisCommand("SAVE")], on: before)
        // Two milliseconds a key, and a look at its clients after every few.
        let server = try await LiveRedis(
            ["dir \(before.folder)", "key-load-delay 2000", "loading-process-events-interval-bytes 1024"],
            of: installation)
        let seen = await observe(server.settings)
        #expect(seen.failure == nil)
        #expect(seen.value("diag_redis_loading") == 1)
        #expect(seen.value("diag_redis_memory_used_ratio") != nil)
        #expect(seen.fact("redis.persistence")?.contains("loading its data from disk") == true)
        let refusal = try #require(await refusalOfScan(server.settings))
        #expect(refusal.kind == .server(code: "LOADING"))
        #expect(refusal.advice?.contains("wait") == true)
    }

    /// One script runs until it is killed; the busy threshold is 50 ms.
    @Test(arguments: RedisInstallation.all)
    func oneThatIsBusyWithAScriptIsToldApartAndHowToEndIt(of installation: RedisInstallation) async throws {
        let server = try await LiveRedis(["lua-time-limit 50"], of: installation)
        let busy = try await RedisConnection.connect(server.settings, until: .after(Self.deadline))
        try await busy.send([RedisCommand("EVAL", "while true do end", "0")], until: .after(Self.deadline))
        var seen = await observe(server.settings)
        // Until the threshold has passed it only keeps everybody waiting.
        while seen.failure?.kind != .server(code: "BUSY") { seen = await observe(server.settings) }
        #expect(seen.failure?.advice?.contains("SCRIPT KILL") == true)
        #expect(await refusalOfScan(server.settings)?.kind == .server(code: "BUSY"))
        try await run([RedisCommand("SCRIPT", "KILL")], on: server)
        while await observe(server.settings).failure != nil {}
    }

    @Test(arguments: RedisInstallation.all)
    func aReplicaThatMayNotServeOldDataStillTellsOfItself(of installation: RedisInstallation) async throws {
        let server = try await LiveRedis(["replica-serve-stale-data no"], of: installation)
        let nobody = String(LoopbackListener.unusedPort())
        try await run([RedisCommand("SET", "a", "b"), RedisCommand("REPLICAOF", "127.0.0.1", nobody)], on: server)
        let seen = await observe(server.settings)
        #expect(seen.failure == nil)
        #expect(seen.value("diag_redis_master_link_up") == 0)
        #expect(seen.value("diag_redis_memory_used_ratio") != nil)
        let refusal = try #require(await refusalOfScan(server.settings))
        #expect(refusal.kind == .server(code: "MASTERDOWN"))
        #expect(refusal.advice?.contains("INFO replication") == true)
    }

    @Test(arguments: RedisInstallation.all)
    func whoMayNotComeInIsToldWhy(of installation: RedisInstallation) async throws {
        let server = try await LiveRedis(
            ["requirepass s3cret-word", "user diag on >pw ~* +ping", "user off off >pw ~* +@all"], of: installation)
        func refusal(_ user: String?, _ password: String?) async -> ProbeError? {
            var settings = server.settings
            (settings.username, settings.password) = (user, password)
            return await observe(settings).failure
        }
        #expect(await refusal(nil, nil)?.kind == .unauthenticated)
        #expect(await refusal(nil, nil)?.message.hasPrefix("NOAUTH") == true)
        #expect(await refusal(nil, "wrong")?.message.hasPrefix("WRONGPASS") == true)
        #expect(await refusal("nobody", "pw")?.message.hasPrefix("WRONGPASS") == true)
        #expect(await refusal("off", "pw")?.message.hasPrefix("WRONGPASS") == true)
        let notPermitted = try #require(await refusal("diag", "pw"))
        #expect(notPermitted.kind == .forbidden)
        #expect(notPermitted.advice?.contains("ACL SETUSER") == true)
        #expect(await refusal(nil, "s3cret-word") == nil)
    }

    @Test(arguments: RedisInstallation.all)
    func aRenamedCommandCostsOnlyWhatItTells(of installation: RedisInstallation) async throws {
        let server = try await LiveRedis(
            ["rename-command SLOWLOG \"\"", "rename-command MEMORY hidden", "rename-command CLIENT \"\""],
            of: installation)
        try await run([RedisCommand("SET", "a", "b"), RedisCommand("RPUSH", "c", "d", "e")], on: server)
        let seen = await observe(server.settings)
        #expect(seen.failure == nil)
        #expect(seen.value("diag_redis_memory_used_ratio") != nil)
        let report = try await KeyspaceScan(settings: server.settings).run(until: .after(Self.deadline))
        #expect(report.keysSeen == 2)
        #expect(report.problems.map(\.step) == ["MEMORY USAGE"])
        #expect(report.problems.first?.advice?.contains("renamed") == true)
        #expect(report.longest.first?.elements == 2)
    }

    @Test(arguments: RedisInstallation.all)
    func aServerThatTakesNoMoreClientsSaysSo(of installation: RedisInstallation) async throws {
        let server = try await LiveRedis(["maxclients 1"], of: installation)
        var first: RedisValue?
        while first != .status("PONG") { first = try? await ping(server) }
        var holder = try await RedisConnection.connect(server.settings, until: .after(Self.deadline))
        // The one before may still count for a moment.
        while await holder.replies(to: [RedisCommand("PING")], until: .after(Self.deadline))[0] != .status("PONG") {
            holder = try await RedisConnection.connect(server.settings, until: .after(Self.deadline))
        }
        let failure = try #require(await observe(server.settings).failure)
        #expect(failure.message == "ERR max number of clients reached")
        #expect(failure.advice?.contains("maxclients") == true)
        _ = try await holder.reply(to: RedisCommand("PING"), until: .after(Self.deadline))
    }

    private typealias RedisValue = RESPValue

    private func ping(_ server: LiveRedis) async throws -> RESPValue? {
        var connection = try await RedisConnection.connect(server.settings, until: .after(Self.deadline))
        return await connection.replies(to: [RedisCommand("PING")], until: .after(Self.deadline))[0]
    }
}
