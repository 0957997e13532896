import Diagnostics
import Glibc
import Synchronization
import Testing

@testable import Logs

@Suite("Logs that are not as they should be")
struct HostileLogTests {
    static let now = "2026-11-23T09:30:00Z"

    @Test("A log that isn't there is a failure with advice, and its counts are missing")
    func missing() async throws {
        let log = try TemporaryLog("server.log")
        let seen = await log.observe(at: Self.now)
        #expect(seen.failure?.kind == .refused)
        #expect(seen.failure?.message == "\(log.path): No such file or directory")
        #expect(seen.failure?.advice?.isEmpty == false)
        #expect(Set(seen.gaps.map(\.metric)) == ["diag_log_auth_failures", "diag_log_rate_limit_hits"])
        #expect(seen.samples.isEmpty)
    }

    @Test("What is no regular file is refused at once", arguments: ["FIFO", "directory", "device"])
    func noRegularFile(kind: String) async throws {
        let log = try TemporaryLog("auth.log")
        switch kind {
        case "FIFO": #expect(mkfifo(log.path, 0o600) == 0)
        case "directory": #expect(mkdir(log.path, 0o700) == 0)
        default: #expect(symlink("/dev/zero", log.path) == 0)
        }
        let seen = await log.observe(at: Self.now, within: .seconds(20))
        if kind == "directory" { rmdir(log.path) }
        #expect(seen.failure?.kind == .misconfigured)
        #expect(seen.failure?.message.contains("is a \(kind), not a regular file") == true)
    }

    @Test("A log that may not be read says which group may", .enabled(if: geteuid() != 0))
    func unreadable() async throws {
        let log = try TemporaryLog("auth.log")
        try log.append(failures(["09:29:00"]))
        chmod(log.path, 0o040)
        let seen = await log.observe(at: Self.now)
        #expect(seen.failure?.kind == .local)
        #expect(seen.failure?.advice?.contains("usermod -aG") == true)
    }

    @Test("An empty log has no failures, and no newest line")
    func empty() async throws {
        let log = try TemporaryLog("auth.log")
        try log.write("")
        let seen = await log.observe(at: Self.now)
        #expect(seen.failures == 0)
        #expect(seen.gap("diag_log_newest_line_age_seconds") == "the log is empty")
    }

    @Test("A log without any date that is recognised is a gap, never zero")
    func undated() async throws {
        let log = try TemporaryLog("auth.log")
        try log.append(["authentication failed for user bob from 10.1.2.3", "so it goes"])
        let seen = await log.observe(at: Self.now)
        #expect(seen.failures == nil)
        #expect(seen.gap("diag_log_auth_failures")?.contains("a date that is recognised") == true)
    }

