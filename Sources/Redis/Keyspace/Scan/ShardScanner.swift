import Diagnostics
import Glibc
import Network

/// Scans what one node holds. While the answers about some keys come in, the server has the questions about the next and the
/// SCAN after them already, as many at a time as `StepBound` allows.
///
/// Replies come in the order of the commands, so that `steps` says whose turn it is.
struct ShardScanner: ~Copyable {
    enum Step {
        case scan
        /// Keys `from..<to` of the batch's round.
        case ask(KeyBatch, from: Int, to: Int)
        /// By its own clock, how long the server's steps took.
        case statistics
    }

    /// What a scan of one node came to.
    struct Result: Sendable {
        var tally: KeyspaceTally
        var sample: SampleTally?
        var problems: [ProbeError] = []
        /// Why it ended before its end.
        var interruption: ProbeError?
        /// By the server's clock; nil where it doesn't tell.
        var longestStep: Duration?
        var wrongGuesses: Int64 = 0
    }

    let options: KeyspaceScan.Options
    private(set) var connection: RedisConnection
    var buffer = ReplyBuffer()
    let commands: KeyCommands
    var bound: StepBound
    var predictor = TypePredictor()
    var memories = MemoryPredictor()
    var expiries = ExpirySampling()
    var names = KeyTypeNames()
    var tally: KeyspaceTally
    var sample: SampleTally?
    /// Slots whose keys this node is just taking in: each question about them needs an ASKING before it.
    let importing: Set<Int>
    /// Left out once the server has refused them.
    var wanted: KeyQuestions
    /// Modules' types whose memory takes the server too long to tell.
    var slowTypes: Set<KeyType> = []
    var problems: [ProbeError] = []

    var steps = ArraySlice<Step>()
    var keysOnTheWay = 0
    var isScanOnTheWay = false
    /// With questions that are not sent yet, the oldest first.
    var waiting: [KeyBatch] = []
    /// Those about which all is known, to be counted while the server is at work.
    var finished: [KeyBatch] = []
    var spare: [KeyBatch] = []
    var batchesInUse = 0
    var output: [UInt8] = []
    var walk = KeyWalk.everything
    /// Of the next SCAN; nil when there is none.
    var cursor: [UInt8]?
    var database = 0
    var keysFound: Int64 = 0
    /// Counted once for each round.
    var keysAnswered: Int64 = 0
    let start = ContinuousClock.now

    // Where reading is.
    var scanReading = ScanReading.reply
    var open: KeyQuestions = []
    var isAskingAnswered = false
    private var stepsTaken = 0
    /// What `stepsTaken` is once all is answered that was on its way when waiting began; nil when nothing was waited for.
    private var awaited: Int?
    // How long the server's steps take.
    var statistics: ScanStatistics?
    var keysAtStatistics: Int64 = 0
    var nextStatistics = ContinuousClock.now
    private var nextPause = ContinuousClock.now
    /// Keys of modules that are being measured one by one; see `noteSlowTypes`.
    var modulesAsked: [KeyType: Int] = [:]

    private static let mostFinished = 4

    enum ScanReading {
        case reply, cursor, count
        case keys(KeyBatch, missing: Int)
    }

    init(
        _ connection: consuming RedisConnection, _ options: KeyspaceScan.Options, roundTrip: Duration,
        importing: Set<Int> = []
    ) {
        self.connection = connection
        self.options = options
        self.importing = importing
        commands = KeyCommands(samples: options.samples)
        bound = StepBound(most: options.maxStep, count: options.batch, roundTrip: roundTrip)
        tally = KeyspaceTally(options)
        wanted = options.questions
        output.reserveCapacity(64 << 10)
    }

    /// Leaves nothing out that can be told from like keys.
    var asksAll: Bool { options.isExact || sample != nil }

    var hasSeenSomething: Bool { keysFound > 0 }

    consuming func result(interruption: ProbeError?) -> Result {
        while tallyNext() {}
        for batch in unfinished { tally.add(batch, names) }
        tally.close(names)
        return Result(
            tally: tally, sample: sample, problems: problems, interruption: interruption, longestStep: bound.longest,
            wrongGuesses: predictor.surprises)
    }

