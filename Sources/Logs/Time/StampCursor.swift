/// Reads one form of a stamp at one place. Each method either reads the whole form or returns nil.
struct StampCursor {
    private let line: Bytes
    private(set) var index: Int

    init(_ line: Bytes, at index: Int) {
        self.line = line
        self.index = index
    }

    /// ISO 8601 and its relatives: `2026-11-23T09:30:49.227+01:00`, `2026-11-23 09:30:49,227`, `2026/11/23 09:30:49`.
    mutating func iso() -> LineStamp? {
        guard let year = number(4), let separator = take(oneOf: "-/"), let month = number(2), take(separator),
            let day = number(2), take(oneOf: "T t_") != nil
        else { return nil }
        return time(year: year, month: month, day: day, mayHaveNamedZone: true)
    }

    /// The common log format: `23/Nov/2026:09:30:49 +0000`.
    mutating func common() -> LineStamp? {
        guard let day = number(2), take("/"), let month = monthName(), take("/"), let year = number(4), take(":")
        else { return nil }
        return time(year: year, month: month, day: day)
    }

    /// `23 Nov 2026 09:30:49.123`
    mutating func dayFirst() -> LineStamp? {
        guard let day = number(2), take(" "), let month = monthName(), take(" "), let year = number(4), take(" ")
        else { return nil }
        return time(year: year, month: month, day: day)
    }

    /// RFC 3164's `Nov  3 09:30:49`; behind a weekday, as asctime and Apache's error log have it, with the year at the end.
    mutating func syslog() -> LineStamp? {
        let hasWeekday = weekday()
        guard let month = monthName(), take(" ") else { return nil }
        let isPadded = take(" ")
        guard let day = number(isPadded ? 1 : 2), take(" "),
            case .civil(var time) = time(year: nil, month: month, day: day)
        else { return nil }
        if hasWeekday, take(" ") { time.year = number(4) }
        return .civil(time)
    }

    /// Ten digits are seconds, thirteen milliseconds; with or without a fraction.
    mutating func epoch() -> LineStamp? {
        let start = index
        var value = 0
        while byte.isDigit, index - start <= 13 {
            value = value * 10 + Int(byte - 0x30)
            index += 1
        }
        let length = index - start
        guard length == 10 || length == 13, value >= (length == 10 ? 1_000_000_000 : 1_000_000_000_000) else {
            return nil
        }
        let seconds = Double(value) / (length == 10 ? 1 : 1000) + (length == 10 ? fraction() : 0)
        return byte.isWordPart ? nil : .epoch(seconds)
    }

    private mutating func time(year: Int?, month: Int, day: Int, mayHaveNamedZone: Bool = false) -> LineStamp? {
        guard let hour = number(2), take(":"), let minute = number(2) else { return nil }
        var second = 0.0
        if take(":") {
            guard let whole = number(2) else { return nil }
            second = Double(whole) + fraction()
        }
        let offset = year == nil ? nil : zone(mayBeNamed: mayHaveNamedZone)
        let time = CivilTime(
            year: year, month: month, day: day, hour: hour, minute: minute, second: second, offset: offset)
        return time.isPossible ? .civil(time) : nil
    }

    /// `.227` or `,227`.
    private mutating func fraction() -> Double {
        guard byte == UInt8(ascii: ".") || byte == UInt8(ascii: ","), line.byte(index + 1).isDigit else { return 0 }
        index += 1
        var value = 0.0
        var unit = 0.1
        while byte.isDigit {
            value += Double(byte - 0x30) * unit
            unit /= 10
            index += 1
        }
        return value
    }

    /// `Z`, `+01:00`, `+0100`, `+01`, all of them also behind a space when they have four digits; `UTC` and `GMT`. Other
    /// names mean several zones each, or this machine's own: they count as none.
    private mutating func zone(mayBeNamed: Bool) -> Int? {
        let start = index
        let isSpaced = take(" ")
        if mayBeNamed, isSpaced, line.starts(with: "UTC", at: index) || line.starts(with: "GMT", at: index) { return 0 }
        if !isSpaced, take(oneOf: "Zz") != nil { return 0 }
        guard let sign = take(oneOf: "+-"), let hours = digits(2), hours <= 14 else { return back(to: start) }
        let hasColon = take(":")
        let minutes = digits(2)
        guard minutes != nil || !(isSpaced || hasColon), minutes ?? 0 < 60 else { return back(to: start) }
        return (sign == UInt8(ascii: "-") ? -1 : 1) * (hours * 3600 + (minutes ?? 0) * 60)
    }

    private mutating func back(to start: Int) -> Int? {
        index = start
        return nil
    }

    private mutating func weekday() -> Bool {
        guard Self.weekdays.contains(where: { line.starts(with: $0, at: index) }), line.byte(index + 3) == .space
        else { return false }
        index += 4
        return true
    }

    private mutating func monthName() -> Int? {
        guard let month = Self.months.firstIndex(where: { line.starts(with: $0, at: index) }) else { return nil }
        index += 3
        return month + 1
    }

    private var byte: UInt8 { line.byte(index) }

    /// Exactly so many digits, and no more behind them.
    private mutating func number(_ count: Int) -> Int? {
        line.byte(index + count).isDigit ? nil : digits(count)
    }

    private mutating func digits(_ count: Int) -> Int? {
        var value = 0
        for place in index..<(index + count) {
            guard line.byte(place).isDigit else { return nil }
            value = value * 10 + Int(line.byte(place) - 0x30)
        }
        index += count
        return value
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool { take(UInt8(ascii: character)) }

    private mutating func take(_ wanted: UInt8) -> Bool {
        guard byte == wanted, index < line.count else { return false }
        index += 1
        return true
    }

    private mutating func take(oneOf characters: StaticString) -> UInt8? {
        let found = byte
        let wanted = UnsafeBufferPointer(start: characters.utf8Start, count: characters.utf8CodeUnitCount)
        guard index < line.count, wanted.contains(found) else { return nil }
        index += 1
        return found
    }

    private static let months: [StaticString] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    private static let weekdays: [StaticString] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
}
