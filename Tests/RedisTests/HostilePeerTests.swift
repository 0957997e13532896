import Diagnostics
import Redis
import Testing

@Suite("Peers that misbehave")
struct HostilePeerTests {
    private func observe(_ listener: LoopbackListener, within deadline: Duration) async -> Observation {
        var settings = RedisSettings(endpoint: .tcp(host: "127.0.0.1", port: listener.port))
        settings.password = "s3cret-word"
        let target = Target(kind: .redis, name: "cache", address: "\(settings.endpoint)")
        return await RedisProbe(target: target, settings: settings).observe(until: .after(deadline))
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let manner: LoopbackListener.Manner
        let kind: ProbeError.Kind
        let words: String

        init(_ name: String, _ manner: LoopbackListener.Manner, _ kind: ProbeError.Kind, _ words: String) {
            testDescription = name
            self.manner = manner
            self.kind = kind
            self.words = words
        }
    }

    private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
    private static let ok = "+OK\r\n+OK\r\n"

    @Test(arguments: [
        Case("silent", .silent, .timedOut, "no answer within the deadline"),
        Case("closes", .closes, .unreachable, ""),
        Case("resets", .resets, .unreachable, ""),
        Case("trickles", .trickles(bytes("+OK\r\n+OK\r\n$1000\r\n")), .timedOut, "no answer within the deadline"),
        Case("rubbish", .says(bytes("SSH-2.0-OpenSSH_9.2\r\n")), .protocolViolation, "not the Redis protocol"),
        Case("zeros", .says([UInt8](repeating: 0, count: 4096)), .protocolViolation, "not the Redis protocol"),
        Case("closes in the middle", .saysAndCloses(bytes(ok + "$1000\r\nabc")), .unreachable, ""),
        Case("a huge string", .says(bytes(ok + "$99999999999\r\n")), .protocolViolation, "larger than"),
        Case("a string beyond 64 bits", .says(bytes(ok + "$99999999999999999999\r\n")), .protocolViolation, ""),
        Case("the longest string", .says(bytes(ok + "$9223372036854775807\r\nx")), .protocolViolation, ""),
        Case("a negative string", .says(bytes(ok + "$-5\r\n")), .protocolViolation, ""),
        Case("a huge array", .says(bytes(ok + "*1000000000\r\n")), .protocolViolation, "larger than"),
        Case("an array beyond 32 bits", .says(bytes(ok + "*99999999999\r\n")), .protocolViolation, ""),
        Case("deep nesting", .says(bytes(ok + String(repeating: "*1\r\n", count: 100))), .protocolViolation, ""),
        Case(
            "many large arrays", .says(bytes(ok + "*9\r\n" + String(repeating: "*900000\r\n", count: 2))),
            .protocolViolation, "larger than"),
        Case("an answer of another kind", .says(bytes(ok + "*0\r\n:1\r\n:1\r\n")), .protocolViolation, "shape"),
        Case(
            "no more clients", .saysAndCloses(bytes("-ERR max number of clients reached\r\n")),
            .server(code: "maxclients"), "max number of clients reached"),
        Case(
            "protected mode", .saysAndCloses(bytes("-DENIED Redis is running in protected mode because …\r\n")),
            .forbidden, "DENIED Redis is running in protected mode"),
        Case(
            "busy", .says(bytes(ok + String(repeating: "-BUSY Redis is busy running a script.\r\n", count: 3))),
            .server(code: "BUSY"), "BUSY"),
        Case(
            "not permitted", .says(bytes(ok + String(repeating: "-NOPERM this user has no permissions\r\n", count: 3))),
            .forbidden, "NOPERM"),
    ])
    func giveTheRightErrorWithinTheDeadline(_ example: Case) async throws {
        let listener = LoopbackListener(example.manner)
        let start = ContinuousClock.now
        let observation = await observe(listener, within: .seconds(2))
        #expect(start.duration(to: .now) < .seconds(15))
        let failure = try #require(observation.failure)
        #expect(failure.kind == example.kind)
        #expect(failure.message.contains(example.words))
        #expect(observation.gaps.map(\.metric) == ["diag_redis_memory_used_ratio"])
        let shown = "\(observation)"
        #expect(!shown.contains("s3cret-word"))
    }

    @Test func aPortWhereNothingListensRefuses() async throws {
        let settings = RedisSettings(endpoint: .tcp(host: "127.0.0.1", port: LoopbackListener.unusedPort()))
        let target = Target(kind: .redis, name: "cache", address: "\(settings.endpoint)")
        let observation = await RedisProbe(target: target, settings: settings).observe(until: .after(.seconds(2)))
        #expect(observation.failure?.kind == .refused)
    }

    @Test func aSocketThatIsNotThereRefuses() async throws {
        let settings = RedisSettings(endpoint: .unix(path: "/tmp/no-such-redis.sock"))
        let target = Target(kind: .redis, name: "cache", address: "\(settings.endpoint)")
        let observation = await RedisProbe(target: target, settings: settings).observe(until: .after(.seconds(2)))
        #expect(observation.failure?.kind == .refused)
    }

    @Test func whatCameBeforeTheSilenceIsKept() async throws {
        let info = "# Memory\r\nused_memory:50\r\nmaxmemory:100\r\n"
        let reply = Self.ok + "$\(info.utf8.count)\r\n\(info)\r\n"
        let listener = LoopbackListener(.says(Self.bytes(reply)))
        let observation = await observe(listener, within: .seconds(2))
        #expect(observation.failure == nil)
        #expect(observation.value("diag_redis_memory_used_ratio") == 0.5)
        #expect(observation.problems.map(\.kind) == [.timedOut])
    }

    @Test func aFrozenServerTimesOut() async throws {
        let server = try await LiveRedis()
        server.freeze()
        let target = Target(kind: .redis, name: "cache", address: "\(server.settings.endpoint)")
        let probe = RedisProbe(target: target, settings: server.settings)
        #expect(await probe.observe(until: .after(.milliseconds(300))).failure?.kind == .timedOut)
        server.thaw()
        #expect(await probe.observe(until: .after(.seconds(5))).failure == nil)
    }
}