    @Test("Rubbish without lines is a gap, soon")
    func rubbish() async throws {
        let log = try TemporaryLog("auth.log")
        var state: UInt64 = 17
        let bytes = (0..<1 << 20).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 33)
        }
        try log.write(bytes)
        let seen = await log.observe(at: Self.now)
        #expect(seen.failure == nil && seen.failures == nil && !seen.gaps.isEmpty)
    }

    @Test("Lines without a date have that of the nearest line before them")
    func continuationLines() async throws {
        let log = try TemporaryLog("auth.log")
        try log.append([
            "authentication failed, before any date", "2026-11-23T09:20:00Z request", "  authentication failed: old",
            "2026-11-23T09:28:00Z request", "  detail", "  authentication failed: new", "  authentication failed: too",
        ])
        let seen = await log.observe(at: Self.now)
        #expect(seen.failures == 2)
        #expect(
            seen.problems.map(\.message) == [
                "1 line about failed authentications without a date, on the line or before it, not counted"
            ])
    }

    @Test("A date far above a long trail of lines without one is found")
    func farAbove() async throws {
        let log = try TemporaryLog("auth.log")
        try log.append(["2026-11-23T09:28:00Z request"])
        try log.append((0..<20_000).map { "    at frame \($0) of a very deep stack" })
        try log.append(["  authentication failed"])
        #expect(await log.observe(at: Self.now).failures == 1)
    }

    @Test("Lines from the future are not counted, but told of")
    func future() async throws {
        let log = try TemporaryLog("auth.log")
        try log.append(failures(["09:29:00", "09:30:04", "10:30:00", "11:30:00"]))
        let seen = await log.observe(at: Self.now)
        #expect(seen.failures == 2)
        #expect(seen.problems.count == 1)
        #expect(
            seen.problems.first?.message.hasPrefix("2 lines about failed authentications dated up to 2 h ahead") == true
        )
    }

    @Test("Carriage returns belong to the line's end")
    func carriageReturns() async throws {
        let log = try TemporaryLog("auth.log")
        try log.write(failures(["09:28:00", "09:29:00"]).map { $0 + "\r\n" }.joined())
        let seen = await log.observe(at: Self.now)
        #expect(seen.rows("logs.auth_failures.sources") == ["10.1.2.3 2"])
    }

    @Test("A last line without its end counts")
    func unfinishedLine() async throws {
        let log = try TemporaryLog("auth.log")
        try log.write(failures(["09:28:00", "09:29:00"]).joined(separator: "\n"))
        #expect(await log.observe(at: Self.now).failures == 2)
    }

    @Test("A line of ten megabytes is read at both its ends", arguments: ["", ".1.gz"])
    func longLine(suffix: String) async throws {
        let log = try TemporaryLog("auth.log")
        let long = "2026-11-23T09:28:00Z authentication failed " + String(repeating: "x", count: 10 << 20) + " 10.1.2.4"
        let lines = failures(["09:27:00"]) + [long] + failures(["09:29:00"])
        if suffix.isEmpty { try log.append(lines) } else { try log.rotate(lines, to: suffix) }
        let seen = await log.observe(at: Self.now)
        #expect(seen.failures == 3)
        #expect(seen.rows("logs.auth_failures.sources") == ["10.1.2.3 2", "10.1.2.4 1"])
    }

    @Test("Lines that are a little out of order all count")
    func outOfOrder() async throws {
        let log = try TemporaryLog("auth.log")
        try log.append(failures(["09:29:50"]))
        try log.append((0..<4000).map { _ in "2026-11-23T09:24:59Z session opened for user alice from 10.1.2.9" })
        try log.append(failures(["09:29:00"]))
        #expect(await log.observe(at: Self.now).failures == 2)
    }

    @Test("Both ends of the window", arguments: [("09:24:59", 0.0), ("09:25:00", 1), ("09:30:00", 1)])
    func windowEnds(stamp: String, count: Double) async throws {
        let log = try TemporaryLog("auth.log")
        try log.append(failures([stamp]))
        #expect(await log.observe(at: Self.now).failures == count)
    }

    @Test("A log that grows while it is read gives what it held at the beginning, no less")
    func growing() async throws {
        let log = try TemporaryLog("auth.log")
        try log.append(failures((0..<1000).map { _ in "09:29:00" }))
        let writer = Task.detached {
            for _ in 0..<200 { try log.append(failures(["09:29:30"])) }
        }
        var last = 0.0
        for _ in 0..<5 {
            let count = await log.observe(at: Self.now).failures ?? 0
            #expect(count >= 1000 && count >= last)
            last = count
        }
        try await writer.value
        #expect(await log.observe(at: Self.now).failures == 1200)
    }

    @Test("Only the end of a large log is read")
    func readsTheEnd() async throws {
        let log = try TemporaryLog("auth.log")
        let old = "2026-11-23T08:00:00Z session opened for user alice from 10.1.2.9\n"
        try log.write(Array(String(repeating: old, count: 500_000).utf8))
        try log.append(failures(["09:29:00"]))
        let seen = await log.observe(at: Self.now)
        #expect(seen.failures == 1)
        #expect((seen.value("diag_log_read_bytes") ?? .infinity) <= Double(1 << 20))
    }

    @Test("At the deadline what was seen is told, and that there is more")
    func deadline() async throws {
        let log = try TemporaryLog("auth.log")
        try log.append(failures((0..<12_000).map { _ in "09:29:00" }))
        let settings = LogSettings(path: log.path, timeZone: .utc)
        let reading = try LogReading.of(settings, now: time(Self.now), interruption: Stop(after: 3))
        #expect(reading.isPartial)
        #expect(reading.problems.map(\.kind) == [.timedOut])
        #expect(reading.problems.first?.message.contains("back to 2026-11-23T09:29:00Z") == true)
        #expect((1..<12_000).contains(reading.tallies[.authFailures]?.count ?? 0))
    }

    @Test("A deadline that has passed already gives a gap with that reason, never zero")
    func pastDeadline() async throws {
        let log = try TemporaryLog("auth.log")
        try log.append(failures(["09:29:00"]))
        let reading = try LogReading.of(
            LogSettings(path: log.path, timeZone: .utc), now: time(Self.now), interruption: Stop(after: 0))
        var content = Observation.Content()
        LogReport(settings: LogSettings(path: log.path), now: time(Self.now)).add(reading, to: &content)
        #expect(!content.samples.contains { $0.metric == LogMetrics.authFailures })
        #expect(
            content.gaps.contains { $0.metric == "diag_log_auth_failures" && $0.reason.contains("before the deadline") }
        )
    }

    @Test("Different texts take a bounded amount of memory")
    func manySources() {
        var ranking = Ranking()
        for number in 0..<(Ranking.limit + 50) { ranking.add("\(number)", 1) }
        ranking.add("0", 2)
        #expect(ranking.distinct == Ranking.limit && ranking.others == 50 && ranking.total == Ranking.limit + 52)
        #expect(ranking.top(1).map(\.count) == [3])
    }
}

/// Lets a reader do so many steps.
private final class Stop: Interruption {
    private let left: Atomic<Int>
    init(after steps: Int) { left = Atomic(steps) }
    func check() throws {
        if left.subtract(1, ordering: .relaxed).newValue < 0 { throw Interrupted() }
    }
}
