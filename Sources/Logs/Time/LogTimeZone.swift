/// The zone that a log's stamps are in when they don't say so themselves.
public enum LogTimeZone: Sendable, Hashable {
    /// This machine's.
    case local
    /// A fixed offset, in seconds east of UTC.
    case offset(seconds: Int)

    public static let utc = LogTimeZone.offset(seconds: 0)
}
