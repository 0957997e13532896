import Diagnostics
import Redis
import Testing

@Suite("Scanning a server that answers oddly")
struct KeyspaceOddityTests {
    /// Over each of two connections: to CLIENT SETNAME and INFO, by which the deployment is known; over the second also to
    /// CLIENT NO-TOUCH, five PINGs and SELECT. What follows is answered once SCAN has been asked: INFO commandstats, SCAN, then
    /// TYPE and TTL of each key, then length and memory of those that are there.
    private func settings(answering scan: String) -> (RedisSettings, LoopbackListener) {
        let info = "# Keyspace\r\ndb0:keys=3,expires=0,avg_ttl=0\r\n"
        let first =
            "+OK\r\n$\(info.utf8.count)\r\n\(info)\r\n-ERR unknown subcommand\r\n"
            + String(repeating: "+PONG\r\n", count: 5) + "+OK\r\n"
        let rest = "-ERR unknown section\r\n" + scan
        let listener = LoopbackListener(.waits(first: Array(first.utf8), for: "SCAN", then: Array(rest.utf8)))
        return (RedisSettings(endpoint: .tcp(host: "127.0.0.1", port: listener.port)), listener)
    }

    private func scan(_ keys: String, _ answers: String) async throws -> KeyspaceReport {
        let (settings, listener) = settings(answering: "*2\r\n$1\r\n0\r\n" + keys + answers)
        defer { withExtendedLifetime(listener) {} }
        return try await KeyspaceScan(settings: settings, options: .init(answerTimeout: .seconds(20)))
            .run(until: .after(.seconds(20)))
    }

    @Test func vanishedKeysAreSkippedAndCounted() async throws {
        let report = try await scan(
            "*3\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n",
            "+none\r\n:-2\r\n+string\r\n:-2\r\n+string\r\n:-1\r\n:7\r\n:60\r\n")
        #expect(report.vanished == 2)
        #expect(report.largest.map { "\($0.name)" } == ["c"])
        #expect(report.total.keys == 1)
        #expect(report.total.elements == 7)
        #expect(report.isComplete)
    }

    @Test func aModulesTypeIsKnownByMemoryAlone() async throws {
        let report = try await scan("*1\r\n$1\r\na\r\n", "+ReJSON-RL\r\n:-1\r\n:60\r\n")
        #expect(report.types.map(\.type) == ["ReJSON-RL"])
        #expect(report.largest.first?.memory == 60)
        #expect(report.largest.first?.elements == nil)
    }

    @Test func aKeyOfAnotherTypeAMomentLaterKeepsItsMemory() async throws {
        let report = try await scan(
            "*1\r\n$1\r\na\r\n",
            "+list\r\n:9\r\n-WRONGTYPE Operation against a key\r\n:60\r\n+string\r\n:5\r\n")
        #expect(report.types.map(\.type) == ["string"])
        #expect(report.largest.first?.elements == 5)
        #expect(report.changedType == 1)
        #expect(report.total.memory == 60)
        #expect(report.largest.first?.secondsToLive == 9)
    }

    @Test func aNameTooLongToBeKeptIsCountedAndNotAskedAbout() async throws {
        let long = String(repeating: "x", count: 200_000)
        let report = try await scan(
            "*2\r\n$200000\r\n\(long)\r\n$1\r\na\r\n", "+string\r\n:-1\r\n:7\r\n:60\r\n")
        #expect(report.keysSeen == 2)
        #expect(report.unasked == 1)
        #expect(report.largest.map { "\($0.name)" } == ["a"])
        #expect(report.isComplete)
    }

    @Test(arguments: [
        "*3\r\n", "$1\r\n5\r\n", ":5\r\n", "*2\r\n*0\r\n*0\r\n", "*2\r\n$1\r\n0\r\n*1\r\n:5\r\n", "HTTP/1.1\r\n",
    ])
    func anAnswerOfAnotherShapeIsToldSo(answer: String) async throws {
        let (settings, listener) = settings(answering: answer)
        defer { withExtendedLifetime(listener) {} }
        let error = await #expect(throws: ProbeError.self) {
            try await KeyspaceScan(settings: settings).run(until: .after(.seconds(20)))
        }
        #expect(error?.kind == .protocolViolation)
    }

    @Test func aKeyThatScanGivesTwiceIsRankedOnce() async throws {
        let answers = "+string\r\n:-1\r\n+string\r\n:-1\r\n:7\r\n:60\r\n:7\r\n:60\r\n"
        let report = try await scan("*2\r\n$1\r\na\r\n$1\r\na\r\n", answers)
        #expect(report.largest.count == 1)
    }
}
