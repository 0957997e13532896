import Diagnostics
import GRDB
import Glibc
import HTTP
import Network
import Playground
import Runbook
import Testing

@testable import Sweep

@Suite("A history that several use, or that one leaves in the middle")
struct SharedHistoryTests {
    @Test(.timeLimit(.minutes(2))) func sweepsAtOnceOnOneHistoryAgree() async throws {
        let playground = Playground()
        let stage = try await Self.stage(playground)
        let application = try await playground.application()
        _ = try await stage.sweep()
        try application.change { $0.errorRatio = 0.5 }
        application.serve(1000)
        let outcomes = try await withThrowingTaskGroup(of: SweepRun.Outcome.self) { group in
            for _ in 0..<8 { group.addTask { try await stage.sweep() } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        for outcome in outcomes {
            #expect(outcome.notes == [])
            #expect(outcome.finding("HighErrorRate")?.verdict == .firing)
        }
        let after = try await stage.sweep().finding("HighErrorRate")
        #expect(after?.since != nil, "\(String(describing: after?.verdict)) \(after?.summary ?? "-")")
        #expect(outcomes.compactMap { $0.finding("HighErrorRate")?.since }.min() == after?.since)
        #expect(try await integrity(of: stage.historyPath) == ["ok"])
        await playground.stop()
    }

    /// While one who begins the file is at it, SQLite refuses another one's write-ahead logging without waiting.
    @Test func whoeverBeginsTheFileIsWaitedFor() async throws {
        let folder = TemporaryFolder()
        let path = folder.path("diag.sqlite")
        var configuration = GRDB.Configuration()
        configuration.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(path: path, configuration: configuration)
        try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE; CREATE TABLE begun (x)") }
        async let opened = History.open(at: path)
        try await Task.sleep(for: .milliseconds(300))
        try await other.writeWithoutTransaction { try $0.execute(sql: "COMMIT") }
        #expect(try await opened.note == nil)
    }

    @Test(.timeLimit(.minutes(2))) func aSweepThatIsKilledLeavesAUsableHistory() async throws {
        let playground = Playground()
        let stage = try await Self.stage(playground)
        let folder = try await Self.configured(stage, playground)
        _ = try await stage.sweep()
        let arguments = ["sweep", "--config", folder.path("diag.yaml")]
        let begun = ContinuousClock.now
        let status = try await Self.ended(Self.started(arguments))
        #expect(status == 0)
        let whole = begun.duration(to: .now)
        // From before it has begun to after it has ended.
        for step in 0..<12 {
            let process = try Self.started(arguments)
            try await Task.sleep(for: whole * step / 10)
            kill(process, SIGKILL)
            _ = try await Self.ended(process)
        }
        #expect(try await integrity(of: stage.historyPath) == ["ok"])
        let outcome = try await stage.sweep()
        #expect(outcome.notes == [])
        #expect(outcome.unknowns == [])
        await playground.stop()
    }

    /// A header that is whole and pages that are not: opening sees nothing, reading does.
    @Test(.timeLimit(.minutes(1)), arguments: [1, 2, 3])
    func damageThatShowsLateIsSetAsideToo(firstPage: Int) async throws {
        let playground = Playground()
        let stage = try await Self.stage(playground)
        _ = try await stage.sweep()
        try await Self.ruin(stage.historyPath, from: firstPage)
        let damaged = try await stage.sweep()
        #expect(damaged.notes.contains { $0.contains("kept as") }, "\(damaged.notes)")
        #expect(damaged.finding("InstanceDown")?.verdict == .ok)
        let after = try await stage.sweep()
        #expect(after.notes == [])
        #expect(after.unknowns == [])
        await playground.stop()
    }

    /// Overwrites all pages from one on.
    private static func ruin(_ path: String, from firstPage: Int) async throws {
        let pageSize: Int = try await {
            let queue = try DatabaseQueue(path: path)
            return try await queue.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
                return try Int.fetchOne(database, sql: "PRAGMA page_size") ?? 4096
            }
        }()
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        defer { close(descriptor) }
        let end = lseek(descriptor, 0, SEEK_END)
        let rubbish = [UInt8](repeating: 0x5a, count: pageSize)
        for place in stride(from: firstPage * pageSize, to: Int(end), by: pageSize) {
            #expect(pwrite(descriptor, rubbish, pageSize, off_t(place)) == pageSize)
        }
    }

    /// Processes, as when cron starts one while somebody types another: each knows all, or it would end with 3.
    @Test(.timeLimit(.minutes(2))) func processesAtOnceWaitForEachOther() async throws {
        let playground = Playground()
        let stage = try await Self.stage(playground)
        let folder = try await Self.configured(stage, playground)
        _ = try await stage.sweep()
        let arguments = ["sweep", "--no-lock", "--config", folder.path("diag.yaml")]
        let processes = try (0..<6).map { _ in try Self.started(arguments) }
        for process in processes { #expect(try await Self.ended(process) == 0) }
        #expect(try await integrity(of: stage.historyPath) == ["ok"])
        await playground.stop()
    }

    @Test func aLockedHistoryIsANoteAndTheSweepGoesOn() async throws {
        let playground = Playground()
        let stage = try await Self.stage(playground)
        _ = try await stage.sweep()
        var settings = GRDB.Configuration()
        settings.allowsUnsafeTransactions = true
        let holder = try DatabaseQueue(path: stage.historyPath, configuration: settings)
        try await holder.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
        let outcome = try await stage.sweep()
        try await holder.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
        #expect(outcome.notes.contains { $0.contains("locked") }, "\(outcome.notes)")
        #expect(outcome.finding("InstanceDown")?.verdict == .ok)
        #expect(outcome.finding("HighErrorRate")?.verdict == .unknown)
        await playground.stop()
    }

    /// A folder with the configuration of a stage, for another process.
    private static func configured(_ stage: Stage, _ playground: Playground) async throws -> TemporaryFolder {
        let application = try await playground.application()
        let folder = TemporaryFolder()
        folder.write(
            """
            targets:
              http:
                - name: app
                  url: \(application.url)
                  token_file: \(application.tokenFile)
            history:
              path: \(stage.historyPath)
            """, to: "diag.yaml")
        return folder
    }

    private static func stage(_ playground: Playground) async throws -> Stage {
        let application = try await playground.application()
        let settings = HTTPSettings(baseURL: application.url, authorization: .bearer(application.token))
        return try Stage([ConfiguredTarget(name: "app", settings: .http(settings))], .atOnce)
    }

    private func integrity(of path: String) async throws -> [String] {
        let queue = try DatabaseQueue(path: path)
        return try await queue.read { try String.fetchAll($0, sql: "PRAGMA integrity_check") }
    }

    private static let threads = BlockingThreads(name: "children", limit: 2)

    /// The status of a process that has ended.
    static func ended(_ process: pid_t) async throws -> CInt {
        try await threads.run("wait", until: .after(.seconds(30))) {
            var status: CInt = 0
            waitpid(process, &status, 0)
            return status
        }
    }

    /// The command of this build, which stands beside the tests.
    static func started(_ arguments: [String]) throws -> pid_t {
        var buffer = [CChar](repeating: 0, count: 4096)
        let length = readlink("/proc/self/exe", &buffer, buffer.count)
        let tests = String(decoding: buffer.prefix(max(0, length)).map(UInt8.init(bitPattern:)), as: UTF8.self)
        let folder = tests.split(separator: "/").dropLast().joined(separator: "/")
        let program = "/\(folder)/diag"
        let words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for number: CInt in 0...2 { posix_spawn_file_actions_addopen(&actions, number, "/dev/null", O_RDWR, 0) }
        var process: pid_t = 0
        let code = posix_spawn(&process, program, &actions, nil, words, environ)
        try #require(code == 0, "\(program) does not start")
        return process
    }
}
