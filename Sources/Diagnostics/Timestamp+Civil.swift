import Glibc

extension Timestamp {
    /// The parts of a moment by the calendar, in UTC.
    public struct Civil: Sendable, Hashable {
        public let year: Int
        /// 1 to 12.
        public let month: Int
        public let day: Int
        public let hour: Int
        public let minute: Int
        public let second: Int
        /// 0 is Monday, as ISO 8601 counts.
        public let weekday: Int
    }

    public var civil: Civil {
        var seconds = time_t(secondsSinceEpoch.rounded(.down))
        var parts = tm()
        gmtime_r(&seconds, &parts)
        return Civil(
            year: Int(parts.tm_year) + 1900, month: Int(parts.tm_mon) + 1, day: Int(parts.tm_mday),
            hour: Int(parts.tm_hour), minute: Int(parts.tm_min), second: Int(parts.tm_sec),
            weekday: (Int(parts.tm_wday) + 6) % 7)
    }

    /// Days since 1970-01-01, in UTC.
    public var day: Int { Int((secondsSinceEpoch / 86_400).rounded(.down)) }

    /// `2026-01-31`.
    public var date: String { String(description.prefix(10)) }

    /// `23:59`.
    public var hourAndMinute: String { String(description.dropFirst(11).prefix(5)) }
}
