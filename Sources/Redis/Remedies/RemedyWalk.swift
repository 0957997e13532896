import Diagnostics
import Network

/// Walks over the keys of databases of one server with SCAN, and counts those that are meant, or does something to them.
///
/// A step of SCAN, what its keys must be asked, and what is done to them are one round trip each; each step is bounded, and so
/// is the rate. A key that SCAN gives twice is gone, or has its TTL, the second time. It ends between two steps and never within
/// one, so that what was done is always known.
struct RemedyWalk: ~Copyable {
    struct Options: Sendable, Hashable {
        /// False: only counts.
        let isDone: Bool
        /// Keys that something is done to in a second, at most; ten times as many are looked at.
        let keysPerSecond: Int
        let answerTimeout: Duration
        /// COUNT of SCAN.
        var batch = 500
    }

    private var connection: RedisConnection
    private let filter: KeyFilter
    private let deed: KeyDeed
    private let style: KeyDeed.Style
    private let check: KeyCheck
    private let options: Options
    private let meter: RemedyMeter
    private let start = ContinuousClock.now
    private var seen: Int64 = 0
    private(set) var tally = KeyTally()

    init(
        _ connection: consuming RedisConnection, _ filter: KeyFilter, _ deed: KeyDeed, _ style: KeyDeed.Style,
        _ options: Options, _ meter: RemedyMeter
    ) {
        self.connection = connection
        self.filter = filter
        self.deed = deed
        self.style = style
        self.check = KeyCheck(filter, asksTTL: deed.asksTTL)
        self.options = options
        self.meter = meter
    }

    /// One database after another.
    ///
    /// - Throws: what ended it before its end; what was done until then is in `tally`.
    mutating func walk(
        _ databases: [Int], until deadline: Deadline, _ progress: (KeyTally) -> Void
    ) async throws(ProbeError) {
        for database in databases {
            try await select(database)
            var cursor = Array("0".utf8)
            repeat {
                try checkTime(deadline)
                let keys = try await scan(&cursor)
                let meant = try await chosen(of: keys)
                try await measure(meant)
                if options.isDone { try await act(on: meant, until: deadline, progress) }
                progress(tally)
                try await pace(until: deadline)
            } while cursor != Array("0".utf8)
        }
    }

    /// used_memory as it is now; nil where it is not told.
    mutating func usedMemory() async -> Int64? {
        let replies = await connection.replies(
            to: [RedisCommand("INFO", "memory")], until: .after(options.answerTimeout))
        return replies[0]?.text.flatMap { RedisInfo($0).memory.used }
    }
}

// MARK: - Steps

extension RemedyWalk {
    private mutating func select(_ database: Int) async throws(ProbeError) {
        let reply = try await ask([RedisCommand("SELECT", String(database))])[0]
        // A cluster has database 0 only, and a proxy perhaps no SELECT.
        if let error = reply.error, database != 0 { throw error.during("SELECT \(database)") }
    }

    private mutating func scan(_ cursor: inout [UInt8]) async throws(ProbeError) -> [[UInt8]] {
        let words = ["MATCH", filter.pattern, "COUNT", "\(options.batch)"].map { Array($0.utf8) }
        let reply = try await ask([RedisCommand([Array("SCAN".utf8), cursor] + words)])[0]
        if let error = reply.error { throw error.during("SCAN", permitting: "+scan") }
        guard let parts = reply.array, parts.count == 2, case .bytes(let next) = parts[0], let found = parts[1].array
        else {
            throw ProbeError(
                .protocolViolation, step: "SCAN", message: "an answer of another shape than this command has")
        }
        cursor = next
        seen += Int64(found.count)
        return found.compactMap { if case .bytes(let key) = $0 { key } else { nil } }
    }

    private mutating func chosen(of keys: [[UInt8]]) async throws(ProbeError) -> [[UInt8]] {
        let commands = keys.map(check.commands)
        var rest = try await ask(commands.flatMap { $0 })[...]
        var chosen: [[UInt8]] = []
        for (key, asked) in zip(keys, commands) {
            let answer = check.answer(rest.prefix(asked.count))
            rest = rest.dropFirst(asked.count)
            switch answer {
            case .matches(let ttl) where deed.spares(ttl: ttl): tally.spared += 1
            case .matches: chosen.append(key)
            case .gone: tally.gone += 1
            case .other: break
            case .refused(let error, let command): try refuse(error, command)
            }
        }
        return chosen
    }

