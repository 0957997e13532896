import Diagnostics
import Network

/// Which keys are asked for most. No sweep runs it: it takes as long as there are keys, unless it is bounded.
///
/// Under an LFU policy the server counts how often each key is asked for (OBJECT FREQ); under any other it only knows when
/// each was last (OBJECT IDLETIME). Neither question counts as an access, nor does SCAN: what is looked at stays as it was.
///
/// Evidence: `redis.hotkeys.judgement`, `redis.hotkeys`, `redis.hotkeys.shapes`, `redis.hotkeys.idle`.
public struct HotKeysProbe: Probe {
    public struct Options: Sendable, Hashable {
        /// How many keys, and shapes of keys, are shown.
        public var top: Int
        /// How many keys are looked at in one step.
        public var batch: Int
        /// Upper bound of the rate; nil for none.
        public var keysPerSecond: Int?
        /// How long the server may take to accept the connection, and then for each answer.
        public var answerTimeout: Duration

        public init(
            top: Int = 20, batch: Int = 500, keysPerSecond: Int? = 100_000, answerTimeout: Duration = .seconds(5)
        ) {
            self.top = top
            self.batch = batch
            self.keysPerSecond = keysPerSecond
            self.answerTimeout = answerTimeout
        }
    }

    public struct Progress: Sendable, Hashable {
        public let keysSeen: Int64
        public let keysTotal: Int64
    }

    public let target: Target
    private let settings: RedisSettings
    private let options: Options
    private let progress: @Sendable (Progress) -> Void

    public init(
        target: Target, settings: RedisSettings, options: Options = Options(),
        progress: @escaping @Sendable (Progress) -> Void = { _ in }
    ) {
        self.target = target
        self.settings = settings
        self.options = options
        self.progress = progress
    }

    /// When the deadline passes or the task is cancelled, what was seen until then is told, and how much that is.
    public func observe(until deadline: Deadline) async -> Observation {
        await Observation.measuring(target) { content in
            do throws(ProbeError) {
                try await look(until: deadline, into: &content)
            } catch {
                content.failure = error
            }
        }
    }

    private func look(until deadline: Deadline, into content: inout Observation.Content) async throws(ProbeError) {
        let opening = deadline.within(options.answerTimeout)
        var connection = try await RedisConnection.connect(settings, limits: .scanning, until: opening)
        let session = await RedisSession.open(
            &connection, settings,
            asking: [RedisCommand("INFO", "all"), RedisCommand("CONFIG", "GET", "maxmemory-policy")],
            until: opening)
        let reading = Reading(target, settings, RedisInfo(try session.text(0)))
        ServerTopic().report(reading, to: &content)
        content.problems += session.problems
        let policy = reading.info.memory.policy ?? session.fields(1)["maxmemory-policy"]
        var scanner = HotKeysScanner(
            connection, options, countsAccesses: policy?.contains("lfu") == true,
            total: reading.info.databases.reduce(0) { $0 + $1.keys })
        do throws(ProbeError) {
            for database in reading.info.databases {
                try await scanner.scan(database.index, until: deadline, progress: progress)
            }
        } catch {
            guard scanner.tally.seen > 0 else { throw error }
            content.problems.append(error)
        }
        content.evidence +=
            HotKeysReport(scanner.tally, reading: reading, top: options.top, total: scanner.total).evidence
    }
}
