import Glibc

extension Timestamp {
    /// Reads `2026-01-31T23:59:59Z`, with a fraction of a second or without, in UTC or at an offset (RFC 3339, section 5.6);
    /// nil for anything else. Second 60 is the next minute's first: this clock knows no leap seconds.
    public init?(rfc3339 text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            bytes[10] | 0x20 == UInt8(ascii: "t"), bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            let year = bytes[0..<4].number(in: 0...9999), let month = bytes[5..<7].number(in: 1...12),
            let day = bytes[8..<10].number(in: 1...31), let hour = bytes[11..<13].number(in: 0...23),
            let minute = bytes[14..<16].number(in: 0...59), let second = bytes[17..<19].number(in: 0...60),
            let (fraction, offset) = Self.rest(bytes[19...])
        else { return nil }
        var parts = tm()
        (parts.tm_year, parts.tm_mon, parts.tm_mday) = (CInt(year - 1900), CInt(month - 1), CInt(day))
        (parts.tm_hour, parts.tm_min, parts.tm_sec) = (CInt(hour), CInt(minute), CInt(second))
        self.init(secondsSinceEpoch: Double(timegm(&parts)) + fraction - offset)
    }

    /// What follows the seconds: their fraction, and how many seconds the clock is ahead of UTC.
    private static func rest(_ bytes: ArraySlice<UInt8>) -> (fraction: Double, offset: Double)? {
        guard bytes.first == UInt8(ascii: ".") else { return offset(bytes).map { (0, $0) } }
        let digits = bytes.dropFirst().prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
        guard let fraction = Double("0." + String(decoding: digits, as: UTF8.self)), !digits.isEmpty else { return nil }
        return offset(bytes.dropFirst(1 + digits.count)).map { (fraction, $0) }
    }

    /// In seconds: of `Z` none, of `+02:00` 7200.
    private static func offset(_ zone: ArraySlice<UInt8>) -> Double? {
        let zone = Array(zone)
        if zone.count == 1, zone[0] | 0x20 == UInt8(ascii: "z") { return 0 }
        guard zone.count == 6, zone[3] == UInt8(ascii: ":"), let hours = zone[1..<3].number(in: 0...23),
            let minutes = zone[4..<6].number(in: 0...59)
        else { return nil }
        switch zone[0] {
        case UInt8(ascii: "+"): return Double((hours * 60 + minutes) * 60)
        case UInt8(ascii: "-"): return -Double((hours * 60 + minutes) * 60)
        default: return nil
        }
    }
}

extension ArraySlice<UInt8> {
    /// Of digits alone.
    fileprivate func number(in range: ClosedRange<Int>) -> Int? {
        var number = 0
        for byte in self {
            guard UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte else { return nil }
            number = number * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return range.contains(number) ? number : nil
    }
}
