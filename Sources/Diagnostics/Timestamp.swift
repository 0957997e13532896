import Glibc

/// A moment of the wall clock, in seconds since 1970-01-01T00:00:00Z, good to the microsecond.
public struct Timestamp: Sendable, Hashable, Comparable {
    public let secondsSinceEpoch: Double

    public init(secondsSinceEpoch: Double) { self.secondsSinceEpoch = secondsSinceEpoch }

    public static var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(secondsSinceEpoch: Double(time.tv_sec) + Double(time.tv_nsec) / 1e9)
    }

    /// Seconds from `earlier` to this moment; negative when `earlier` is later.
    public func seconds(since earlier: Timestamp) -> Double { secondsSinceEpoch - earlier.secondsSinceEpoch }

    public static func + (time: Timestamp, seconds: Double) -> Timestamp {
        Timestamp(secondsSinceEpoch: time.secondsSinceEpoch + seconds)
    }

    public static func - (time: Timestamp, seconds: Double) -> Timestamp { time + -seconds }

    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.secondsSinceEpoch < right.secondsSinceEpoch
    }
}

extension Timestamp: CustomStringConvertible {
    /// ISO 8601 in UTC, to the second: `2026-01-31T23:59:59Z`.
    public var description: String {
        var seconds = time_t(secondsSinceEpoch.rounded(.down))
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let date = [Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1, Int(parts.tm_mday)]
        let time = [Int(parts.tm_hour), Int(parts.tm_min), Int(parts.tm_sec)]
        return date.map(Self.twoDigits).joined(separator: "-") + "T"
            + time.map(Self.twoDigits).joined(separator: ":") + "Z"
    }

    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

/// As a plain number of seconds.
extension Timestamp: Codable {
    public init(from decoder: any Decoder) throws {
        self.init(secondsSinceEpoch: try decoder.singleValueContainer().decode(Double.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(secondsSinceEpoch)
    }
}
