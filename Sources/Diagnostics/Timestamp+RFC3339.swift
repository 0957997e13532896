import Glibc

extension Timestamp {
    /// Reads `2026-01-31T23:59:59Z`, with a fraction of a second or without, in UTC or at an offset (RFC 3339); nil for
    /// anything else.
    public init?(rfc3339 text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: "t") else { return nil }
        func number(_ range: Range<Int>) -> Int? { Int(String(decoding: bytes[range], as: UTF8.self)) }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10), let hour = number(11..<13),
            let minute = number(14..<16), let second = number(17..<19)
        else { return nil }
        let rest = text.dropFirst(19)
        let fraction = rest.first == "." ? rest.dropFirst().prefix { $0.isNumber } : ""
        let zone = fraction.isEmpty ? rest : rest.dropFirst(1 + fraction.count)
        guard let offset = Self.offset(zone) else { return nil }
        var parts = tm()
        parts.tm_year = CInt(year - 1900)
        parts.tm_mon = CInt(month - 1)
        parts.tm_mday = CInt(day)
        parts.tm_hour = CInt(hour)
        parts.tm_min = CInt(minute)
        parts.tm_sec = CInt(second)
        let seconds = Double(timegm(&parts)) + (Double("0.\(fraction)") ?? 0) - offset
        self.init(secondsSinceEpoch: seconds)
    }

    /// In seconds: of `Z` none, of `+02:00` 7200.
    private static func offset(_ zone: Substring) -> Double? {
        if zone == "Z" || zone == "z" { return 0 }
        let parts = zone.dropFirst().split(separator: ":")
        guard let sign = zone.first, sign == "+" || sign == "-", parts.count == 2, let hours = Double(parts[0]),
            let minutes = Double(parts[1])
        else { return nil }
        return (sign == "-" ? -1 : 1) * (hours * 3600 + minutes * 60)
    }
}
