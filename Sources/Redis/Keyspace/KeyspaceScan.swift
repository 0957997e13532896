import Diagnostics
import Network

/// One pass over all keys of a server that tells the largest by memory and by elements, totals by type, prefix and
/// pattern, and how many never expire.
///
/// It reads only: SCAN, TYPE, MEMORY USAGE, TTL and the length commands. It never uses KEYS, and changes nothing,
/// except that before Redis 7.2 (which has CLIENT NO-TOUCH) a length command counts as an access of the key, as it
/// does for `redis-cli --bigkeys`. Memory stays bounded, however many keys there are. Keys that are written during
/// the scan may be missed or counted twice: SCAN promises no more than that what was there all the time is seen.
public struct KeyspaceScan: Sendable {
    public struct Options: Sendable, Hashable {
        /// Keys that match are counted by pattern, beside the prefixes that are found.
        public var patterns: [String]
        /// How many of the largest keys are kept, in each ranking.
        public var top: Int
        /// COUNT of SCAN: how many keys the server steps over at a time.
        public var batch: Int
        /// SAMPLES of MEMORY USAGE: how many elements of a collection stand for all of it; 0 measures each, which holds
        /// the server for as long as the collection is large.
        public var samples: Int
        /// Upper bound of the rate; nil for none.
        public var keysPerSecond: Int?
        /// Nil for all that have keys.
        public var databases: [Int]?
        /// How long the server may take to accept the connection, and then for each answer.
        public var answerTimeout: Duration

        public init(
            patterns: [String] = [], top: Int = 10, batch: Int = 1000, samples: Int = 5,
            keysPerSecond: Int? = 500_000, databases: [Int]? = nil,
            answerTimeout: Duration = .seconds(5)
        ) {
            self.patterns = patterns
            self.top = top
            self.batch = batch
            self.samples = samples
            self.keysPerSecond = keysPerSecond
            self.databases = databases
            self.answerTimeout = answerTimeout
        }
    }

    public struct Progress: Sendable, Hashable {
        public let keysSeen: Int64
        /// By INFO at the start; nil where it may not be asked.
        public let keysTotal: Int64?
        public let elapsed: Duration

        public var keysPerSecond: Double { elapsed > .zero ? Double(keysSeen) / elapsed.seconds : 0 }

        public var secondsLeft: Double? {
            guard let keysTotal, keysPerSecond > 0 else { return nil }
            return Double(max(0, keysTotal - keysSeen)) / keysPerSecond
        }
    }

    public let settings: RedisSettings
    public let options: Options

    public init(settings: RedisSettings, options: Options = Options()) {
        self.settings = settings
        self.options = options
    }

    /// Scans until all has been seen, the deadline passes or the task is cancelled; the report then holds what was
    /// seen until then and says how much that is. `progress` is called after each batch.
    ///
    /// - Throws: only when nothing could be seen at all: no connection, wrong password, SCAN not permitted.
    public func run(
        until deadline: Deadline, progress: @Sendable (Progress) -> Void = { _ in }
    ) async throws(ProbeError) -> KeyspaceReport {
        let start = ContinuousClock.now
        let opening = deadline.within(options.answerTimeout)
        var connection = try await RedisConnection.connect(settings, limits: .scanning, until: opening)
        let questions = [RedisCommand("INFO", "keyspace"), RedisCommand("CLIENT", "NO-TOUCH", "on")]
        let session = await RedisSession.open(&connection, settings, asking: questions, until: opening)
        let databases = try known(session)
        var scanner = KeyspaceScanner(connection, options, total: databases.total)
        for problem in session.problems { scanner.note(problem) }
        do throws(ProbeError) {
            for database in options.databases ?? databases.numbers {
                try await scanner.scan(database, until: deadline, progress: progress)
            }
        } catch {
            guard scanner.hasSeenSomething else { throw error }
            return scanner.report(interruption: error, duration: start.duration(to: .now))
        }
        return scanner.report(interruption: nil, duration: start.duration(to: .now))
    }

    /// Which databases have keys, and how many. Where INFO is not permitted, the one of the settings is scanned.
    private func known(_ session: RedisSession) throws(ProbeError) -> (numbers: [Int], total: Int64?) {
        guard session.replies[0]?.error?.reason != .notPermitted else { return ([settings.database], nil) }
        let databases = RedisInfo(try session.text(0)).databases
        let chosen = databases.filter { options.databases?.contains($0.index) ?? true }
        return (databases.map(\.index), chosen.reduce(0) { $0 + $1.keys })
    }
}
