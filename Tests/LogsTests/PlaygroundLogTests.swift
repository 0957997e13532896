import Diagnostics
import Glibc
import Logs
import Playground
import Testing

@Suite("The playground's log files")
struct PlaygroundLogTests {
    @Test("Failed logins show in auth.log and in the application's own log, beside a life without any")
    func failedLogins() async throws {
        let folder = try Folder()
        let logs = try LogFiles(folder: folder.path)
        #expect(await observe(logs.path(.auth)).count("auth_failures") == 0)
        try logs.authenticationFailures(150)
        let seen = await observe(logs.path(.auth))
        #expect(seen.count("auth_failures") == 150)
        #expect(seen.table("logs.auth_failures.sources").map(\.count) == [2, 2])
        let server = await observe(logs.path(.server))
        #expect(server.count("auth_failures") == 150)
        #expect(server.count("rate_limit_hits") == 0)
        #expect(server.table("logs.auth_failures.sources").first == [.text("10.1.2.3"), .integer(75)])
    }

    @Test("Requests turned away show in access.log and in the application's own log")
    func rateLimits() async throws {
        let folder = try Folder()
        let logs = try LogFiles(folder: folder.path)
        try logs.rateLimitHits(60)
        for kind in [LogFiles.Kind.access, .server] {
            let seen = await observe(logs.path(kind))
            #expect(seen.count("rate_limit_hits") == 60)
            #expect(seen.table("logs.rate_limit.endpoints").first == [.text("/api/v1/auth/login"), .integer(30)])
            #expect(seen.table("logs.rate_limit.sources").first == [.text("10.9.8.1"), .integer(20)])
        }
    }

    @Test("What logrotate does loses and doubles nothing", arguments: [false, true])
    func rotation(compressing: Bool) async throws {
        let folder = try Folder()
        let logs = try LogFiles(folder: folder.path)
        for _ in 1...3 {
            try logs.authenticationFailures(10)
            try logs.rotate(.auth, compressing: compressing)
        }
        try logs.authenticationFailures(5)
        // The playground keeps one predecessor plain and one compressed; the third is gone.
        let seen = await observe(logs.path(.auth))
        #expect(seen.count("auth_failures") == (compressing ? 15 : 25))
    }

    private func observe(_ path: String) async -> Observation {
        // The playground's own stamps without a zone are UTC.
        let settings = LogSettings(path: path, timeZone: .utc)
        let probe = LogProbe(target: Target(kind: .log, name: "log", address: path), settings: settings)
        return await probe.observe(until: .after(.seconds(30)))
    }
}

extension Observation {
    fileprivate func count(_ what: String) -> Double? { samples.first { $0.metric.name == "diag_log_\(what)" }?.value }

    fileprivate func table(_ id: String) -> [[Cell]] {
        guard case .table(let table) = evidence.first(where: { $0.id == id })?.body else { return [] }
        return table.rows
    }
}

/// Removed with what is in it.
private final class Folder: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/diag-logs-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemFailure(errno) }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit {
        let endings = ["", ".1", ".1.gz", ".2", ".2.gz", ".3.gz"]
        for kind in LogFiles.Kind.allCases { for ending in endings { unlink(path + "/" + kind.rawValue + ending) } }
        rmdir(path)
    }
}
