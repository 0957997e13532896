import Diagnostics
import Glibc
import Testing

@testable import Logs

@Suite("The end of a log")
struct LogTailTests {
    @Test func isBoundedAndGoesOnInTheFileBefore() async throws {
        let log = try TemporaryLog("server.log")
        try log.write("older\n", to: ".1")
        try log.write("newest\n")
        let tail = try await LogTail.read(log.path, most: 10, until: .after(.seconds(10)))
        #expect(String(decoding: tail.bytes, as: UTF8.self) == "er\nnewest\n")
        #expect(tail.path == log.path)
        #expect(tail.fileCount == 2)
    }

    @Test func ofFilesThatFitAPatternTheOneWrittenLastIsTheLog() async throws {
        let log = try TemporaryLog("postgresql-Mon.log")
        try log.write("monday\n")
        try log.write("sunday\n", to: ".sun.log")
        var times = [timespec(tv_sec: 1000, tv_nsec: 0), timespec(tv_sec: 1000, tv_nsec: 0)]
        utimensat(AT_FDCWD, log.path + ".sun.log", &times, 0)
        let tail = try await LogTail.read(log.folder + "/postgresql-*.log", until: .after(.seconds(10)))
        #expect(tail.path == log.path)
        #expect(String(decoding: tail.bytes, as: UTF8.self) == "sunday\nmonday\n")
    }

    @Test func whatIsNotThereIsSaidByItsName() async throws {
        let error = await #expect(throws: ProbeError.self) {
            try await LogTail.read("/nowhere/a-*.log", until: .after(.seconds(10)))
        }
        #expect(error?.kind == .refused)
        #expect(error?.message.contains("/nowhere/a-*.log") == true)
    }
}
