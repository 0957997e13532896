import Diagnostics
import Runbook

extension StatusReport {
    /// For a person.
    public func text(layout: TextLayout) -> String { StatusText(report: self, layout: layout).rendered() }
}

private struct StatusText {
    let report: StatusReport
    let layout: TextLayout

    private var status: LifeStatus { report.status }
    private var ink: Ink { layout.ink }
    private var now: Timestamp { status.now }
    private var words: LifeWords { report.words }

    func rendered() -> String {
        let blocks = [[headline] + warning] + firing + [pending, resolved, report.notes.map(note)]
        return blocks.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
    }

    private var headline: String {
        let fire = Set(status.firing.map(\.key.alert)).count
        let counts = [(fire, fire == 1 ? "alert fires" : "alerts fire"), (status.pending.count, "pending")]
        let said = counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
        let took = status.rhythm.last.map { last in
            " (\(last.targets) target\(last.targets == 1 ? "" : "s") in \(Units.seconds(last.duration)))"
        }
        let rest = [said.isEmpty ? "nothing fires" : said, report.sweepAge + (took ?? ""), "\(now)"]
        return StatusWord(status.exitStatus).painted(ink) + "  " + rest.joined(separator: " · ")
    }

    private var warning: [String] { report.staleness.map { [ink.magenta("STALE    ") + $0] } ?? [] }

    private var firing: [[String]] {
        grouped(status.firing) { [$0.key.alert] }.map { entries in
            let first = entries[0]
            let title = layout.painted("FIRING   \(first.severity) \(first.key.alert)", first.severity)
            return [title + ink.faint("  \(first.title)")]
                + (entries.flatMap(lines) + steps(entries)).map { "   " + $0 }
        }
    }

    private func lines(_ entry: LifeStatus.Entry) -> [String] {
        let since = entry.state.began ?? entry.state.since
        let length = LifeWords.length(now.seconds(since: since))
        let summary = entry.state.held?.summary ?? ""
        return [
            "\(words.place(entry.key)): " + ink.bold(terminalSafe(summary))
                + ink.faint("  for \(length), since \(LifeWords.clock(since, on: now))\(flaps(entry))")
        ] + details(entry).map { "  " + $0 }
    }

    private func flaps(_ entry: LifeStatus.Entry) -> String {
        let (back, kept) = (entry.state.flaps, entry.state.life.dips)
        return [
            back > 0 ? ", came back \(times(back))" : "",
            kept > 0 ? ", held again \(times(kept)) while kept firing" : "",
        ].joined()
    }

    private func times(_ count: Int) -> String { count == 1 ? "once" : "\(count) times" }

    private func details(_ entry: LifeStatus.Entry) -> [String] {
        let life = entry.state.life
        let worst = life.worst.flatMap { $0.summary == entry.state.held?.summary ? nil : $0 }
        return [
            entry.notSeenSince.map {
                ink.magenta("not looked at since \(LifeWords.clock($0, on: now)): it may have ended")
            },
            life.isHolding ? nil : ink.faint("holds no more; kept firing in case it comes back"),
            entry.acknowledgement.map { ink.green("acknowledged ") + LifeWords.acknowledgement($0, now: now) }
                ?? unacknowledged(entry),
            entry.state.held?.cause.map { "seen: " + terminalSafe($0) },
            worst.map { ink.faint("worst: \(terminalSafe($0.summary)) at \(LifeWords.clock($0.time, on: now))") },
        ].compactMap(\.self)
    }

    private func unacknowledged(_ entry: LifeStatus.Entry) -> String? {
        guard let escalation = entry.escalation else { return nil }
        let by = LifeWords.clock(escalation.respondBy, on: now)
        return escalation.isResponseOverdue
            ? ink.red("nobody has acknowledged it; due by \(by)") : ink.yellow("to be acknowledged by \(by)")
    }

    /// Of the target at which it fires longest.
    private func steps(_ entries: [LifeStatus.Entry]) -> [String] {
        guard let escalation = entries.min(by: { $0.state.since < $1.state.since })?.escalation else { return [] }
        return [
            escalation.due.map { ink.bold("due   \($0.action)") + ink.faint("  since \(when($0.time))") },
            escalation.next.map { "next  \($0.action)" + ink.faint("  at \(when($0.time))") },
        ].compactMap(\.self)
    }

    private func when(_ time: Timestamp) -> String {
        "\(LifeWords.clock(time, on: now)) (\(LifeWords.relative(time, to: now)))"
    }

    private var pending: [String] {
        status.pending.map { entry in
            let began = entry.state.began ?? entry.state.since
            let given = entry.acknowledgement.map { "; acknowledged " + LifeWords.acknowledgement($0, now: now) } ?? ""
            return ink.yellow("PENDING")
                + "  \(entry.severity) \(ink.bold(entry.key.alert)) \(words.place(entry.key))  "
                + terminalSafe(entry.state.held?.summary ?? "")
                + ink.faint("  for \(LifeWords.length(now.seconds(since: began)))") + given
        }
    }

    private var resolved: [String] {
        status.resolved.map { entry in
            let relief = entry.state.life.relief.map { ": " + terminalSafe($0) } ?? ""
            return ink.green("RESOLVED") + " \(ink.bold(entry.key.alert)) \(words.place(entry.key))  "
                + "\(LifeWords.relative(entry.state.since, to: now))\(relief)"
        }
    }

    private func note(_ text: String) -> String { ink.faint("note: \(terminalSafe(text))") }
}