    /// Those about which not everything has been answered; what is known of them counts.
    private var unfinished: [KeyBatch] {
        var batches: [KeyBatch] = []
        for step in steps { if case .ask(let batch, _, _) = step { batches.append(batch) } }
        if case .keys(let batch, _) = scanReading { batches.append(batch) }
        return (batches + waiting).reduce(into: []) { unique, batch in
            if !unique.contains(where: { $0 === batch }) { unique.append(batch) }
        }
    }
}

// MARK: - The loop

extension ShardScanner {
    /// False for a database that cannot be selected, which costs the others nothing.
    mutating func select(_ database: Int, until deadline: Deadline) async throws(ProbeError) -> Bool {
        let command = RedisCommand("SELECT", String(database))
        let replies = await connection.replies(to: [command], until: deadline)
        if let interruption = replies.interruption { throw interruption }
        // A cluster has database 0 only, and a proxy may not know the command at all: 0 is selected anyway.
        guard let error = replies[0]?.error, database != 0 else { return true }
        problems.append(error.during("SELECT \(database)"))
        return false
    }

    /// Walks over a database until nothing is left.
    ///
    /// - Throws: what ended it before its end; what was seen before counts.
    mutating func scan(
        _ database: Int, _ walk: KeyWalk, until deadline: Deadline, progress: (Int64) -> Void
    ) async throws(ProbeError) {
        self.database = database
        self.walk = walk
        cursor = self.walk.first()
        while true {
            try await checkTime(deadline)
            try await pace(until: deadline)
            fill()
            try await flush(until: deadline)
            if steps.isEmpty, cursor == nil { break }
            // The server gets its next questions after each of its answers: with two answers taken at once it would get
            // two, and answer both at once again, idle in between.
            if try takeReplies() {
                stepsTaken += 1
                continue
            }
            noteLook()
            if finished.count < Self.mostFinished, try readNow() { continue }
            let before = tally.keysSeen
            if tallyNext() {
                progress(tally.keysSeen - before)
            } else if !steps.isEmpty, !mayFill {
                try await readMore(until: deadline)
            }
        }
        let before = tally.keysSeen
        while tallyNext() {}
        progress(tally.keysSeen - before)
        tally.finishedDatabases.insert(database)
    }

    /// A server that always has more to say never makes anybody wait, and only a wait notices time and cancellation, and
    /// lets others have the thread.
    private mutating func checkTime(_ deadline: Deadline) async throws(ProbeError) {
        let now = ContinuousClock.now
        if deadline.instant <= now { throw .timedOut("SCAN") }
        if Task.isCancelled { throw .cancelled("SCAN") }
        guard nextPause <= now else { return }
        nextPause = now + .milliseconds(100)
        await Task.yield()
    }

    /// With nothing on its way, waits until the rate is within its bound again.
    private func pace(until deadline: Deadline) async throws(ProbeError) {
        guard steps.isEmpty, waiting.isEmpty, let due = nextDue else { return }
        let next = Deadline(due)
        guard next.remaining > .milliseconds(1) else { return }
        try await Reactor.shared.sleep(until: min(next, deadline))
    }

    /// When the next SCAN may be sent; nil without a bound of the rate.
    var nextDue: ContinuousClock.Instant? {
        options.keysPerSecond.map { start + .seconds(Double(keysFound) / Double(max(1, $0))) }
    }

    private mutating func flush(until deadline: Deadline) async throws(ProbeError) {
        guard !output.isEmpty else { return }
        try await connection.send(encoded: output, step: "SCAN", until: deadline.within(options.answerTimeout))
        output.removeAll(keepingCapacity: true)
    }

    private mutating func readMore(until deadline: Deadline) async throws(ProbeError) {
        if try readNow() { return }
        awaited = stepsTaken + steps.count
        try await connection.waitForBytes(
            until: deadline.within(options.answerTimeout), step: "SCAN", holdingThreadFor: bound.wait)
        _ = try readNow()
    }

    /// Whether the server ran out of work while we waited.
    private mutating func noteLook() {
        guard let awaited else { return }
        bound.looked(findingIdle: stepsTaken >= awaited)
        self.awaited = nil
    }

    /// False when nothing has arrived.
    private mutating func readNow() throws(ProbeError) -> Bool {
        guard let count = try connection.readNow(into: buffer.room(), step: "SCAN") else { return false }
        guard count > 0 else { throw .closed("SCAN") }
        buffer.filled(count)
        return true
    }
}
