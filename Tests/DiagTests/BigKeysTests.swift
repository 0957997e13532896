import Foundation
import Playground
import Testing

@Suite("diag redis bigkeys")
struct BigKeysTests {
    private let count = 6000

    /// More keys than a slow scan can see.
    private func address() async throws -> String {
        let servers = try await Playground.shared.redis()
        let count = count
        try await onThread {
            Result {
                let connection = try servers.connection(to: servers.master)
                for reply in try connection.pipeline((0..<count).map { ["SET", "scanned:\($0)", "x"] }) {
                    _ = try reply.get()
                }
            }
        }.get()
        return
            "redis://\(servers.administrator.name):\(servers.administrator.password)@127.0.0.1:\(servers.master.port)"
    }

    @Test func interruptedItPrintsWhatItHasSeen() async throws {
        let words = ["redis", "bigkeys", try await address(), "--rate", "100"]
        let running = try Diag.start(words, in: Home(), errors: .terminal())
        try await running.waitForErrors(containing: "keys")
        running.signal(SIGINT)
        let outcome = try await running.end()
        #expect((0...3).contains(outcome.status))
        #expect(outcome.output.contains("Largest keys by memory"))
        #expect(outcome.output.contains("scanned:*"))
        #expect(outcome.output.contains(/cancelled|interrupted/))
        #expect(outcome.errors.hasSuffix("\r\u{1B}[K"), "the line of progress is gone")
    }

    @Test func aBoundOfTimeEndsItAsWell() async throws {
        let outcome = try await Diag.run("redis", "bigkeys", try await address(), "--rate", "200", "--max-time", "7s")
        #expect((0...3).contains(outcome.status))
        #expect(outcome.output.contains("Largest keys by memory"))
        #expect(outcome.errors.isEmpty)
    }

    @Test func theNumberOfKeysShownIsTheOneAskedFor() async throws {
        let outcome = try await Diag.run("redis", "bigkeys", try await address(), "--top", "2", "--format", "json")
        let target = try #require((try outcome.json["targets"] as? [[String: Any]])?.first)
        let evidence = try #require(target["evidence"] as? [[String: Any]])
        let largest = try #require(evidence.first { $0["title"] as? String == "Largest keys by memory" })
        #expect((largest["rows"] as? [Any])?.count == 2)
    }
}
