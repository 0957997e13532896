/// Dates lines of a block: a line without a date has that of the nearest line before it that has one.
struct Dating {
    private let lines: Bytes
    /// The last line that was dated: no need to look further up than this.
    private var known: (start: Int, moment: Double?)?

    init(_ lines: Bytes) { self.lines = lines }

    /// Lines must be asked for front to back.
    ///
    /// - Parameter earlier: finds the date of the last line before the block; asked for only when it is needed.
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

extension Dating {
    /// Of the block's last line that has a date.
    static func lastMoment(in lines: Bytes, _ clock: inout LineClock) -> Double? {
        var dating = Dating(lines)
        let end = lines.byte(lines.count - 1) == .lineFeed ? lines.count - 1 : lines.count
        return dating.moment(of: lines.line(around: end), &clock) { _ in nil }
    }

    /// Of the block's first line that has a date.
    static func firstMoment(in lines: Bytes, _ clock: inout LineClock) -> Double? {
        var position = 0
        while position < lines.count {
            let line = lines.line(around: position)
            if let stamp = StampReader.stamp(of: lines.part(line)), let moment = clock.moment(stamp) { return moment }
            position = line.upperBound + 1
        }
        return nil
    }
}
