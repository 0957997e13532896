/// How often sweeps are made, as the schedulers write it: only what divides the minute, the hour or the day evenly comes
/// at even distances by the clock.
public struct Interval: Sendable, Hashable {
    public let seconds: Int

    /// - Throws: `ScheduleError` for an interval that does not divide evenly, with the nearest ones that do.
    public init(seconds: Int) throws(ScheduleError) {
        guard Self.even.contains(seconds) else {
            let below = Self.even.last { $0 < seconds }.map(Self.words)
            let above = Self.even.first { $0 > seconds }.map(Self.words)
            let near = [below, above].compactMap(\.self).joined(separator: " or ")
            throw ScheduleError(
                "every \(Self.words(seconds)) does not come at even distances by the clock: take \(near)")
        }
        self.seconds = seconds
    }

    /// In seconds, the shortest first: from ten seconds to a day.
    static let even: [Int] =
        [10, 12, 15, 20, 30] + [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30].map { $0 * 60 }
        + [1, 2, 3, 4, 6, 8, 12, 24].map { $0 * 3600 }

    /// As `--every` takes it: `30s`, `5m`, `2h`.
    public var argument: String { Self.words(seconds) }

    private static func words(_ seconds: Int) -> String {
        if seconds.isMultiple(of: 3600) { return "\(seconds / 3600)h" }
        return seconds.isMultiple(of: 60) ? "\(seconds / 60)m" : "\(seconds)s"
    }

    /// The five fields of crontab(5).
    ///
    /// - Throws: `ScheduleError` below a minute, which cron does not know.
    func cron(_ scheduler: String) throws(ScheduleError) -> String {
        switch seconds {
        case ..<60: throw ScheduleError("\(scheduler) cannot do less than a minute; a systemd timer can")
        case 60: return "* * * * *"
        case ..<3600: return "*/\(seconds / 60) * * * *"
        case 3600: return "0 * * * *"
        case ..<86_400: return "0 */\(seconds / 3600) * * *"
        default: return "0 0 * * *"
        }
    }

    /// OnCalendar= of systemd.timer(5), by systemd.time(7).
    var calendar: String {
        switch seconds {
        case ..<60: "*-*-* *:*:00/\(seconds)"
        case 60: "*-*-* *:*:00"
        case ..<3600: "*-*-* *:00/\(seconds / 60):00"
        case 3600: "*-*-* *:00:00"
        case ..<86_400: "*-*-* 00/\(seconds / 3600):00:00"
        default: "*-*-* 00:00:00"
        }
    }

    /// After so many seconds a run is ended that does not end: before the next one begins, and after ten minutes at most.
    var runLimit: Int { min(seconds - max(2, seconds / 12), 600) }
}

/// A schedule that cannot be meant.
public struct ScheduleError: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
}
