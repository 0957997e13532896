import Diagnostics
import Network

/// The pipeline: with the questions about one batch of keys the next SCAN is already under way.
struct HotKeysScanner: ~Copyable {
    private var connection: RedisConnection
    private let options: HotKeysProbe.Options
    /// `OBJECT FREQ`, as it stands before each key.
    private let question: [UInt8]
    let total: Int64
    private(set) var tally: HotKeysTally
    private let start = ContinuousClock.now

    init(_ connection: consuming RedisConnection, _ options: HotKeysProbe.Options, countsAccesses: Bool, total: Int64) {
        self.connection = connection
        self.options = options
        self.total = total
        question = Self.encoded("OBJECT", countsAccesses ? "FREQ" : "IDLETIME")
        tally = HotKeysTally(countsAccesses: countsAccesses, top: options.top)
    }

    /// - Throws: what ended it before its end; what was seen before counts.
    mutating func scan(
        _ database: Int, until deadline: Deadline, progress: (HotKeysProbe.Progress) -> Void
    ) async throws(ProbeError) {
        var output: [UInt8] = []
        RedisCommand("SELECT", String(database)).encode(into: &output)
        encodeScan(from: Array("0".utf8), into: &output)
        try await send(output, until: deadline)
        // A cluster knows database 0 only, and a proxy perhaps no SELECT.
        if let error = try await receive("SELECT", until: deadline).error, database != 0 {
            throw error.during("SELECT")
        }
        var isOver = false
        while !isOver {
            let (cursor, keys) = try await scanned(until: deadline)
            isOver = cursor == Array("0".utf8)
            output.removeAll(keepingCapacity: true)
            for key in keys {
                output += question
                RESPEncoding.append(key, to: &output)
            }
            if !isOver { encodeScan(from: cursor, into: &output) }
            try await send(output, until: deadline)
            try await read(keys, in: database, until: deadline)
            progress(HotKeysProbe.Progress(keysSeen: tally.seen, keysTotal: total))
            try await pace(until: deadline)
        }
    }

    private mutating func read(_ keys: [[UInt8]], in database: Int, until deadline: Deadline) async throws(ProbeError) {
        for key in keys {
            let reply = try await receive("OBJECT", until: deadline)
            if let error = reply.error, [.notPermitted, .unknownCommand].contains(error.reason) {
                throw error.during("OBJECT FREQ")
            }
            // Null, or an error: it has just gone.
            if let value = reply.integer { tally.add(KeyName(key), in: database, value) }
        }
    }

    /// The words of a command that has one more to come.
    private static func encoded(_ words: String...) -> [UInt8] {
        var bytes: [UInt8] = []
        RESPEncoding.appendHeader("*", words.count + 1, to: &bytes)
        for word in words { RESPEncoding.append(word.utf8, to: &bytes) }
        return bytes
    }

    private func encodeScan(from cursor: [UInt8], into output: inout [UInt8]) {
        let step = max(1, min(options.batch, options.keysPerSecond.map { $0 / 4 } ?? .max))
        RedisCommand([Array("SCAN".utf8), cursor, Array("COUNT".utf8), Array(String(step).utf8)]).encode(into: &output)
    }

    private mutating func scanned(until deadline: Deadline) async throws(ProbeError) -> (
        cursor: [UInt8], keys: [[UInt8]]
    ) {
        let reply = try await receive("SCAN", until: deadline)
        if let error = reply.error { throw error.during("SCAN") }
        guard let parts = reply.array, parts.count == 2, case .bytes(let cursor) = parts[0], let found = parts[1].array
        else {
            throw ProbeError(.protocolViolation, step: "SCAN", message: "an answer of another shape")
        }
        return (cursor, found.compactMap { if case .bytes(let key) = $0 { key } else { nil } })
    }

    private borrowing func send(_ output: [UInt8], until deadline: Deadline) async throws(ProbeError) {
        try await connection.send(encoded: output, step: "SCAN", until: deadline.within(options.answerTimeout))
    }

    /// A server that always has more to say never makes anybody wait, and only a wait notices time and cancellation.
    private mutating func receive(_ step: String, until deadline: Deadline) async throws(ProbeError) -> RESPValue {
        if deadline.hasPassed { throw .timedOut(step) }
        if Task.isCancelled { throw .cancelled(step) }
        if let value = try connection.buffered(step: step) { return value }
        return try await connection.receive(step: step, until: deadline.within(options.answerTimeout))
    }

    private func pace(until deadline: Deadline) async throws(ProbeError) {
        guard let rate = options.keysPerSecond, rate > 0 else { return }
        let due = Deadline(start + .seconds(Double(tally.seen) / Double(rate)))
        if due.remaining > .milliseconds(1) { try await Reactor.shared.sleep(until: min(due, deadline)) }
    }
}
