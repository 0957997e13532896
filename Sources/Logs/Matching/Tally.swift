/// What was counted for one subject. Its size is bounded whatever the lines say.
struct Tally: Sendable {
    /// One line that counts.
    struct Match: Sendable {
        var time: Double
        var weight: Int
        var source: String?
        var endpoint: String?
        var user: String?
    }

    private(set) var count = 0
    private(set) var sources = Ranking()
    private(set) var endpoints = Ranking()
    private(set) var users = Ranking()
    /// Counts by minutes since 1970.
    private(set) var minutes: [Int: Int] = [:]
    /// Lines that would have counted, had their time not lain ahead of the clock; and how far the farthest does, in seconds.
    private(set) var future = 0
    private(set) var farthestFuture = 0.0
    /// Lines that would have counted, had there been a date on them or on a line before.
    var undated = 0

    mutating func add(_ match: Match) {
        count += match.weight
        sources.add(match.source, match.weight)
        endpoints.add(match.endpoint, match.weight)
        users.add(match.user, match.weight)
        minutes[Int((match.time / 60).rounded(.down)), default: 0] += match.weight
    }

    mutating func addFuture(_ weight: Int, ahead seconds: Double) {
        future += weight
        farthestFuture = max(farthestFuture, seconds)
    }
}

/// How often each text occurred.
struct Ranking: Sendable {
    /// Of more different texts than this, later ones are only counted together.
    static let limit = 10_000

    private var counts: [String: Int] = [:]
    /// Lines that don't tell.
    private(set) var untold = 0
    /// Lines whose text came after the limit was reached.
    private(set) var others = 0

    mutating func add(_ text: String?, _ weight: Int) {
        guard let text else {
            untold += weight
            return
        }
        if counts.count >= Self.limit, counts[text] == nil {
            others += weight
            return
        }
        counts[text, default: 0] += weight
    }

    var distinct: Int { counts.count }
    var total: Int { counts.values.reduce(untold + others, +) }
    var isEmpty: Bool { counts.isEmpty }

    func top(_ number: Int) -> [(text: String, count: Int)] {
        let sorted = counts.sorted { $0.value == $1.value ? $0.key < $1.key : $0.value > $1.value }
        return sorted.prefix(number).map { (text: $0.key, count: $0.value) }
    }
}
