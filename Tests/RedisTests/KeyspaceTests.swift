import Diagnostics
import Synchronization
import Testing

@testable import Redis

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
        let server = try LiveRedis()
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
        let server = try LiveRedis()
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
        let server = try LiveRedis()
        let key: [UInt8] = [0, 10, 0x1b, 0x5b, 0x33, 0x31, 0x6d, 0xff, 0x5c, 0xc3, 0xa9]
        try await fill(server, [RedisCommand([Array("SET".utf8), key, [1]])])
        #expect(try await scan(server).largest.map { "\($0.name)" } == ["\\x00\\n\\x1b[31m\\xff\\\\é"])
    }

    @Test func theRateIsBounded() async throws {
        let server = try LiveRedis()
        try await fill(server, (0..<3000).map { RedisCommand("SET", "k:\($0)", "") })
        let report = try await scan(server, KeyspaceScan.Options(batch: 100, keysPerSecond: 3000))
        #expect(report.duration > .milliseconds(800))
    }

    @Test func endedEarlyItTellsWhatItHasAndHowMuchThatIs() async throws {
        let server = try LiveRedis()
        try await fill(server, (0..<3000).map { RedisCommand("SET", "k:\($0)", "") })
        let scan = KeyspaceScan(
            settings: server.settings, options: KeyspaceScan.Options(batch: 100, keysPerSecond: 1000))
        let report = try await scan.run(until: .after(.seconds(1)))
        #expect(report.interruption?.kind == .timedOut)
        #expect(report.keysSeen > 100 && report.keysSeen < 2000)
        let share = try #require(report.share)
        #expect(share > 0.03 && share < 0.7)
        guard case .fact(let sentence) = report.evidence()[0].body else { return }
        #expect(sentence.hasPrefix("ended early after about "))
    }

    @Test func cancelledItTellsWhatItHas() async throws {
        let server = try LiveRedis()
        try await fill(server, (0..<3000).map { RedisCommand("SET", "k:\($0)", "") })
        let scan = KeyspaceScan(
            settings: server.settings, options: KeyspaceScan.Options(batch: 100, keysPerSecond: 500))
        let task = Task { try await scan.run(until: .after(Self.deadline)) }
        try await Task.sleep(for: .milliseconds(1500))
        task.cancel()
        let report = try await task.value
        #expect(report.interruption?.kind == .cancelled)
        #expect(report.keysSeen > 0)
    }

    @Test func keysThatVanishOrChangeMeanwhileAreTolerated() async throws {
        let server = try LiveRedis()
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
        let server = try LiveRedis([
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

    @Test func aUserWhoMayNotScanIsToldSo() async throws {
        let server = try LiveRedis(["user diag on >pw ~* +info"])
        try await fill(server, [RedisCommand("SET", "a", "b")])
        var settings = server.settings
        (settings.username, settings.password) = ("diag", "pw")
        let denied = settings
        let error = await #expect(throws: ProbeError.self) {
            try await KeyspaceScan(settings: denied).run(until: .after(Self.deadline))
        }
        #expect(error?.kind == .forbidden)
    }

    @Test func anEmptyServerHasNothing() async throws {
        let server = try LiveRedis()
        let report = try await scan(server)
        #expect(report.isComplete)
        #expect(report.keysSeen == 0)
        #expect(report.share == 1)
    }
}

@Suite("Patterns as Redis reads them")
struct GlobPatternTests {
    private static let cases: [(pattern: String, key: String, matches: Bool)] = [
        ("debate:*", "debate:1", true), ("debate:*", "debate:", true), ("debate:*", "xdebate:1", false),
        ("*", "", true), ("", "", true), ("", "a", false), ("h?llo", "hello", true), ("h?llo", "hllo", false),
        ("h[ae]llo", "hallo", true), ("h[^e]llo", "hello", false), ("h[a-b]llo", "hbllo", true),
        ("h[b-a]llo", "hbllo", true), ("a\\*", "a*", true), ("a\\*", "ab", false), ("a\\", "a\\", true),
        ("[a", "a", true), ("[a", "b", false), ("[]", "]", false), ("[]a]", "a]", false), ("[^]", "x", true),
        ("[\\]]", "]", true), ("[a-", "-", true), ("[a-]", "b", false), ("[a\\-c]", "-", true), ("[a\\-c]", "b", false),
        ("a**b*c", "axxbyyc", true), ("*a*b", "aab", true), ("*a*b", "aabx", false), ("**", "x", true),
        ("a[", "a", false), ("[", "[", false), ("[^", "x", true), ("[a-z", "c", true),
    ]

    @Test(arguments: cases)
    func areMatched(pattern: String, key: String, expected: Bool) {
        #expect(GlobPattern(pattern).matches(Array(key.utf8)) == expected)
    }

    /// HSCAN MATCH over a hash with one field is the way to ask a server about one string only.
    @Test func areMatchedAlikeByTheServer() async throws {
        let server = try LiveRedis()
        var connection = try await RedisConnection.connect(to: server.settings.endpoint, until: .after(.seconds(10)))
        for (index, example) in Self.cases.enumerated() {
            let commands = [
                RedisCommand("HSET", "h\(index)", example.key, "1"),
                RedisCommand("HSCAN", "h\(index)", "0", "MATCH", example.pattern),
            ]
            let replies = await connection.replies(to: commands, until: .after(.seconds(10)))
            let found = replies[1]?.array?.last?.array?.isEmpty == false
            #expect(found == example.matches, "\(example)")
        }
    }

    @Test func aPatternThatWouldExplodeDoesNot() {
        let pattern = GlobPattern(String(repeating: "a*", count: 100) + "b")
        #expect(!pattern.matches([UInt8](repeating: UInt8(ascii: "a"), count: 10_000)))
    }
}

@Suite("Scanning a server that answers oddly")
struct KeyspaceOddityTests {
    /// All replies at once: to CLIENT SETNAME, INFO, CLIENT NO-TOUCH, SELECT, SCAN, then TYPE, MEMORY USAGE and TTL
    /// of each key, then the lengths.
    private func scan(_ keys: String, _ answers: String) async throws -> KeyspaceReport {
        let info = "# Keyspace\r\ndb0:keys=3,expires=0,avg_ttl=0\r\n"
        let start = "+OK\r\n$\(info.utf8.count)\r\n\(info)\r\n-ERR unknown subcommand\r\n+OK\r\n*2\r\n$1\r\n0\r\n"
        let listener = LoopbackListener(.says(Array((start + keys + answers).utf8)))
        let settings = RedisSettings(endpoint: .tcp(host: "127.0.0.1", port: listener.port))
        return try await KeyspaceScan(settings: settings).run(until: .after(.seconds(2)))
    }

    @Test func vanishedKeysAreSkippedAndCounted() async throws {
        let report = try await scan(
            "*3\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n",
            "+none\r\n$-1\r\n:-2\r\n+string\r\n$-1\r\n:-2\r\n+string\r\n:60\r\n:-1\r\n:7\r\n")
        #expect(report.vanished == 2)
        #expect(report.largest.map { "\($0.name)" } == ["c"])
        #expect(report.total.keys == 1)
        #expect(report.total.elements == 7)
        #expect(report.isComplete)
    }

    @Test func aModulesTypeIsKnownByMemoryAlone() async throws {
        let report = try await scan("*1\r\n$1\r\na\r\n", "+ReJSON-RL\r\n:60\r\n:-1\r\n")
        #expect(report.types.map(\.type) == ["ReJSON-RL"])
        #expect(report.largest.first?.memory == 60)
        #expect(report.largest.first?.elements == nil)
    }

    @Test func aKeyOfAnotherTypeAMomentLaterKeepsItsMemory() async throws {
        let report = try await scan(
            "*1\r\n$1\r\na\r\n", "+list\r\n:60\r\n:9\r\n-WRONGTYPE Operation against a key\r\n")
        #expect(report.changedType == 1)
        #expect(report.total.memory == 60)
        #expect(report.largest.first?.secondsToLive == 9)
    }

    @Test func aKeyThatScanGivesTwiceIsRankedOnce() async throws {
        let answers = "+string\r\n:60\r\n:-1\r\n+string\r\n:60\r\n:-1\r\n:7\r\n:7\r\n"
        let report = try await scan("*2\r\n$1\r\na\r\n$1\r\na\r\n", answers)
        #expect(report.largest.count == 1)
    }
}

@Suite("Prefixes found from the keys")
struct KeyPrefixTests {
    @Test(arguments: [
        ("debate:42:rounds", "debate:*"), ("debate:open", "debate:*"), ("app:session:3f9a", "app:session:*"),
        ("a:b:c:d:e", "a:b:c:*"), ("2024:01:x", "2024:*"), ("a/b:c", "a/b:*"), ("path/to/file", "path/to/*"),
        ("snake_case_7", "snake_case_*"), ("plain", ""), ("", ""), (":leading", ":*"), ("a::b", "a:*"),
    ])
    func segmentsEndAtTheFirstID(key: String, pattern: String) {
        var prefixes = KeyPrefixes()
        prefixes.add(Self.record(key))
        #expect(prefixes.entries.map(\.pattern) == [pattern])
    }

    @Test func namesThatServeAsIDsAreCountedTogether() {
        var prefixes = KeyPrefixes(widest: 3)
        for name in ["alice", "bob", "carol", "dave", "eve"] { prefixes.add(Self.record("user:\(name):cart")) }
        prefixes.add(Self.record("team:red:cart"))
        #expect(prefixes.entries.map(\.pattern) == ["user:*", "team:red:*"])
        #expect(prefixes.entries.map(\.total.keys) == [5, 1])
    }

    @Test func theTableStaysBounded() {
        var prefixes = KeyPrefixes(limit: 10)
        for number in 0..<100 { prefixes.add(Self.record("\(number):x")) }
        #expect(prefixes.entries.count == 10)
        #expect(prefixes.rest.keys == 90)
    }

    private static func record(_ key: String) -> KeyRecord {
        KeyRecord(
            database: 0, name: KeyName(Array(key.utf8)), type: "string", memory: 1, elements: 1, secondsToLive: nil)
    }
}

@Suite("Keys as people see them")
struct KeyNameTests {
    @Test(arguments: [
        (Array("debate:1".utf8), "debate:1"), ([], ""), ([0x1b, 0x5b, 0x32, 0x4a], "\\x1b[2J"),
        ([0xff, 0xfe], "\\xff\\xfe"), ([0x0d, 0x0a, 0x09, 0x5c], "\\r\\n\\t\\\\"), (Array("naïve 日本".utf8), "naïve 日本"),
        // A right-to-left override, a zero-width space, and a character cut short.
        ([0xe2, 0x80, 0xae], "\\xe2\\x80\\xae"), ([0xe2, 0x80, 0x8b], "\\xe2\\x80\\x8b"), ([0xe6, 0x97], "\\xe6\\x97"),
        ([0x7f, 0xc2, 0x9b], "\\x7f\\xc2\\x9b"),
    ])
    func nothingReachesTheTerminalUnescaped(bytes: [UInt8], shown: String) {
        #expect(KeyName(bytes).description == shown)
    }

    @Test func ofAGiantOnlyTheBeginningIsKept() {
        let name = KeyName([UInt8](repeating: 0x61, count: 5000))
        #expect(name.bytes.count == 512)
        #expect(name.description.hasSuffix("a… (5000 bytes)"))
    }
}
