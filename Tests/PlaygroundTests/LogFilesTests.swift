import Foundation
import Testing

@testable import Playground

@Suite("Log files of the playground")
struct LogFilesTests {
    /// The runbook's own commands find what was written.
    @Test func readAsTheRunbookReadsThem() async throws {
        let playground = Playground()
        let logs = try await playground.logs()
        let (failures, hits) = try await onThread {
            try logs.authenticationFailures(7, sources: ["10.1.2.3"])
            try logs.rateLimitHits(5, paths: ["/api/v1/votes"])
            return (
                try Client.shell("grep 'authentication failed' \(logs.path(.auth)) | awk '{print $NF}' | uniq -c"),
                try Client.shell("grep 'rate limit' \(logs.path(.access)) | awk '{print $7}' | uniq -c")
            )
        }
        #expect(failures.output.split(separator: " ") == ["7", "10.1.2.3\n"])
        #expect(hits.output.split(separator: " ") == ["5", "/api/v1/votes\n"])
        await playground.stop()
    }

    @Test func rotateAsLogrotateDoes() async throws {
        let playground = Playground()
        let logs = try await playground.logs()
        let names = try await onThread {
            try logs.rotate(.auth)
            try logs.authenticationFailures(1)
            try logs.rotate(.auth)
            return try FileManager.default.contentsOfDirectory(atPath: logs.folder).filter { $0.hasPrefix("auth") }
        }
        #expect(names.sorted() == ["auth.log", "auth.log.1", "auth.log.2.gz"])
        #expect(logs.size(.auth) == 0)
        await playground.stop()
    }
}
