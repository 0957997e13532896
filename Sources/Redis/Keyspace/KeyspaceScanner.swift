import Diagnostics
import Network

/// The pipeline of a scan. Up to two rounds are on their way: while the sizes of one batch are read, the server works
/// on the next SCAN already, and what must wait for a batch's types (its lengths) goes out with the round after.
///
/// Replies come in the order of the commands, so that `inFlight` says whose turn it is.
struct KeyspaceScanner: ~Copyable {
    private enum Step {
        case select
        case scan
        case ask(KeyBatch)
        case measure(KeyBatch)
    }

    private var connection: RedisConnection
    private let options: KeyspaceScan.Options
    private let total: Int64?
    private let start = ContinuousClock.now
    private var tally: KeyspaceTally
    private var database = 0
    private var inFlight: [Step] = []
    private var toMeasure: [KeyBatch] = []
    private var output: [UInt8] = []
    /// Left out of the next batches once the server has refused them.
    private var questions: KeyBatch.Questions = .all
    private var problems: [ProbeError] = []

    init(_ connection: consuming RedisConnection, _ options: KeyspaceScan.Options, total: Int64?) {
        self.connection = connection
        self.options = options
        self.total = total
        tally = KeyspaceTally(options)
    }

    var hasSeenSomething: Bool { tally.keysSeen > 0 || !batchesWithoutLengths.isEmpty }

    mutating func note(_ problem: ProbeError) { problems.append(problem) }

    /// - Throws: what ended the scan before its end; what was seen before counts.
    mutating func scan(
        _ database: Int, until deadline: Deadline, progress: (KeyspaceScan.Progress) -> Void
    ) async throws(ProbeError) {
        self.database = database
        enqueue(RedisCommand("SELECT", String(database)), as: .select)
        enqueueScan(from: Array("0".utf8))
        while !inFlight.isEmpty {
            try checkTime(deadline)
            try await flush(until: deadline)
            switch inFlight.removeFirst() {
            case .select: guard try await isSelected(until: deadline) else { return }
            case .scan: try await readScan(until: deadline)
            case .ask(let batch): try await readAnswers(batch, until: deadline)
            case .measure(let batch):
                try await readLengths(batch, until: deadline)
                progress(currentProgress)
            }
        }
        tally.finished(database)
    }

    /// A server that always has more to say never makes anybody wait, and only a wait notices time and cancellation.
    private func checkTime(_ deadline: Deadline) throws(ProbeError) {
        if deadline.hasPassed { throw .timedOut("SCAN") }
        if Task.isCancelled { throw .cancelled("SCAN") }
    }

    consuming func report(interruption: ProbeError?, duration: Duration) -> KeyspaceReport {
        for batch in batchesWithoutLengths { tally.add(batch) }
        return tally.report(total: total, problems: problems, interruption: interruption, duration: duration)
    }

    /// Their lengths have not come yet, but they are known by type and memory.
    private var batchesWithoutLengths: [KeyBatch] {
        toMeasure + inFlight.compactMap { if case .measure(let batch) = $0 { batch } else { nil } }
    }

    private var currentProgress: KeyspaceScan.Progress {
        KeyspaceScan.Progress(
            keysSeen: tally.keysSeen, keysTotal: total, elapsed: start.duration(to: .now))
    }
}

// MARK: - Sending

extension KeyspaceScanner {
    private mutating func enqueue(_ command: RedisCommand, as step: Step) {
        command.encode(into: &output)
        inFlight.append(step)
    }

    private mutating func enqueueScan(from cursor: [UInt8]) {
        let words = [Array("SCAN".utf8), cursor, Array("COUNT".utf8), Array(String(batch).utf8)]
        enqueue(RedisCommand(words), as: .scan)
    }

    /// A slow scan takes small steps: a quarter of a second's keys at most, so that it goes on evenly.
    private var batch: Int {
        max(1, min(options.batch, options.keysPerSecond.map { $0 / 4 } ?? .max))
    }

    private mutating func enqueueMeasuring() {
        for batch in toMeasure {
            batch.encodeLengths(into: &output)
            inFlight.append(.measure(batch))
        }
        toMeasure.removeAll()
    }

