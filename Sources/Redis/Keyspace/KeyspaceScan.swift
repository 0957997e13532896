import Diagnostics
import Network
import Synchronization

/// One pass over all keys of a server, or of all shards of a cluster at once, that tells the largest by memory and by
/// elements, totals by type, prefix and pattern, and when keys expire.
///
/// It reads only: SCAN, TYPE, MEMORY USAGE, TTL, OBJECT ENCODING and the length commands. It never uses KEYS, and changes
/// nothing, except that before Redis 7.2 (which has CLIENT NO-TOUCH), and in a cluster, a length command counts as an access
/// of the key, as it does for `redis-cli --bigkeys`. It reads a replica where there is a healthy one. Memory stays bounded, however many keys
/// there are. Keys that are written during the scan may be missed or counted twice: SCAN promises no more than that what
/// was there all the time is seen.
public struct KeyspaceScan: Sendable {
    public struct Options: Sendable, Hashable {
        /// Keys that match are counted by pattern, beside the prefixes that are found.
        public var patterns: [String]
        /// How many of the largest keys are kept, in each ranking.
        public var top: Int
        /// COUNT of SCAN: how many keys the server steps over at a time, at most. A few: what SCAN has just touched is still
        /// in the processor's cache when it is asked about.
        public var batch: Int
        /// SAMPLES of MEMORY USAGE: how many elements of a collection stand for all of it; 0 measures each, which holds
        /// the server for as long as the collection is large.
        public var samples: Int
        /// No step should keep the server from others for longer; see `StepBound`.
        public var maxStep: Duration
        /// Upper bound of the rate, of each node; nil for none.
        public var keysPerSecond: Int?
        /// Nil for all that have keys.
        public var databases: [Int]?
        /// Of how many keys one is asked how it is kept; of four times as many once there are plenty.
        public var encodingEvery: Int
        /// Asks every key when it expires and how much memory it takes. Otherwise, of many like keys, one in sixteen is asked
        /// when it expires, and the memory of short strings is taken from others like them; see `ExpirySampling` and
        /// `MemoryPredictor`.
        public var isExact: Bool
        /// How many keys are looked at, drawn by chance; nil for all.
        public var sample: Int?
        /// Reads masters and not their replicas.
        public var fromMaster: Bool
        /// Takes only processor time that nobody else wants, as long as there is some; see `IdleExecutor`.
        public var givesWay: Bool
        /// How long the server may take to accept the connection, and then for each answer.
        public var answerTimeout: Duration

        public init(
            patterns: [String] = [], top: Int = 10, batch: Int = 32, samples: Int = 5,
            maxStep: Duration = .milliseconds(2), keysPerSecond: Int? = nil, databases: [Int]? = nil,
            encodingEvery: Int = 16, isExact: Bool = false, sample: Int? = nil, fromMaster: Bool = false,
            givesWay: Bool = false, answerTimeout: Duration = .seconds(5)
        ) {
            self.patterns = patterns
            self.top = top
            self.batch = batch
            self.samples = samples
            self.maxStep = maxStep
            self.keysPerSecond = keysPerSecond
            self.databases = databases
            self.encodingEvery = max(1, encodingEvery)
            self.isExact = isExact
            self.sample = sample
            self.fromMaster = fromMaster
            self.givesWay = givesWay
            self.answerTimeout = answerTimeout
        }

        var questions: KeyQuestions { .all }
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
        until deadline: Deadline, progress: @escaping @Sendable (Progress) -> Void = { _ in }
    ) async throws(ProbeError) -> KeyspaceReport {
        // A closure's typed throws are not inferred.
        try await withTaskExecutorPreference(options.givesWay ? IdleExecutor.shared : nil) {
            () async throws(ProbeError) in try await scan(until: deadline, progress)
        }
    }

    private func scan(
        until deadline: Deadline, _ progress: @escaping @Sendable (Progress) -> Void
    ) async throws(ProbeError) -> KeyspaceReport {
        let start = ContinuousClock.now
        let opening = deadline.within(options.answerTimeout)
        let deployment = try await Deployment.find(settings, until: opening)
        let parts = try await parts(of: deployment, until: opening)
        let meter = ScanMeter(start: start, progress)
        let results = await withTaskGroup(of: (Int, NodeScan.Result).self) { group in
            for (index, part) in parts.enumerated() {
                group.addTask { (index, await part.run(until: deadline, meter)) }
            }
            return await group.reduce(into: [Int: NodeScan.Result]()) { $0[$1.0] = $1.1 }
        }
        let ordered = parts.indices.compactMap { results[$0] }
        if let failure = failure(ordered) { throw failure }
        return KeyspaceReport(deployment.kind, ordered, options, duration: start.duration(to: .now))
    }

    /// One for each shard.
    private func parts(of deployment: Deployment, until deadline: Deadline) async throws(ProbeError) -> [NodeScan] {
        let survey =
            deployment.isCluster
            ? await ClusterSurvey.take(deployment, of: deployment.masters, until: deadline) : nil
        var parts: [NodeScan] = []
        for shard in deployment.shards {
            let isOnTheMove = survey?.hasOpenSlots(shard.master) ?? false
            var reader = try await deployment.reader(
                of: shard, fromMaster: options.fromMaster || isOnTheMove, until: deadline)
            if isOnTheMove { reader = reader.because("the master: slots of it are on their way") }
            parts.append(
                NodeScan(
                    reader: reader, slots: shard.slots, settings: deployment.settings(for: reader.node),
                    importing: survey?.importing(at: reader.node) ?? [], options: options,
                    ofHowMany: deployment.shards.count))
        }
        return parts
    }

    /// Why nothing at all could be seen; nil where something was.
    private func failure(_ results: [NodeScan.Result]) -> ProbeError? {
        guard !results.contains(where: { $0.scan.interruption == nil || $0.scan.tally.keysSeen > 0 }) else {
            return nil
        }
        return results.lazy.compactMap(\.scan.interruption).first
            ?? ProbeError(.unreachable, step: "SCAN", message: "no node of the cluster serves slots")
    }
}

extension Deployment.Reader {
    fileprivate func because(_ reason: String) -> Self { Self(node: node, reason: reason) }
}

/// How far the scans of all nodes have come together.
final class ScanMeter: Sendable {
    private let start: ContinuousClock.Instant
    private let show: @Sendable (KeyspaceScan.Progress) -> Void
    private let state = Mutex((seen: Int64(0), total: Int64?.some(0)))

    init(start: ContinuousClock.Instant, _ show: @escaping @Sendable (KeyspaceScan.Progress) -> Void) {
        self.start = start
        self.show = show
    }

    /// - Parameter keys: nil where a node does not tell: then the whole is not known either.
    func expect(_ keys: Int64?) {
        state.withLock { state in state.total = keys.flatMap { keys in state.total.map { $0 + keys } } }
    }

    func note(_ keys: Int64) {
        let (seen, total) = state.withLock { state in
            state.seen += keys
            return state
        }
        show(.init(keysSeen: seen, keysTotal: total, elapsed: start.duration(to: .now)))
    }
}
