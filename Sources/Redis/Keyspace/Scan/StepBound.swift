import Diagnostics

/// How much is asked of a server at once, so that no step of it keeps others waiting longer than is allowed.
///
/// A server does one thing after the other: one SCAN is a step, and so are all questions of ours that it has read at a time.
/// How long they take is told by its own clock, in INFO commandstats: what is measured from here would have our own lateness
/// in it and that of the way. A quarter of the bound is aimed at, since others' work and the sending come on top of it. The
/// first steps are small, and the sizes follow what the server tells every quarter of a second; where it doesn't, they stay
/// small.
struct StepBound: Sendable {
    let most: Duration

    /// COUNT of SCAN.
    private(set) var count: Int
    /// Keys asked about in one piece.
    private(set) var slice: Int
    /// The longest mean of a quarter of a second, by the server's clock; nil where it was never told.
    private(set) var longest: Duration?

    /// Pieces on their way at a time: two, so that the server has the next when it ends one, and as many more as it would do
    /// during a round trip.
    let depth: Int
    private let mostCount: Int

    static let firstCount = 250
    static let leastCount = 20
    static let slices = 8...64
    /// What reading a command and sending its answer costs beside what commandstats counts.
    private static let aroundEach = Duration.nanoseconds(400)

    /// - Parameters:
    ///   - count: that is never exceeded.
    ///   - roundTrip: the way to the server and back, as the quickest PING found it.
    init(most: Duration, count: Int, roundTrip: Duration) {
        self.most = most
        mostCount = max(1, count)
        self.count = min(mostCount, Self.firstCount)
        slice = Self.slices.upperBound
        let sliceTime = Duration.microseconds(3) * Self.slices.upperBound
        depth = 2 + min(256, Int((roundTrip.seconds / sliceTime.seconds).rounded(.up)))
    }

    /// What a SCAN took of late, and the questions about a key.
    mutating func note(_ interval: ScanStatistics, keys: Int64) {
        let aim = most / 4
        if interval.scans > 0 {
            let step = interval.scanTime / Double(interval.scans)
            longest = max(longest ?? .zero, step)
            count = max(min(Self.leastCount, mostCount), min(mostCount, Self.scaled(count, by: aim / step)))
        }
        if keys > 0, interval.questions > 0 {
            let each = (interval.questionTime + Self.aroundEach * Double(interval.questions)) / Double(keys)
            longest = max(longest ?? .zero, each * Double(slice))
            let fitting = Int((aim / each).rounded(.down))
            slice = max(Self.slices.lowerBound, min(Self.slices.upperBound, fitting))
        }
    }

    /// At most doubled or halved at a time.
    private static func scaled(_ count: Int, by factor: Double) -> Int {
        Int(Double(count) * max(0.5, min(2, factor.isFinite ? factor : 2)))
    }
}

/// What INFO commandstats says of the commands that a scan sends: since the server's counters began, or in an interval.
/// Others who send them are in it too.
struct ScanStatistics: Sendable, Hashable {
    private(set) var scans: Int64 = 0
    private(set) var scanTime = Duration.zero
    private(set) var questions: Int64 = 0
    private(set) var questionTime = Duration.zero
    /// Of MEMORY USAGE alone, which of a module's value may take long.
    private(set) var memoryTime = Duration.zero
    private(set) var memoryCalls: Int64 = 0

    private static let asked: Set<String> = [
        "type", "ttl", "memory", "memory|usage", "object", "object|encoding", "strlen", "llen", "scard", "zcard",
        "hlen",
        "xlen", "asking",
    ]

    /// Nil for a text without them.
    init?(_ text: String) {
        let all = RedisInfo(text).commandStatistics
        guard !all.isEmpty else { return nil }
        for command in all {
            let time = Duration.seconds(command.seconds)
            if command.command == "scan" { (scans, scanTime) = (command.calls, time) }
            guard Self.asked.contains(command.command) else { continue }
            questions += command.calls
            questionTime += time
            if command.command.hasPrefix("memory") {
                memoryTime += time
                memoryCalls += command.calls
            }
        }
    }

    /// What has come since; nil where the counters began anew meanwhile.
    func since(_ earlier: ScanStatistics) -> ScanStatistics? {
        guard scans >= earlier.scans, questions >= earlier.questions else { return nil }
        var interval = self
        interval.scans -= earlier.scans
        interval.scanTime -= earlier.scanTime
        interval.questions -= earlier.questions
        interval.questionTime -= earlier.questionTime
        interval.memoryTime -= earlier.memoryTime
        interval.memoryCalls -= earlier.memoryCalls
        return interval
    }
}
