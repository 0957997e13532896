import Diagnostics
import Glibc
import Testing

@testable import Logs

@Suite("A log that is rotated")
struct RotationTests {
    static let now = "2026-11-23T09:30:00Z"

    @Test("Lines on both sides of a rotation count once", arguments: [".1", "-20261123", ".2026-11-23_09", ".1.gz"])
    func countsAcrossRotation(suffix: String) async throws {
        let log = try TemporaryLog("auth.log")
        try log.rotate(failures(["09:10:00", "09:26:00", "09:27:00"]), to: suffix)
        try log.append(failures(["09:28:00", "09:29:00"]))
        let seen = await log.observe(at: Self.now)
        #expect(seen.failures == 4)
        #expect(seen.problems.isEmpty && seen.gaps.isEmpty)
        #expect(
            seen.fact("logs.reading")?.contains("auth.log, auth.log\(suffix), for all lines since 2026-11-23T09:25:00Z")
                == true)
    }

    @Test("The number may stand before the ending")
    func numberBeforeEnding() async throws {
        let log = try TemporaryLog("auth.log")
        let old = try TemporaryLog("auth-20261123.log")
        try old.append(failures(["09:26:00"]))
        #expect(rename(old.path, log.folder + "/auth-20261123.log") == 0)
        try log.append(failures(["09:29:00"]))
        #expect(await log.observe(at: Self.now).failures == 2)
    }

    @Test("Several rotations within the window are all read")
    func severalRotations() async throws {
        let log = try TemporaryLog("auth.log")
        try log.rotate(failures(["09:20:00", "09:26:00"]), to: ".3.gz")
        try log.rotate(failures(["09:27:00"]), to: ".2.gz")
        try log.rotate(failures(["09:28:00"]), to: ".1")
        try log.append(failures(["09:29:00"]))
        #expect(await log.observe(at: Self.now).failures == 4)
    }

    @Test("Just after a rotation the log is empty, or not there yet", arguments: [true, false])
    func justRotated(isCreated: Bool) async throws {
        let log = try TemporaryLog("auth.log")
        try log.rotate(failures(["09:28:00"]), to: ".1")
        if isCreated { try log.write("") }
        let seen = await log.observe(at: Self.now)
        #expect(seen.failure == nil && seen.failures == 1)
    }

    @Test("A copy that is not truncated yet does not count twice")
    func copyBeforeTruncation() async throws {
        let log = try TemporaryLog("auth.log")
        let lines = failures(["09:26:00", "09:27:00", "09:28:00"])
        try log.append(lines)
        try log.write(lines.prefix(2).map { $0 + "\n" }.joined(), to: ".1")
        #expect(await log.observe(at: Self.now).failures == 3)
        #expect(truncate(log.path, 0) == 0)
        #expect(await log.observe(at: Self.now).failures == 2)
    }

    @Test("A predecessor whose first lines are the same, but which is longer, is no copy")
    func sameLines() async throws {
        let log = try TemporaryLog("auth.log")
        try log.rotate(failures(["09:28:00", "09:28:00", "09:28:00"]), to: ".1")
        try log.append(failures(["09:28:00", "09:28:00"]))
        #expect(await log.observe(at: Self.now).failures == 5)
    }

    @Test("A log truncated under a writer that keeps its place begins with a hole")
    func hole() async throws {
        let log = try TemporaryLog("auth.log")
        try log.rotate(failures(["09:26:00"]), to: ".1")
        try log.write("")
        #expect(truncate(log.path, 3 << 20) == 0)
        try log.append(failures(["09:28:00", "09:29:00"]))
        let seen = await log.observe(at: Self.now)
        #expect(seen.failures == 3)
        #expect(seen.problems.isEmpty)
    }

    @Test("While the predecessor is being compressed, it is there twice and counts once")
    func duringCompression() async throws {
        let log = try TemporaryLog("auth.log")
        try log.rotate(failures(["09:26:00", "09:27:00"]), to: ".1")
        try log.write([0x1F, 0x8B, 8, 0], to: ".1.gz")
        try log.append(failures(["09:29:00"]))
        let seen = await log.observe(at: Self.now)
        #expect(seen.failures == 3 && seen.problems.isEmpty)
    }

    @Test("A damaged or foreign archive is a problem and a gap beside what was counted", arguments: [".1.gz", ".1.xz"])
    func unreadablePredecessor(suffix: String) async throws {
        let log = try TemporaryLog("auth.log")
        try log.write([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3], to: suffix)
        try log.append(failures(["09:29:00"]))
        let seen = await log.observe(at: Self.now)
        #expect(seen.failures == 1)
        #expect(seen.problems.map(\.kind) == [.local])
        #expect(seen.gap("diag_log_auth_failures")?.hasPrefix("at least 1") == true)
    }

    @Test("A predecessor is left alone when the log itself goes far enough back")
    func leavesPredecessorAlone() async throws {
        let log = try TemporaryLog("auth.log")
        try log.rotate(failures(["09:01:00"]), to: ".1")
        try log.append(failures(["09:02:00", "09:29:00"]))
        let seen = await log.observe(at: Self.now)
        #expect(seen.failures == 1)
        #expect(seen.fact("logs.reading")?.contains("auth.log.1") == false)
    }

    @Test("A line without a date at the top has that of the predecessor's last line")
    func undatedTop() async throws {
        let log = try TemporaryLog("auth.log")
        try log.rotate(["2026-11-23T09:26:00Z request by 10.0.0.1"], to: ".1")
        try log.append(["  authentication failed for user bob from 10.0.0.1"])
        #expect(await log.observe(at: Self.now).failures == 1)
    }

    @Test("Nothing is lost or doubled while a writer rotates the log all the time", arguments: [false, true])
    func rotatedAllTheTime(copies: Bool) async throws {
        let log = try TemporaryLog("auth.log")
        let before = failures((0..<200).map { "09:26:\($0 % 50 + 10)" })
        try log.append(before)
        let writer = Task.detached {
            for round in 0..<12 {
                if copies {
                    try log.copy(to: ".1", truncating: true)
                } else {
                    for number in stride(from: round, to: 0, by: -1) {
                        rename(log.path + ".\(number)", log.path + ".\(number + 1)")
                    }
                    rename(log.path, log.path + ".1")
                }
                // Dated so that they never count: only the first lines do, wherever they are by now.
                try log.append(["2026-11-23T09:31:00Z session opened"])
                if copies { break }
            }
        }
        var counts: Set<Double> = []
        for _ in 0..<40 { counts.insert(await log.observe(at: Self.now).failures ?? -1) }
        try await writer.value
        #expect(counts == [200])
    }

    @Test(
        "Rotated files are told from others by their names",
        arguments: [
            ("auth.log.1", true), ("auth.log.12.gz", true), ("auth.log-20261123", true), ("auth.log-20261123.xz", true),
            ("auth.log.2026-11-23T09:00:00Z", true), ("auth-20261123.log", true), ("auth.1.log.gz", true),
            ("auth.log", false), ("auth.log.gz", false), ("auth.log.old", false), ("auth.log.1~", false),
            ("auth.log2", false), ("oauth.log.1", false), ("auth-login.log", false), ("auth.log.1.swp", false),
        ])
    func tellsRotated(name: String, isRotated: Bool) {
        #expect(RotatedFiles.isRotated(name, from: "auth.log") == isRotated)
    }
}

extension Observation {
    var failures: Double? { value("diag_log_auth_failures") }
}

func failures(_ times: [String]) -> [String] {
    times.map { "2026-11-23T\($0)Z auth: authentication failed for user bob from 10.1.2.3" }
}
