/// A date and time as a line gives it: perhaps without a year, perhaps without a zone.
struct CivilTime: Hashable {
    /// Syslog leaves it out.
    var year: Int?
    var month: Int
    var day: Int
    var hour: Int
    var minute: Int
    /// With fraction; 60 is a leap second.
    var second: Double
    /// Seconds east of UTC; nil when the line doesn't say.
    var offset: Int?

    /// Whether the calendar and the clock have it; 29 February counts when there is no year.
    var isPossible: Bool {
        (1...12).contains(month) && day >= 1 && day <= Self.days(inMonth: month, of: year ?? 2000)
            && (0...23).contains(hour) && (0...59).contains(minute) && second >= 0 && second < 61
    }

    /// Seconds from 1970-01-01T00:00:00 to this time of `year`, both by the same clock.
    func seconds(in year: Int) -> Double {
        Double(Self.days(to: year, month, day) * 86_400 + hour * 3600 + minute * 60) + second
    }

    static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 2: year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400)) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days from 1970-01-01 in the Gregorian calendar. Years are counted from March, so that the leap day is the last
    /// of its year; an era is the 400 years after which the calendar repeats, 146,097 days.
    static func days(to year: Int, _ month: Int, _ day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

/// When a line was written, by itself.
enum LineStamp: Hashable {
    case civil(CivilTime)
    /// Seconds since 1970-01-01T00:00:00Z.
    case epoch(Double)
}
