import Diagnostics

/// How much is asked of a server at once, so that no step of it keeps others waiting longer than is allowed.
///
/// A server does one thing after the other: one SCAN is a step, and so are all questions of ours that it has read at a time.
/// How long they take is told by its own clock, in INFO commandstats: what is measured from here would have our own lateness
/// in it and that of the way. Steps are small from the start, which costs little, and become smaller where a slow server
/// takes longer than a quarter of the bound for one: others' work and the sending come on top of it.
///
/// What is on its way is bounded as well, since the server reads all of it at once, up to 16 KB: what others wait for is
/// all of that. On the same machine three pieces keep it busy; the further away it is, the more are sent ahead, and no
/// more because of our own lateness.
struct StepBound: Sendable {
    let most: Duration

    /// COUNT of SCAN.
    private(set) var count: Int
    /// Keys asked about in one piece.
    private(set) var slice = Self.slices.upperBound
    /// Pieces on their way at a time.
    private(set) var depth: Int
    /// How long our thread itself waits for an answer: where one takes some ten microseconds, passing the wait on takes
    /// longer, and the server is idle meanwhile.
    let wait: Duration
    /// The longest mean of a quarter of a second, by the server's clock; nil where it was never told.
    private(set) var longest: Duration?

    private let mostCount: Int
    private let mostDepth: Int
    private var looks = 0
    private var idleLooks = 0

    static let leastCount = 10
    static let slices = 4...12
    /// While the server is at one, another lies before it and a third comes or goes.
    private static let leastDepth = 3
    /// What reading a command and sending its answer costs beside what commandstats counts.
    private static let aroundEach = Duration.nanoseconds(400)

    /// - Parameters:
    ///   - count: that is never exceeded.
    ///   - roundTrip: the way to the server and back, as the quickest PING found it.
    init(most: Duration, count: Int, roundTrip: Duration) {
        self.most = most
        mostCount = max(1, count)
        self.count = mostCount
        let sliceTime = Duration.microseconds(3) * Self.slices.upperBound
        let onTheWay = min(500, Int(roundTrip.seconds / sliceTime.seconds))
        depth = Self.leastDepth + onTheWay
        mostDepth = depth + onTheWay
        wait = roundTrip < .microseconds(200) ? .microseconds(200) : .zero
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

    /// Whether the server had answered everything by the time that we looked.
    mutating func looked(findingIdle isIdle: Bool) {
        looks += 1
        if isIdle { idleLooks += 1 }
        guard looks == 64 else { return }
        if idleLooks > 16 {
            depth = min(mostDepth, depth + max(1, depth / 4))
        } else if idleLooks < 3 {
            depth = max(Self.leastDepth, depth - 1)
        }
        (looks, idleLooks) = (0, 0)
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
