import Diagnostics
import Redis
import Synchronization
import Testing

@Suite("Scanning a real keyspace")
struct KeyspaceScanTests {
    private static let deadline = Duration.seconds(60)

    private func fill(_ server: LiveRedis, _ commands: [RedisCommand]) async throws {
        var connection = try await RedisConnection.connect(
            to: server.settings.endpoint, until: .after(Self.deadline))
        let replies = await connection.replies(to: commands, until: .after(Self.deadline))
        try #require(replies.interruption == nil)
        try #require(replies.values.compactMap(\.error) == [])
    }

    private func scan(
        _ server: LiveRedis, _ options: KeyspaceScan.Options = KeyspaceScan.Options()
    ) async throws -> KeyspaceReport {
        try await KeyspaceScan(settings: server.settings, options: options).run(until: .after(Self.deadline))
    }

    @Test func tellsAllTypesOfAllDatabasesByMemoryAndElements() async throws {
        let server = try await LiveRedis()
        try await fill(
            server,
            [
                RedisCommand("SET", "session:1", String(repeating: "x", count: 50_000), "EX", "100"),
                RedisCommand("SET", "session:2", "y", "EX", "100"),
                RedisCommand("RPUSH", "debate:1:rounds", "a", "b", "c"), RedisCommand("SADD", "debate:open", "1", "2"),
                RedisCommand("ZADD", "ranking", "1", "a"), RedisCommand("HSET", "debate:1", "f", "v", "g", "w"),
                RedisCommand("XADD", "events", "*", "f", "v"), RedisCommand("SELECT", "3"),
                RedisCommand("SET", "lonely", "1"),
            ])
        let report = try await scan(server, KeyspaceScan.Options(patterns: ["debate:*", "session:*", "none*"]))
        #expect(report.isComplete)
        #expect(report.keysSeen == 8)
        #expect(report.keysTotal == 8)
        #expect(report.finishedDatabases == [0, 3])
        #expect(Set(report.types.map(\.type)) == ["string", "list", "set", "zset", "hash", "stream"])
        #expect(report.largest.first?.name.description == "session:1")
        #expect(report.largest.first?.elements == 50_000)
        #expect(report.longest.first?.name.description == "debate:1:rounds")
        #expect(report.longest.first?.elements == 3)
        #expect(report.patterns.map(\.total.keys) == [3, 2, 0])
        #expect(report.patterns.map(\.total.withoutExpiry) == [3, 0, 0])
        let prefixes = report.prefixes.map(\.pattern)
        #expect(prefixes.first == "session:*")
        #expect(Set(prefixes) == ["session:*", "debate:*", ""])
        #expect(report.largest.allSatisfy { $0.memory != nil })
        #expect(report.largest.first { $0.name.description == "lonely" }?.database == 3)
    }

    @Test func findsWhatTheServerHoldsInManyBatches() async throws {
        let server = try await LiveRedis()
        try await fill(server, (0..<20_000).map { RedisCommand("SET", "k:\($0)", String($0)) })
        let seen = Mutex<[Int64]>([])
        let report = try await KeyspaceScan(settings: server.settings).run(until: .after(Self.deadline)) { progress in
            seen.withLock { $0.append(progress.keysSeen) }
        }
        #expect(report.keysSeen == 20_000)
        #expect(report.total.elements == (0..<20_000).reduce(0) { $0 + Int64(String($1).count) })
        #expect(seen.withLock { $0.count > 10 && $0.last == 20_000 })
    }

    @Test func keysAreBytes() async throws {
        let server = try await LiveRedis()
        let key: [UInt8] = [0, 10, 0x1b, 0x5b, 0x33, 0x31, 0x6d, 0xff, 0x5c, 0xc3, 0xa9]
        try await fill(server, [RedisCommand([Array("SET".utf8), key, [1]])])
        #expect(try await scan(server).largest.map { "\($0.name)" } == ["\\x00\\n\\x1b[31m\\xff\\\\é"])
    }

    @Test func theRateIsBounded() async throws {
        let server = try await LiveRedis()
        try await fill(server, (0..<3000).map { RedisCommand("SET", "k:\($0)", "") })
        let report = try await scan(server, KeyspaceScan.Options(batch: 100, keysPerSecond: 3000))
        #expect(report.duration > .milliseconds(800))
    }

    /// Three thousand keys that would take half a minute at the rate that is allowed.
    private func slowScan() async throws -> (KeyspaceScan, LiveRedis) {
        let server = try await LiveRedis()
        try await fill(server, (0..<3000).map { RedisCommand("SET", "k:\($0)", "") })
        let options = KeyspaceScan.Options(batch: 10, keysPerSecond: 100)
        return (KeyspaceScan(settings: server.settings, options: options), server)
    }

