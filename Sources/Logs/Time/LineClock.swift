import Diagnostics
import Glibc

/// Turns the stamps of lines into moments.
struct LineClock {
    /// The offset from UTC, in seconds east, that the clock on the wall has at a moment of epoch seconds.
    typealias Zone = @Sendable (Int) -> Int

    let now: Double
    private let zone: Zone
    /// Offsets change on quarter hours only; one is looked up for each and kept while lines stay within it.
    private var quarter = Int.min
    private var offset = 0

    init(now: Timestamp, zone: @escaping Zone) {
        self.now = now.secondsSinceEpoch
        self.zone = zone
    }

    init(now: Timestamp, zone: LogTimeZone) {
        switch zone {
        case .local:
            tzset()
            self.init(now: now, zone: Self.localOffset)
        case .offset(let seconds): self.init(now: now, zone: { _ in seconds })
        }
    }

    /// Nil for a date that the calendar doesn't have.
    mutating func moment(_ stamp: LineStamp) -> Double? {
        switch stamp {
        case .epoch(let seconds): seconds
        case .civil(let time): time.isPossible ? moment(time) : nil
        }
    }

    private mutating func moment(_ time: CivilTime) -> Double? {
        time.year.map { moment(time, in: $0) } ?? momentWithoutYear(time)
    }

    /// The latest year that isn't in the future. A day of grace lets a clock that is ahead, or a zone that is not what
    /// we think, show as lines from the future and not as lines from last year.
    private mutating func momentWithoutYear(_ time: CivilTime) -> Double? {
        var seconds = time_t(now)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let thisYear = Int(parts.tm_year) + 1900
        for year in stride(from: thisYear + 1, through: thisYear - 8, by: -1)
        where time.day <= CivilTime.days(inMonth: time.month, of: year) {
            let moment = moment(time, in: year)
            if moment <= now + 86_400 { return moment }
        }
        return nil
    }

    private mutating func moment(_ time: CivilTime, in year: Int) -> Double {
        let civil = time.seconds(in: year)
        return civil - Double(time.offset ?? localOffset(at: civil))
    }

    private mutating func localOffset(at civil: Double) -> Int {
        let wanted = Int((civil / 900).rounded(.down))
        guard wanted != quarter else { return offset }
        quarter = wanted
        offset = Self.offset(at: Int(civil), now: now, zone)
        return offset
    }

    /// The offset in force when clocks on the wall showed `civil`. Twice a year that has two answers or none: of the hour
    /// that happens twice the later one is taken if it isn't in the future, and the hour that is left out is read as if the
    /// clock had not been put forward yet.
    private static func offset(at civil: Int, now: Double, _ zone: Zone) -> Int {
        let before = zone(civil - 86_400)
        let after = zone(civil + 86_400)
        let fitting = Set([before, after]).filter { zone(civil - $0) == $0 }
        let past = fitting.filter { Double(civil - $0) <= now + 60 }
        // The smaller offset gives the later moment.
        return past.min() ?? fitting.max() ?? before
    }

    private static let localOffset: Zone = { moment in
        var seconds = time_t(moment)
        var parts = tm()
        localtime_r(&seconds, &parts)
        return parts.tm_gmtoff
    }
}
