import Diagnostics

/// Turns a reading into samples, evidence, gaps and problems.
struct LogReport {
    let settings: LogSettings
    let now: Timestamp

    private static let rows = 10

    func add(_ reading: LogReading, to content: inout Observation.Content) {
        content.add(LogMetrics.readBytes, Double(reading.readBytes))
        content.problems += reading.problems
        if let newest = reading.newest {
            content.add(LogMetrics.newestLineAge, now.secondsSinceEpoch - newest)
        } else {
            content.gaps.append(
                Gap(LogMetrics.newestLineAge, reading.isEmpty ? "the log is empty" : Self.undated(reading)))
        }
        content.evidence.append(.fact("logs.reading", "Lines read", summary(reading)))
        for subject in LogSubject.allCases {
            guard let tally = reading.tallies[subject] else { continue }
            add(subject, tally, reading, to: &content)
        }
    }

    private func add(
        _ subject: LogSubject, _ tally: Tally, _ reading: LogReading, to content: inout Observation.Content
    ) {
        guard reading.isDated else {
            return content.gaps.append(Gap(LogMetrics.count(of: subject), Self.undated(reading)))
        }
        content.add(LogMetrics.count(of: subject), Double(tally.count))
        if reading.isPartial {
            let reason = "at least \(tally.count), but a part of the window could not be read"
            content.gaps.append(Gap(LogMetrics.count(of: subject), reason))
        }
        content.evidence += evidence(subject, tally)
        content.problems += problems(subject, tally)
    }

    private static func undated(_ reading: LogReading) -> String {
        if reading.isPartial, let problem = reading.problems.last { return problem.description }
        return "no line in the last \(Units.bytes(Int64(reading.readBytes))) begins with a date that is recognised"
    }

    private func summary(_ reading: LogReading) -> String {
        let files = reading.files.joined(separator: ", ")
        let bytes = Units.bytes(Int64(reading.readBytes))
        let from = Timestamp(secondsSinceEpoch: reading.from)
        guard reading.isPartial else { return "\(bytes) of \(files), for all lines since \(from)" }
        return "\(bytes) of \(files), for a part of the lines since \(from)"
    }

    private func problems(_ subject: LogSubject, _ tally: Tally) -> [ProbeError] {
        var problems: [ProbeError] = []
        if tally.future > 0 {
            problems.append(
                ProbeError(
                    .local, step: "read the log",
                    message: "\(lines(tally.future, subject)) dated up to "
                        + "\(Units.seconds(tally.farthestFuture)) ahead of this machine's clock, not counted",
                    advice: "set the log's time zone, or both clocks"))
        }
        if tally.undated > 0 {
            problems.append(
                ProbeError(
                    .local, step: "read the log",
                    message: "\(lines(tally.undated, subject)) without a date, on the line or before it, not counted"))
        }
        return problems
    }

    private func lines(_ count: Int, _ subject: LogSubject) -> String {
        "\(count) \(count == 1 ? "line" : "lines") about \(subject.words)"
    }
}

extension LogReport {
    private func evidence(_ subject: LogSubject, _ tally: Tally) -> [Evidence] {
        guard tally.count > 0 else { return [] }
        let id = "logs.\(subject.rawValue)"
        let sources = ranking("\(id).sources", "\(subject.title) by source", "source", tally.sources)
        let timeline = timeline("\(id).timeline", "\(subject.title) by minute", tally)
        switch subject {
        case .authFailures:
            return [sources, ranking("\(id).users", "\(subject.title) by user", "user", tally.users), timeline]
                .compactMap(\.self)
        case .rateLimit:
            return [
                ranking("\(id).endpoints", "\(subject.title) by endpoint", "endpoint", tally.endpoints), sources,
                timeline,
            ]
            .compactMap(\.self)
        }
    }

    /// Nil when no line tells.
    private func ranking(_ id: String, _ title: String, _ column: String, _ ranking: Ranking) -> Evidence? {
        guard !ranking.isEmpty else { return nil }
        let top = ranking.top(Self.rows)
        var rows = top.map { [Cell.text($0.text), .integer(Int64($0.count))] }
        let rest = ranking.total - ranking.untold - top.reduce(0) { $0 + $1.count }
        if rest > 0 { rows.append([.text("(\(ranking.distinct - top.count) others)"), .integer(Int64(rest))]) }
        if ranking.untold > 0 { rows.append([.none, .integer(Int64(ranking.untold))]) }
        return .table(id, title, columns: [Table.Column(column), "count"], rows: rows)
    }

    private func timeline(_ id: String, _ title: String, _ tally: Tally) -> Evidence {
        let rows = tally.minutes.sorted { $0.key < $1.key }.map { minute, count in
            [Cell.time(Timestamp(secondsSinceEpoch: Double(minute) * 60)), .integer(Int64(count))]
        }
        return .table(id, title, columns: ["minute", "count"], rows: rows)
    }
}

extension LogSubject {
    fileprivate var title: String {
        switch self {
        case .authFailures: "Failed authentications"
        case .rateLimit: "Rate limits hit"
        }
    }

    fileprivate var words: String {
        switch self {
        case .authFailures: "failed authentications"
        case .rateLimit: "rate limits"
        }
    }
}
