import Diagnostics

/// A moment in whole microseconds since 1970: the server's own resolution, so that what was read can be compared with
/// what is there, without rounding on the way.
struct Microseconds: Sendable, Hashable {
    let count: Int64

    init(_ count: Int64) { self.count = count }

    /// From seconds as the other questions read them.
    init(seconds: Double) { count = Int64((seconds * 1_000_000).rounded()) }

    /// `1763912345.123456`; fewer digits behind the point are filled up with zeros.
    init?(_ text: Substring) {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let fraction = parts.count > 1 ? parts[1] : "0"
        guard let digits = parts.first, digits.isDigits, digits.count < 12, fraction.isDigits, fraction.count <= 6,
            let count = Int64(digits + fraction + String(repeating: "0", count: 6 - fraction.count))
        else { return nil }
        self.init(count)
    }

    var timestamp: Timestamp { Timestamp(secondsSinceEpoch: Double(count) / 1_000_000) }
}

extension Microseconds: CustomStringConvertible {
    var description: String {
        let (seconds, rest) = count.quotientAndRemainder(dividingBy: 1_000_000)
        return "\(seconds)." + String(repeating: "0", count: 6 - "\(rest)".count) + "\(rest)"
    }
}

extension Microseconds: ColumnValue {
    init?(columnText text: String) {
        guard let count = Int64(text) else { return nil }
        self.init(count)
    }
}

extension Substring {
    fileprivate var isDigits: Bool { !isEmpty && utf8.allSatisfy { (0x30...0x39).contains($0) } }
}
