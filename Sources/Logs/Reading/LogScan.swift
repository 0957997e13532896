import Diagnostics

/// Reads as much of a log as its last minutes take. Runs on a thread that may block.
struct LogScan {
    private let from: Double
    private let interruption: any Interruption
    private let matchers: [(subject: LogSubject, matcher: LineMatcher)]
    private var clock: LineClock
    private var lowered: [UInt8] = []
    private(set) var reading: LogReading

    /// Lines this far ahead of the clock still count as now: those of a machine whose clock is a little fast.
    private static let grace = 5.0
    /// So much without a single date, and the log is taken for one that has none.
    private static let patience = 4 << 20

    init(_ settings: LogSettings, now: Timestamp, interruption: any Interruption) {
        from = now.secondsSinceEpoch - settings.window.seconds
        self.interruption = interruption
        let subjects = LogSubject.allCases.filter(settings.watch.contains)
        matchers = subjects.map { ($0, LineMatcher(settings.patterns(for: $0))) }
        clock = LineClock(now: now, zone: settings.timeZone)
        reading = LogReading(from: from)
        for subject in subjects { reading.tallies[subject] = Tally() }
    }

    /// Reads the log and, as far as the window goes, its predecessors.
    ///
    /// - Parameter files: the newest first.
    /// - Throws: `Truncated`, `Interrupted`; `ProbeError` when the newest cannot be read. With another one that cannot, what
    ///   it held is missing, which is among the reading's problems.
    mutating func read(_ files: [LogFile]) throws {
        reading.isEmpty = files.allSatisfy { $0.size == 0 }
        for (index, file) in files.enumerated() {
            reading.files.append(file.name)
            do {
                try file.isCompressed ? readForward(file) : readBackward(file, after: files.dropFirst(index + 1).first)
            } catch let error as ProbeError {
                if index == 0 { throw error }
                add(error)
            }
        }
    }

    /// A part of the window was not read.
    mutating func add(_ problem: ProbeError) {
        reading.problems.append(problem)
        reading.isPartial = true
    }

    /// The deadline came first: what was seen so far is all there is.
    mutating func interrupt() {
        let reached = reading.reached.map { " (back to \(Timestamp(secondsSinceEpoch: $0)))" } ?? ""
        let bytes = Units.bytes(Int64(reading.readBytes))
        add(
            ProbeError(
                .timedOut, step: "read the log",
                message: "only the last \(bytes) of the window\(reached) could be read before the deadline"))
    }
}

extension LogScan {
    /// From the end to the beginning, until a block and the one before it are older than the window: lines that are a
    /// little out of order are not missed.
    private mutating func readBackward(_ file: LogFile, after predecessor: LogFile?) throws {
        let interruption = interruption
        var blocks = BackwardBlocks(file, interruption: interruption)
        let before = reading.readBytes
        var older = 0
        while older < 2, !hasLostPatience {
            let newest = try blocks.next { lines, offset in
                try newestMoment(afterTaking: lines) { clock in
                    try EarlierLines(file, offset, predecessor, interruption).lastMoment(&clock)
                }
            }
            reading.readBytes = before + blocks.readBytes
            guard let newest else { break }
            guard let moment = newest else { continue }
            reading.newest = reading.newest ?? moment
            reading.reached = moment
            older = moment < from ? older + 1 : 0
        }
    }

    private var hasLostPatience: Bool { reading.newest == nil && reading.readBytes >= Self.patience }

    private mutating func readForward(_ file: LogFile) throws {
        var blocks = try GzipBlocks.open(file, interruption: interruption)
        let before = reading.readBytes
        var last: Double?
        defer {
            reading.readBytes = before + blocks.readBytes
            reading.newest = reading.newest ?? last
        }
        while let newest = try blocks.next({ lines in newestMoment(afterTaking: lines) { _ in last } }) {
            last = newest ?? last
        }
        reading.reached = from
    }
}

extension LogScan {
    /// Counts a block's lines.
    ///
    /// - Parameter earlier: finds the last date before the block; asked for only when a line needs it.
    /// - Returns: the moment of the last line that has one.
    private mutating func newestMoment(
        afterTaking lines: Bytes, earlier: (inout LineClock) throws -> Double?
    ) rethrows -> Double? {
        let newest = Dating.lastMoment(in: lines, &clock)
        if let newest, newest < from - Coverage.disorder { return newest }
        lower(lines)
        for (subject, matcher) in matchers { try count(subject, matcher, lines, earlier) }
        return newest
    }

    private mutating func lower(_ lines: Bytes) {
        if lowered.count < lines.count { lowered = [UInt8](repeating: 0, count: lines.count) }
        lowered.withUnsafeMutableBytes { target in
            for index in 0..<lines.count { target[index] = lines[index].lowered }
        }
    }

    private mutating func count(
        _ subject: LogSubject, _ matcher: LineMatcher, _ lines: Bytes, _ earlier: (inout LineClock) throws -> Double?
    ) rethrows {
        var matcher = matcher
        var tally = reading.tallies[subject] ?? Tally()
        var dating = Dating(lines)
        try lowered.withUnsafeBytes { lowered in
            try matcher.forEachMatch(in: lowered.part(0..<lines.count)) { range, pattern in
                let moment = try dating.moment(of: range, &clock, earlier)
                record(LineFields(lines.part(range)), pattern, moment, in: &tally)
            }
        }
        reading.tallies[subject] = tally
    }

    private func record(_ fields: LineFields, _ pattern: LogPattern, _ moment: Double?, in tally: inout Tally) {
        guard let moment else {
            tally.undated += fields.weight
            return
        }
        guard moment >= from else { return }
        guard moment <= clock.now + Self.grace else { return tally.addFuture(fields.weight, ahead: moment - clock.now) }
        tally.add(
            Tally.Match(
                time: moment, weight: fields.weight, source: fields.source(pattern.source),
                endpoint: fields.endpoint(pattern.endpoint), user: fields.user(pattern.user)))
    }
}

/// What stands in a log before some place: lines at a block's beginning have their date from there.
private struct EarlierLines {
    private let file: LogFile
    private let offset: Int
    private let predecessor: LogFile?
    private let interruption: any Interruption

    /// So far is looked for a date, in bytes.
    private static let reach = 1 << 20

    init(_ file: LogFile, _ offset: Int, _ predecessor: LogFile?, _ interruption: any Interruption) {
        self.file = file
        self.offset = offset
        self.predecessor = predecessor
        self.interruption = interruption
    }

    func lastMoment(_ clock: inout LineClock) throws -> Double? {
        if let moment = try lastMoment(in: file, before: offset, &clock) { return moment }
        guard offset < Self.reach, let predecessor, !predecessor.isCompressed else { return nil }
        return try lastMoment(in: predecessor, before: predecessor.size, &clock)
    }

    private func lastMoment(in file: LogFile, before offset: Int, _ clock: inout LineClock) throws -> Double? {
        var blocks = BackwardBlocks(file, end: offset, size: 64 << 10, interruption: interruption)
        while blocks.readBytes < Self.reach,
            let moment = try blocks.next({ lines, _ in Dating.lastMoment(in: lines, &clock) })
        {
            if let moment { return moment }
        }
        return nil
    }
}
