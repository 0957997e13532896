import Diagnostics

/// The zone that a log's stamps are in when they don't say so themselves.
public enum LogTimeZone: Sendable, Hashable {
    /// This machine's, with its daylight saving.
    case local
    /// A fixed offset, in seconds east of UTC.
    case offset(seconds: Int)

    public static let utc = LogTimeZone.offset(seconds: 0)
}

extension LogTimeZone {
    /// As people write it in a configuration: `local`, `UTC`, `+01:00`, `-0530`.
    ///
    /// - Throws: `.misconfigured`, which says what can be written.
    public init(_ text: String) throws(ProbeError) {
        switch text.lowercased() {
        case "local": self = .local
        case "utc", "gmt", "z": self = .utc
        default:
            guard let seconds = Self.offset(text) else {
                throw ProbeError(
                    .misconfigured, step: "read a log's time zone", message: "'\(text)' is no time zone",
                    advice: "use local, UTC or an offset such as +01:00")
            }
            self = .offset(seconds: seconds)
        }
    }

    private static func offset(_ text: String) -> Int? {
        let digits = text.dropFirst().filter { $0 != ":" }
        guard let sign = text.first, sign == "+" || sign == "-", digits.count == 4,
            digits.allSatisfy({ $0.isASCII && $0.isNumber }), let hours = Int(digits.prefix(2)),
            let minutes = Int(digits.suffix(2)), hours <= 14, minutes < 60
        else { return nil }
        return (sign == "-" ? -1 : 1) * (hours * 3600 + minutes * 60)
    }
}
