import Diagnostics
import Glibc

extension Timestamp {
    /// `2026-01-31T23:59:59.123456789Z` or with `+01:00` (RFC 3339), as both runtimes write it; nil for anything else, and
    /// for the year 1, which Docker writes for "never".
    init?(rfc3339 text: String?) {
        guard let text, text.utf8.count >= 20 else { return nil }
        let bytes = Array(text.utf8)
        func number(_ range: Range<Int>) -> Int32? { Int32(String(decoding: bytes[range], as: UTF8.self)) }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10), let hour = number(11..<13),
            let minute = number(14..<16), let second = number(17..<19), year > 1970, (1...12).contains(month),
            (1...31).contains(day)
        else { return nil }
        var parts = tm()
        (parts.tm_year, parts.tm_mon, parts.tm_mday) = (year - 1900, month - 1, day)
        (parts.tm_hour, parts.tm_min, parts.tm_sec) = (hour, minute, second)
        var rest = bytes[19...]
        var fraction = 0.0
        if rest.first == UInt8(ascii: ".") {
            let digits = rest.dropFirst().prefix { (0x30...0x39).contains($0) }
            fraction = Double("0." + String(decoding: digits, as: UTF8.self)) ?? 0
            rest = rest.dropFirst(digits.count + 1)
        }
        guard let offset = Self.offset(Array(rest)) else { return nil }
        self.init(secondsSinceEpoch: Double(timegm(&parts)) + fraction - offset)
    }

    /// Seconds east of Greenwich.
    private static func offset(_ zone: [UInt8]) -> Double? {
        if zone == [UInt8(ascii: "Z")] { return 0 }
        guard zone.count == 6, let sign = zone.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"),
            let hours = Int(String(decoding: zone[1..<3], as: UTF8.self)),
            let minutes = Int(String(decoding: zone[4..<6], as: UTF8.self))
        else { return nil }
        return Double((hours * 60 + minutes) * 60) * (sign == UInt8(ascii: "-") ? -1 : 1)
    }
}
