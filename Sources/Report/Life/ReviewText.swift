import Diagnostics
import Runbook

extension ReviewReport {
    /// For a person: what fired how often and for how long, the timeline, how long each target was up, and when and with
    /// what things came.
    public func text(layout: TextLayout) -> String { ReviewText(report: self, layout: layout).rendered() }
}

private struct ReviewText {
    let report: ReviewReport
    let layout: TextLayout

    private var review: Review { report.review }
    private var ink: Ink { layout.ink }
    private var words: LifeWords { report.words }

    func rendered() -> String {
        let blocks = [[headline], alerts, timeline, uptime, patterns, together]
        return blocks.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
    }

    private var headline: String {
        let fired = review.tallies.reduce(0) { $0 + $1.fired }
        let span = Units.seconds(review.to.seconds(since: review.from))
        let rest = [
            fired == 0 ? "nothing fired" : "\(fired) alert\(fired == 1 ? "" : "s") fired",
            review.acknowledged.map { "acknowledged in \(LifeWords.length($0.median)) (median)" },
            review.resolved.map { "resolved in \(LifeWords.length($0.median))" },
            "\(review.from) to \(review.to)",
        ]
        return ink.bold("The last \(span)") + "  " + rest.compactMap(\.self).joined(separator: " · ")
    }
}

// MARK: - Alerts and what happened

extension ReviewText {
    /// Lengths of time are cells of text, so that a table of few columns keeps their units.
    private var alerts: [String] {
        guard !review.tallies.isEmpty else { return [] }
        let rows = review.tallies.map { tally -> [Cell] in
            [
                .text(tally.severity.map { "\($0)" } ?? ""), .text(tally.alert + (tally.isLive ? " (now)" : "")),
                .text(tally.targets.map(\.name).joined(separator: ", ")), .integer(Int64(tally.fired)),
                .integer(Int64(tally.returns + tally.flaps)), .text(times(tally.acknowledged)),
                .text(times(tally.resolved)), .text(LifeWords.length(tally.firing)),
            ]
        }
        return lines(
            .table(
                "", "Alerts: mean / median / longest",
                columns: ["", "alert", "target", "fired", "flaps", "acknowledged_in", "resolved_in", "fired_for"],
                rows: rows))
    }

    private func times(_ statistics: Statistics?) -> String {
        guard let statistics else { return "-" }
        let all = [statistics.mean, statistics.median, statistics.longest].map(LifeWords.length)
        return statistics.count == 1 ? all[0] : all.joined(separator: " / ")
    }

    private var timeline: [String] {
        guard !review.events.isEmpty else { return [] }
        let shown = review.events.suffix(layout.rows)
        let hidden = review.events.count - shown.count
        let head = hidden > 0 ? [ink.faint("  … \(hidden) before these with --verbose")] : []
        return [ink.bold("Timeline, UTC")] + head + shown.map { "  " + line($0).joined(separator: "  ") }
    }

    private func line(_ event: AlertEvent) -> [String] {
        let time = event.time.civil
        let day =
            "\(ReviewReport.weekdays[time.weekday]) \(event.time.date.dropFirst(5)) \(event.time.clock.dropLast(1))"
        let what = event.what.word.padded(to: 8)
        let place = terminalSafe(
            [event.key.alert, event.key.target.name].filter { !$0.isEmpty }.joined(separator: " "))
        let rest = layout.width - 4 - day.count - 10 - place.count
        return [ink.faint(day), paint(what, event), ink.bold(place), saying(event).cut(to: max(20, rest))]
    }

    private func saying(_ event: AlertEvent) -> String {
        let by = event.by.map { "by \($0)" + (event.summary.isEmpty ? "" : ": ") } ?? ""
        let length =
            event.fired.map { "after \(LifeWords.length(event.time.seconds(since: $0)))" } ?? ""
        return terminalSafe([length, by + event.summary].filter { !$0.isEmpty }.joined(separator: ": "))
    }

    private func paint(_ word: String, _ event: AlertEvent) -> String {
        switch event.what {
        case .firing, .refired: layout.painted(word, event.severity ?? .p2)
        case .pending, .flap, .expired, .unacknowledged: ink.yellow(word)
        case .resolved, .acknowledged: ink.green(word)
        case .changed: ink.magenta(word)
        case .cleared: ink.faint(word)
        }
    }
}

