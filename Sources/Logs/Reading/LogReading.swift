import Diagnostics

/// What a log's last minutes hold.
struct LogReading: Sendable {
    /// The window's first moment, in seconds since 1970.
    let from: Double
    var tallies: [LogSubject: Tally] = [:]
    /// The names of the files that were looked into, newest first.
    var files: [String] = []
    var readBytes = 0
    /// The time of the newest line that has one, perhaps through a line before it.
    var newest: Double?
    /// Everything from here on was read; nil when no date was seen.
    var reached: Double?
    var isEmpty = false
    /// What stood in the way.
    var problems: [ProbeError] = []
    /// A part of the window was not read: there may be more than was counted.
    var isPartial = false

    init(from: Double) { self.from = from }

    /// Whether lines could be told to lie in the window or not.
    var isDated: Bool { newest != nil || isEmpty }
}