    private mutating func flush(until deadline: Deadline) async throws(ProbeError) {
        guard !output.isEmpty else { return }
        try await connection.send(encoded: output, step: "SCAN", until: deadline.within(options.answerTimeout))
        output.removeAll(keepingCapacity: true)
    }

    /// Waits until the rate is within its bound again.
    private func pace(until deadline: Deadline) async throws(ProbeError) {
        guard let rate = options.keysPerSecond, rate > 0 else { return }
        let due = Deadline(start + .seconds(Double(tally.keysFound) / Double(rate)))
        guard due.remaining > .milliseconds(1) else { return }
        try await Reactor.shared.sleep(until: min(due, deadline))
    }
}

// MARK: - Reading

extension KeyspaceScanner {
    private mutating func receive(_ step: String, until deadline: Deadline) async throws(ProbeError) -> RESPValue {
        if let value = try connection.buffered(step: step) { return value }
        return try await connection.receive(step: step, until: deadline.within(options.answerTimeout))
    }

    /// A database that cannot be selected costs the others nothing. The first SCAN is under way already, over the
    /// database before: its answer is dropped.
    private mutating func isSelected(until deadline: Deadline) async throws(ProbeError) -> Bool {
        let reply = try await receive("SELECT", until: deadline)
        // A cluster has database 0 only, and a proxy may not know the command at all: 0 is selected anyway.
        guard let error = reply.error, database != 0 else { return true }
        problems.append(error.during("SELECT \(database)"))
        inFlight.removeAll()
        _ = try await receive("SCAN", until: deadline)
        return false
    }

    private mutating func readScan(until deadline: Deadline) async throws(ProbeError) {
        let reply = try await receive("SCAN", until: deadline)
        if let error = reply.error { throw error.during("SCAN") }
        guard let parts = reply.array, parts.count == 2, case .bytes(let cursor) = parts[0], let found = parts[1].array
        else { throw ProbeError(.protocolViolation, step: "SCAN", message: "an answer of another shape") }
        try await pace(until: deadline)
        if cursor != Array("0".utf8) { enqueueScan(from: cursor) }
        enqueueMeasuring()
        let keys = found.compactMap { if case .bytes(let key) = $0 { key } else { nil } }
        tally.keysFound += Int64(keys.count)
        guard !keys.isEmpty else { return }
        let batch = KeyBatch(keys, in: database, asking: questions)
        batch.encodeQuestions(samples: options.samples, into: &output)
        inFlight.append(.ask(batch))
    }

    private mutating func readAnswers(_ batch: KeyBatch, until deadline: Deadline) async throws(ProbeError) {
        var batch = batch
        for index in batch.keys.indices {
            for question in batch.questions.each {
                let reply = try await receive(question.name, until: deadline)
                batch.take(reply, to: question, at: index)
                if let error = reply.error { giveUpIfRefused(question, error) }
            }
        }
        tally.vanished += batch.removeVanished()
        toMeasure.append(batch)
        let scanIsUnderWay = inFlight.contains { if case .scan = $0 { true } else { false } }
        if !scanIsUnderWay { enqueueMeasuring() }
    }

    /// A command that this user may not use or this server does not know is not asked again a million times.
    private mutating func giveUpIfRefused(_ question: KeyBatch.Questions, _ error: RedisError) {
        guard [.notPermitted, .unknownCommand].contains(error.reason), questions.contains(question) else { return }
        questions.remove(question)
        problems.append(error.during(question.name))
    }

    private mutating func readLengths(_ batch: KeyBatch, until deadline: Deadline) async throws(ProbeError) {
        var batch = batch
        for index in batch.keys.indices where batch.hasLength(index) {
            let reply = try await receive("read lengths", until: deadline)
            // WRONGTYPE: the key was replaced by one of another type a moment ago.
            if reply.error?.prefix == "WRONGTYPE" { tally.changedType += 1 }
            batch.keys[index].length = reply.integer
        }
        tally.add(batch)
    }
}
