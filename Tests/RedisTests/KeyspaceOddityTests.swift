import Diagnostics
import Redis
import Testing

@Suite("Scanning a server that answers oddly")
struct KeyspaceOddityTests {
    /// All replies at once: to CLIENT SETNAME, INFO, CLIENT NO-TOUCH, SELECT, SCAN, then TYPE, MEMORY USAGE and TTL
    /// of each key, then the lengths.
    private func scan(_ keys: String, _ answers: String) async throws -> KeyspaceReport {
        let info = "# Keyspace\r\ndb0:keys=3,expires=0,avg_ttl=0\r\n"
        let start = "+OK\r\n$\(info.utf8.count)\r\n\(info)\r\n-ERR unknown subcommand\r\n+OK\r\n*2\r\n$1\r\n0\r\n"
        let listener = LoopbackListener(.says(Array((start + keys + answers).utf8)))
        let settings = RedisSettings(endpoint: .tcp(host: "127.0.0.1", port: listener.port))
        return try await KeyspaceScan(settings: settings).run(until: .after(.seconds(20)))
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
