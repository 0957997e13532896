import Diagnostics
import Redis
import Testing

@Suite("Sentinels that answer oddly")
struct SentinelOddityTests {
    private func observe(_ manner: LoopbackListener.Manner) async -> Observation {
        let listener = LoopbackListener(manner)
        let settings = RedisSettings(endpoint: .tcp(host: "127.0.0.1", port: listener.port))
        let target = Target(kind: .sentinel, name: "s", address: "\(settings.endpoint)")
        return await SentinelProbe(target: target, settings: settings).observe(until: .after(.seconds(2)))
    }

    private func array(_ words: String...) -> String {
        "*\(words.count)\r\n" + words.map { "$\($0.utf8.count)\r\n\($0)\r\n" }.joined()
    }

    /// Replies to CLIENT SETNAME, SENTINEL MASTERS, INFO and SENTINEL MYID, then what follows for each master.
    private func says(_ masters: [String], _ rest: String) -> LoopbackListener.Manner {
        let start = "+OK\r\n*\(masters.count)\r\n" + masters.joined() + "$17\r\nsentinel_tilt:1\r\n\r\n$2\r\nme\r\n"
        return .says(Array((start + rest).utf8))
    }

    private var master: String {
        array(
            "name", "m", "ip", "cache.internal", "port", "6379", "runid", "r1", "flags", "master,s_down",
            "config-epoch", "7", "quorum", "2", "num-slaves", "1", "num-other-sentinels", "2", "odd one out")
    }

    @Test func whatItDoesNotKnowIsAProblemAndTheRestIsKept() async throws {
        let refusals =
            "-IDONTKNOW I have not enough information to reply. Please ask another Sentinel.\r\n"
            + "-ERR No such master with that name\r\n-NOQUORUM 1 usable Sentinels.\r\n"
            + array("cache.internal", "6379")
        let observation = await observe(says([master], refusals))
        #expect(observation.failure == nil)
        #expect(observation.problems.map(\.kind) == [.server(code: "IDONTKNOW"), .server(code: "ERR")])
        #expect(observation.value("diag_redis_sentinel_quorum_ok") == 0)
        #expect(observation.value("diag_redis_sentinel_master_ok") == 0)
        #expect(observation.value("diag_redis_sentinel_tilt") == 1)
        let labels: Labels = [
            "master": "m", "address": "cache.internal:6379", "run_id": "r1", "config_epoch": "7",
        ]
        #expect(observation.value("diag_redis_sentinel_master_info", labels) == 1)
    }

    @Test func entriesWithoutNameOrAddressArePassedOver() async throws {
        let broken = [array("name", "x"), ":5\r\n", "*0\r\n", "$-1\r\n", master]
        let observation = await observe(says(broken, "*1\r\n*1\r\n$2\r\nip\r\n*0\r\n+OK\r\n"))
        #expect(observation.failure == nil)
        #expect(observation.rows("sentinel.masters")?.count == 1)
    }

    @Test func silenceAfterTheFirstAnswerKeepsTheMasters() async throws {
        let observation = await observe(says([master], ""))
        #expect(observation.failure == nil)
        #expect(observation.problems.map(\.kind) == [.timedOut])
        #expect(observation.value("diag_redis_sentinel_quorum") == 2)
    }

    @Test(arguments: [
        (LoopbackListener.Manner.silent, ProbeError.Kind.timedOut), (.closes, .unreachable), (.resets, .unreachable),
        (.says(Array("+OK\r\n*9999999999\r\n".utf8)), .protocolViolation), (.says([0x15, 3, 3]), .protocolViolation),
    ])
    func hostilePeersGiveTheRightError(manner: LoopbackListener.Manner, kind: ProbeError.Kind) async throws {
        let observation = await observe(manner)
        #expect(observation.failure?.kind == kind)
        #expect(observation.gaps.map(\.metric) == ["diag_redis_sentinel_master_info"])
    }
}