extension AlertEvent.What {
    /// At most eight letters, in capitals where it is the life of the alert itself.
    var word: String {
        switch self {
        case .pending: "pending"
        case .cleared: "eased"
        case .firing: "FIRING"
        case .refired: "RETURNED"
        case .flap: "flapped"
        case .resolved: "RESOLVED"
        case .acknowledged: "acked"
        case .unacknowledged: "unacked"
        case .expired: "ack over"
        case .changed: "changed"
        }
    }
}

// MARK: - Targets and patterns

extension ReviewText {
    private var uptime: [String] {
        guard !review.uptimes.isEmpty else { return [] }
        let width = review.uptimes.map { $0.target.name.count }.max() ?? 0
        let shown = review.uptimes.prefix(layout.rows)
        let hidden = review.uptimes.count - shown.count
        return [ink.bold("Up, of the time that each was looked at")]
            + shown.map { "  " + line($0, width) }
            + (hidden > 0 ? [ink.faint("  … \(hidden) more with --verbose")] : [])
    }

    private func line(_ uptime: Uptime, _ width: Int) -> String {
        let ratio = uptime.ratio.map(Self.percent) ?? "-"
        let outages =
            uptime.outages == 0
            ? ""
            : "down \(uptime.outages) time\(uptime.outages == 1 ? "" : "s"), \(LifeWords.length(uptime.down)) in all"
        return [
            terminalSafe(uptime.target.name).padded(to: width), ratio.leftPadded(to: 9), Bars.course(uptime.course),
            ink.faint(outages),
        ].joined(separator: "  ").trimmed
    }

    /// Never 100 % with an outage in it.
    private static func percent(_ ratio: Double) -> String {
        if ratio == 1 { return "100 %" }
        return Units.decimal(min(ratio * 100, 99.999), digits: 3) + " %"
    }

    private var patterns: [String] {
        guard review.byWeekday.contains(where: { $0 > 0 }) else { return [] }
        let days = zip(ReviewReport.weekdays, review.byWeekday).map { "\($0) \($1)" }.joined(separator: "  ")
        let months = review.byMonth.count > 1 ? [monthLine] : []
        return [ink.bold("When they began to fire, UTC")] + [
            "  by weekday  \(Bars.counts(review.byWeekday))  " + ink.faint(days),
            "  by hour     \(Bars.counts(review.byHour))  " + ink.faint("0 to 23 h\(busiest)"),
        ] + months
    }

    private var busiest: String {
        guard let most = review.byHour.max(), let hour = review.byHour.firstIndex(of: most) else { return "" }
        return ", most at \(hour) h: \(most)"
    }

    private var monthLine: String {
        "  by month    \(Bars.counts(review.byMonth.map(\.count)))  "
            + ink.faint(review.byMonth.suffix(6).map { "\($0.month) \($0.count)" }.joined(separator: "  "))
    }

    private var together: [String] {
        guard !review.pairs.isEmpty else { return [] }
        return [ink.bold("What came together, within five minutes")]
            + review.pairs.prefix(layout.rows).map { pair in
                "  \(pair.first) and \(pair.second)  " + ink.faint("\(pair.count) of \(pair.of) times")
            }
    }

    private func lines(_ evidence: Evidence) -> [String] {
        EvidenceText(ink: ink, width: layout.width, limit: layout.rows).lines(evidence)
    }
}

/// Small charts of one line.
enum Bars {
    private static let blocks = Array("▁▂▃▄▅▆▇█")

    /// Each against the largest; nothing is a dot.
    static func counts(_ counts: [Int]) -> String {
        let most = counts.max() ?? 0
        return String(
            counts.map { count in
                count == 0 ? "·" : blocks[max(0, (count * blocks.count + most - 1) / max(1, most) - 1)]
            })
    }

    /// Shares of one: full where all of it, an exclamation mark where nothing, a dot where nobody looked.
    static func course(_ shares: [Double?]) -> String {
        String(
            shares.map { share in
                guard let share else { return "·" }
                // What is not whole must not look so.
                return share == 1 ? "█" : share == 0 ? "!" : blocks[min(6, Int(share * 7))]
            })
    }
}

extension String {
    /// Without spaces at its end.
    fileprivate var trimmed: String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