    private mutating func measure(_ keys: [[UInt8]]) async throws(ProbeError) {
        let sample = tally.sample(of: keys.count).map { keys[$0] }
        tally.match(keys)
        let questions = sample.map { RedisCommand([Array("MEMORY".utf8), Array("USAGE".utf8), $0]) }
        for reply in try await ask(questions) { tally.measure(reply.integer) }
    }

    private mutating func act(
        on keys: [[UInt8]], until deadline: Deadline, _ progress: (KeyTally) -> Void
    ) async throws(ProbeError) {
        let step = max(1, min(style.largestStep, options.keysPerSecond / 10))
        var rest = keys[...]
        while !rest.isEmpty {
            try checkTime(deadline)
            let piece = rest.prefix(step)
            let granted = meter.take(piece.count)
            // One command a key: in a cluster the keys of one command must be of one slot.
            try await act(piece.prefix(granted))
            guard granted == piece.count else { throw .boundReached }
            rest = rest.dropFirst(step)
            progress(tally)
            try await pace(until: deadline)
        }
    }

    /// What was answered before the connection ended is counted.
    private mutating func act(_ keys: ArraySlice<[UInt8]>) async throws(ProbeError) {
        let commands = keys.map { deed.command(for: $0, style) }
        let replies = await connection.replies(to: commands, until: .after(options.answerTimeout))
        for reply in replies.values { try count(reply) }
        if let interruption = replies.interruption { throw interruption }
    }

    private mutating func count(_ reply: RESPValue) throws(ProbeError) {
        if let error = reply.error { return try refuse(error, deed == .delete ? "UNLINK" : "PEXPIRE") }
        if reply.integer == 1 { tally.done += 1 } else { tally.gone += 1 }
    }

    /// A key of a slot that is moving away is counted, and gone on. Anything else would be the same for each key.
    private mutating func refuse(_ error: RedisError, _ command: String) throws(ProbeError) {
        guard ["MOVED", "ASK", "TRYAGAIN"].contains(error.prefix) else {
            throw error.during(command, permitting: "+" + command.lowercased().replacing(" ", with: "|"))
        }
        tally.moved += 1
    }
}

// MARK: - Asking

extension RemedyWalk {
    private mutating func ask(_ commands: [RedisCommand]) async throws(ProbeError) -> [RESPValue] {
        guard !commands.isEmpty else { return [] }
        let replies = await connection.replies(to: commands, until: .after(options.answerTimeout))
        if let interruption = replies.interruption { throw interruption }
        return replies.values
    }

    private func checkTime(_ deadline: Deadline) throws(ProbeError) {
        if deadline.hasPassed {
            throw ProbeError(.timedOut, step: "go over the keys", message: "the time of --max-time is over")
        }
        if meter.isStopped { throw ProbeError(.cancelled, step: "go over the keys", message: "it was interrupted") }
    }

    /// Waits until the rate allows more, and notices meanwhile that it should end.
    private func pace(until deadline: Deadline) async throws(ProbeError) {
        let worth = Double(tally.done) + Double(seen) / 10
        let due = start + .seconds(worth / Double(max(1, options.keysPerSecond)))
        while ContinuousClock.now < due {
            try checkTime(deadline)
            try await Reactor.shared.sleep(until: Deadline(due).within(.milliseconds(200)))
        }
    }
}

extension RedisError {
    /// - Parameter right: what the server would have to allow, where it is that: `+unlink`.
    func during(_ step: String, permitting right: String) -> ProbeError {
        if message.contains("LFU maxmemory policy") {
            return ProbeError(
                .misconfigured, step: step, message: message,
                advice:
                    "an LFU policy keeps no idle time: leave --idle-longer-than out; diag redis hotkeys shows what is used"
            )
        }
        guard reason == .notPermitted else { return during(step) }
        return ProbeError(
            .forbidden, step: step, message: message, advice: "on the server: ACL SETUSER <user> \(right)")
    }
}

extension ProbeError {
    fileprivate static let boundReached = ProbeError(
        .misconfigured, step: "count the keys", message: "more match than --at-most",
        advice: "show it once more, without --yes, and see whether that is what you mean")
}
