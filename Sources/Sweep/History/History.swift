import Diagnostics
import GRDB
import Glibc
import Network
import Runbook
import Synchronization

/// What earlier sweeps saw, in one SQLite file: the readings that conditions look back at, and the state of each alert.
///
/// Safe for several sweeps at once: each reads, judges and writes in one immediate transaction, so they queue up for it.
/// Write-ahead logging keeps the file whole whatever happens to a process in the middle.
public final class History: Sendable {
    let queue: DatabaseQueue
    public let path: String
    private let identity: FileIdentity?

    init(_ queue: DatabaseQueue, path: String) {
        self.queue = queue
        self.path = path
        identity = FileIdentity(of: path)
    }

    /// Opens the file, or makes it, with its folder where that is missing. A file that is not a whole SQLite database
    /// is set aside under another name and a new one is begun; the note says so.
    ///
    /// - Throws: `HistoryError` when the place cannot be used.
    public static func open(at path: String) async throws(HistoryError) -> (history: History, note: String?) {
        let found = FileIdentity(of: path)
        do {
            try makeFolder(of: path)
            return (try await attempt(path), nil)
        } catch let error where isDamage(error) {
            return try await replacing(path, found, words(error))
        } catch {
            throw HistoryError(path: path, error)
        }
    }

    /// The history to go on with when this one turned out to be damaged after it was opened.
    ///
    /// - Throws: `HistoryError` when there can be no other.
    public func replaced(because error: HistoryError) async throws(HistoryError) -> (history: History, note: String?) {
        try? queue.close()
        return try await Self.replacing(path, identity, error.message)
    }

    /// Sets the file aside unless another sweep has done so meanwhile, whose new file is then used.
    private static func replacing(
        _ path: String, _ damaged: FileIdentity?, _ words: String
    ) async throws(HistoryError) -> (history: History, note: String?) {
        let aside = FileIdentity(of: path) == damaged ? try setAside(path) : nil
        do {
            return (try await attempt(path), aside.map { "\(path) was damaged (\(words)); it is kept as \($0)" })
        } catch {
            throw HistoryError(path: path, error)
        }
    }

    /// Where there is no room for the memory that processes share (`-shm`, 32 KB), the file is had alone, which needs none:
    /// on a full disk a sweep still has to know since when the disk is full.
    ///
    /// Of several who begin a file at once, each wants to change it to write-ahead logging, which none may while another does;
    /// for that SQLite does not wait (a reader that becomes a writer never calls the busy handler: `sqlite3BtreeBeginTrans`
    /// of btree.c).
    private static func attempt(_ path: String) async throws -> History {
        let deadline = Deadline.after(patience)
        while true {
            do {
                return try await attempt(path, alone: false)
            } catch let error as DatabaseError where [.SQLITE_FULL, .SQLITE_IOERR].contains(error.resultCode) {
                return try await attempt(path, alone: true)
            } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY && !deadline.hasPassed {
                try await Reactor.shared.sleep(until: .after(.milliseconds(Int.random(in: 5...30))))
            }
        }
    }

    /// How long others are waited for.
    private static let patience = Duration.seconds(5)

    private static func attempt(_ path: String, alone: Bool) async throws -> History {
        var configuration = GRDB.Configuration()
        configuration.busyMode = .timeout(patience.seconds)
        configuration.prepareDatabase { database in
            if alone { try database.execute(sql: "PRAGMA locking_mode = EXCLUSIVE") }
            // Written back by `shortenLog`, and then begun anew and as short as what is in it.
            try database.execute(
                sql: """
                    PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
                    PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = 0
                    """)
        }
        let settings = configuration
        // Opening reads the file: on a thread of our own, as SQLite only blocks.
        let opened = try await threads.run("open the history", until: .after(.seconds(10))) {
            Result { try DatabaseQueue(path: path, configuration: settings) }
        }
        let history = History(try opened.get(), path: path)
        try await history.shortenLog()
        try await history.queue.write { try HistorySchema.bringUpToDate($0) }
        return history
    }

    /// Half a megabyte: reading that anew is a matter of a millisecond.
    private static let longestLog = 1 << 19

    /// Writes a long log back into the file, so that whoever writes next begins it anew; waits for nobody.
    ///
    /// That must come before a sweep's own writing. SQLite would do it after, and how far the log has been written back is
    /// known only as long as the file is open: the next process would add to the same log, without end.
    private func shortenLog() async throws {
        var log = stat()
        guard stat(path + "-wal", &log) == 0, log.st_size > Self.longestLog else { return }
        try await queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(PASSIVE)") }
    }

    /// Leaves the file to the process's end. Closing it would write its log back and wait for the disk four times; the
    /// log is whole without that, and the next one who opens the file reads it.
    public func stayOpen() { Self.leftOpen.withLock { $0.append(self) } }

    private static let leftOpen = Mutex<[History]>([])

    static let threads = BlockingThreads(name: "diag-history", limit: 2)
}

// MARK: - One sweep