    @Test func endedEarlyItTellsWhatItHasAndHowMuchThatIs() async throws {
        let (scan, server) = try await slowScan()
        defer { withExtendedLifetime(server) {} }
        // On a machine that is short of time the first deadlines may pass before anything is seen.
        for seconds in [1, 4, 16] {
            guard let report = try? await scan.run(until: .after(.seconds(seconds))) else { continue }
            #expect(report.interruption?.kind == .timedOut)
            #expect(report.keysSeen > 0 && report.keysSeen < 3000)
            #expect(try #require(report.share) < 1)
            guard case .fact(let sentence) = report.evidence()[0].body else { break }
            #expect(sentence.hasPrefix("ended early after about "))
            return
        }
        Issue.record("nothing was seen within 16 s")
    }

    @Test func cancelledItTellsWhatItHas() async throws {
        let (scan, server) = try await slowScan()
        defer { withExtendedLifetime(server) {} }
        let (progress, signal) = AsyncStream<Int64>.makeStream()
        let task = Task { try await scan.run(until: .after(Self.deadline)) { signal.yield($0.keysSeen) } }
        for await _ in progress { break }
        task.cancel()
        let report = try await task.value
        #expect(report.interruption?.kind == .cancelled)
        #expect(report.keysSeen > 0 && report.keysSeen < 3000)
    }

    @Test func keysThatVanishOrChangeMeanwhileAreTolerated() async throws {
        let server = try await LiveRedis()
        let endpoint = server.settings.endpoint
        let churn = Task {
            var connection = try await RedisConnection.connect(to: endpoint, until: .after(Self.deadline))
            var round = 0
            while !Task.isCancelled {
                round += 1
                let commands = (0..<500).flatMap { key in
                    [
                        RedisCommand("DEL", "k:\(key)"),
                        round % 2 == 0 ? RedisCommand("SET", "k:\(key)", "v") : RedisCommand("SADD", "k:\(key)", "v"),
                    ]
                }
                _ = await connection.replies(to: commands, until: .after(Self.deadline))
            }
        }
        for _ in 0..<20 {
            let report = try await scan(server, KeyspaceScan.Options(batch: 50))
            #expect(report.isComplete)
            #expect(report.problems == [])
        }
        churn.cancel()
        _ = await churn.result
    }

    @Test func aUserWhoMayNotAskForMemoryStillSeesTheRest() async throws {
        let server = try await LiveRedis([
            "user diag on >pw ~* +@read +info +select -memory -type", "enable-debug-command no",
        ])
        try await fill(server, (0..<300).map { RedisCommand("SET", "k:\($0)", "v") })
        var settings = server.settings
        (settings.username, settings.password) = ("diag", "pw")
        let report = try await KeyspaceScan(settings: settings).run(until: .after(Self.deadline))
        #expect(report.keysSeen == 300)
        #expect(Set(report.problems.map(\.step)) == ["TYPE", "MEMORY USAGE"])
        #expect(report.problems.allSatisfy { $0.kind == .forbidden })
    }

    @Test func aUserWhoMayNotAskForInfoSeesTheKeysAllTheSame() async throws {
        let server = try await LiveRedis(["user diag on >pw ~* +@read +select +memory|usage -info"])
        try await fill(server, (0..<300).map { RedisCommand("SET", "k:\($0)", "v") })
        var settings = server.settings
        (settings.username, settings.password) = ("diag", "pw")
        let report = try await KeyspaceScan(settings: settings).run(until: .after(Self.deadline))
        #expect(report.keysSeen == 300)
        #expect(report.keysTotal == nil)
        #expect(report.isComplete)
    }

    @Test func aUserWhoMayNotScanIsToldSo() async throws {
        let server = try await LiveRedis(["user diag on >pw ~* +info"])
        try await fill(server, [RedisCommand("SET", "a", "b")])
        var settings = server.settings
        (settings.username, settings.password) = ("diag", "pw")
        let denied = settings
        let error = await #expect(throws: ProbeError.self) {
            try await KeyspaceScan(settings: denied).run(until: .after(Self.deadline))
        }
        #expect(error?.kind == .forbidden)
    }

    @Test func aDatabaseThatCannotBeSelectedCostsTheOthersNothing() async throws {
        let server = try await LiveRedis()
        try await fill(server, [RedisCommand("SET", "a", "b")])
        let report = try await scan(server, KeyspaceScan.Options(databases: [0, 99]))
        #expect(report.problems.map(\.step) == ["SELECT 99"])
        #expect(report.keysSeen == 1)
        #expect(report.finishedDatabases == [0])
    }

    @Test func anEmptyServerHasNothing() async throws {
        let server = try await LiveRedis()
        let report = try await scan(server)
        #expect(report.isComplete)
        #expect(report.keysSeen == 0)
        #expect(report.share == 1)
    }
}
