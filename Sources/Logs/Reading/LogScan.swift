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

    /// From the end to the beginning, until a block and the one before it are older than the window: lines that are a
    /// little out of order are not missed.
    mutating func read(_ file: LogFile) throws {
        reading.files.append(file.name)
        reading.isEmpty = file.size == 0
        let interruption = interruption
        var blocks = BackwardBlocks(file, interruption: interruption)
        let before = reading.readBytes
        var older = 0
        while older < 2, !hasLostPatience {
            let newest = try blocks.next { lines, offset in
                try newestMoment(afterTaking: lines) { clock in
                    try Self.lastMoment(of: file, before: offset, &clock, interruption)
                }
            }
            reading.readBytes = before + blocks.readBytes
            guard let newest else { break }
            if let newest { older = newest < from ? older + 1 : 0 }
        }
    }

    /// The deadline came first: what was seen so far is all there is.
    mutating func interrupted() {
        let reached = reading.reached.map { ", back to \(Timestamp(secondsSinceEpoch: $0))" } ?? ""
        reading.problems.append(
            ProbeError(
                .timedOut, step: "read the log",
                message: "only the last \(Units.bytes(Int64(reading.readBytes)))\(reached), could be read in time; "
                    + "there is more in the window"))
    }

    private var hasLostPatience: Bool { reading.newest == nil && reading.readBytes >= Self.patience }
}

extension LogScan {
    /// Counts a block's lines.
    ///
    /// - Parameter earlier: finds the last date before the block; asked for only when a line needs it.
    /// - Returns: the moment of the last line that has one.
    private mutating func newestMoment(
        afterTaking lines: Bytes, earlier: (inout LineClock) throws -> Double?
    ) rethrows -> Double? {
        let newest = Self.lastMoment(in: lines, &clock)
        reading.newest = reading.newest ?? newest
        lower(lines)
        for (subject, matcher) in matchers { try count(subject, matcher, lines, earlier) }
        reading.reached = newest ?? reading.reached
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

    /// Of the last line that has a date.
    private static func lastMoment(in lines: Bytes, _ clock: inout LineClock) -> Double? {
        var dating = Dating(lines)
        let end = lines.count > 0 && lines[lines.count - 1] == .lineFeed ? lines.count - 1 : lines.count
        return dating.moment(of: lines.line(around: end), &clock) { _ in nil }
    }

    /// Looks for a date up to a megabyte before `offset`.
    private static func lastMoment(
        of file: LogFile, before offset: Int, _ clock: inout LineClock, _ interruption: any Interruption
    ) throws -> Double? {
        var blocks = BackwardBlocks(file, end: offset, size: 64 << 10, interruption: interruption)
        while blocks.readBytes < 1 << 20, let moment = try blocks.next({ lines, _ in lastMoment(in: lines, &clock) }) {
            if let moment { return moment }
        }
        return nil
    }
}

/// Dates lines of a block: a line without a date has that of the nearest line before it that has one.
private struct Dating {
    private let lines: Bytes
    /// The last line that was dated: no need to look further up than this.
    private var known: (start: Int, moment: Double?)?

    init(_ lines: Bytes) { self.lines = lines }

    /// Lines must be asked for front to back.
    mutating func moment(
        of range: Range<Int>, _ clock: inout LineClock, _ earlier: (inout LineClock) throws -> Double?
    ) rethrows -> Double? {
        let moment = try search(from: range, &clock, earlier)
        known = (range.lowerBound, moment)
        return moment
    }

    private func search(
        from range: Range<Int>, _ clock: inout LineClock, _ earlier: (inout LineClock) throws -> Double?
    ) rethrows -> Double? {
        var line = range
        while true {
            if let known, line.lowerBound <= known.start { return known.moment }
            if let stamp = StampReader.stamp(of: lines.part(line)), let moment = clock.moment(stamp) { return moment }
            guard line.lowerBound > 0 else { return try earlier(&clock) }
            line = lines.line(around: line.lowerBound - 1)
        }
    }
}