extension History {
    /// Judges with what earlier sweeps saw and keeps what this one did, in one transaction.
    ///
    /// - Parameters:
    ///   - lookback: for each metric that some condition looks back at, how far, in seconds. Only these are kept.
    ///   - started: when the sweep began; nil: when the first observation did.
    ///   - every: how often sweeps are said to run; nil: nobody said.
    ///   - values: what of the result charts are made of.
    ///   - judge: is given the earlier readings and states and returns the states to keep beside its result.
    public func judging<Product: Sendable>(
        _ observations: [Observation], lookback: [String: Duration], now: Timestamp, started: Timestamp? = nil,
        every: Duration? = nil, values: @escaping @Sendable (Product) -> [JudgedValue] = { _ in [] },
        _ judge:
            @escaping @Sendable (SeriesHistory, [AlertState.Key: AlertState]) -> (
                product: Product, states: [AlertState.Key: AlertState]
            )
    ) async throws(HistoryError) -> Product {
        let sweep = SweepRecord(observations, now: now, started: started, every: every)
        do {
            return try await queue.write { database in
                var readings = try ReadingStore(database, observations.map(\.target), lookback, now: now)
                let earlier = try AlertStateStore.load(database)
                let judged = judge(readings.history, earlier)
                try readings.save(observations, now: now)
                try AlertStateStore.save(database, judged.states)
                let changes = try LookStore(database, now: now).save(observations, judged.states, sweep)
                try EventStore.add(
                    database, changes + AlertEvent.between(earlier, judged.states, at: now), now: now)
                try JudgedValueStore.add(database, values(judged.product), now: now)
                return judged.product
            }
        } catch {
            throw HistoryError(path: path, error)
        }
    }

    /// Whether a reading of this metric younger than `age` is there.
    public func hasReading(of metric: Metric, at target: Target, youngerThan age: Duration) async -> Bool {
        let oldest = Timestamp.now - age.seconds
        let found = try? await queue.read { database in
            try Bool.fetchOne(
                database,
                sql: """
                    SELECT EXISTS (SELECT 1 FROM reading JOIN series ON series.id = reading.series
                    WHERE kind = ? AND target = ? AND metric = ? AND time >= ?)
                    """,
                arguments: [target.kind.rawValue, target.name, metric.name, oldest.secondsSinceEpoch])
        }
        return found == true
    }
}

extension SweepRecord {
    fileprivate init(_ observations: [Observation], now: Timestamp, started: Timestamp?, every: Duration?) {
        let began = started ?? observations.map(\.started).min() ?? now
        self.init(
            time: now, duration: max(0, now.seconds(since: began)), targets: observations.count,
            failed: observations.filter { $0.failure != nil }.count, every: every?.seconds)
    }
}

// MARK: - Trouble with the file

extension History {
    fileprivate static func isDamage(_ error: any Error) -> Bool {
        guard let error = error as? DatabaseError else { return false }
        return [.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(error.resultCode)
    }

    private static func setAside(_ path: String) throws(HistoryError) -> String {
        let aside = "\(path).damaged-\(Int64(Timestamp.now.secondsSinceEpoch))"
        guard rename(path, aside) == 0 else { throw HistoryError(path: path, message: describe(errno: errno)) }
        // Those of the damaged file; a new one must not be made to read them.
        unlink(path + "-wal")
        unlink(path + "-shm")
        return aside
    }

    /// Each missing folder on the way; private to the user, as evidence may be in the file.
    static func makeFolder(of path: String) throws(HistoryError) {
        guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return }
        let folder = String(path[..<slash])
        guard access(folder, F_OK) != 0 else { return }
        try makeFolder(of: folder)
        guard mkdir(folder, 0o750) == 0 || errno == EEXIST else {
            throw HistoryError(path: folder, message: describe(errno: errno))
        }
    }

    fileprivate static func words(_ error: any Error) -> String {
        guard let error = error as? DatabaseError else { return "\(error)" }
        let message = error.message ?? "SQLite error \(error.resultCode.rawValue)"
        switch error.resultCode {
        case .SQLITE_FULL: return "the disk is full"
        case .SQLITE_READONLY: return "the file or its folder is not to be written to by this user (\(message))"
        case .SQLITE_CANTOPEN: return "\(message): does its folder let this user read and write?"
        // SQLite tells only "no space" apart: a quota and a limit to the size of files look like a broken disk.
        case .SQLITE_IOERR: return "\(message): is the disk, a quota or a limit to the size of files exhausted?"
        default: return message
        }
    }
}

/// A history that cannot be used; the sweep goes on without one.
public struct HistoryError: Error, Sendable, CustomStringConvertible {
    public let path: String
    public let message: String
    /// The file is there and can be read, but is no whole database.
    public let isDamage: Bool

    init(path: String, message: String) {
        self.path = path
        self.message = message
        isDamage = false
    }

    init(path: String, _ error: any Error) {
        self.path = path
        message = History.words(error)
        isDamage = History.isDamage(error)
    }

    public var description: String { "history \(path): \(message)" }
}

/// Which file a path means at the moment; another file in its place is another one.
private struct FileIdentity: Equatable {
    private let device: dev_t
    private let number: ino_t

    init?(of path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        device = status.st_dev
        number = status.st_ino
    }
}
