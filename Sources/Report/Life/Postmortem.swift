import Diagnostics
import Runbook

/// The skeleton of a postmortem in Markdown: all that was measured, and a place for all that was not.
struct Postmortem {
    let incident: Incident
    private let words: LifeWords

    init(_ incident: Incident) {
        self.incident = incident
        words = LifeWords(addresses: incident.addresses)
    }

    var markdown: String {
        let sections = [
            heading, ["## Summary", "", "<what happened, in three sentences>"],
            ["## Impact", "", "<who noticed what, how many, for how long>"] + general, measured, cause, timeline,
            response,
            ["## What went well", "", "- <…>"], ["## What went badly", "", "- <…>"], actions, schedule,
        ]
        return sections.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
    }

    private var heading: [String] {
        let targets = unique(incident.episodes.map(\.key.target.name)).joined(separator: ", ")
        return [
            "# Postmortem: \(safe(incident.title)) (\(safe(targets))), \(incident.started.date)", "",
            "| | |", "|---|---|",
            "| Alert | \(safe(incident.alert)) |", "| Severity | \(incident.severity) (\(incident.severity.word)) |",
            "| Began | \(incident.started) |", "| Fired | \(incident.fired.map { "\($0)" } ?? "<it has not>") |",
            "| Ended | \(incident.ended.map { "\($0)" } ?? "<it has not>") |",
            "| Duration | \(IncidentMessage.duration(incident.duration)) |",
            "| Author | <name> |", "| Status | draft |",
        ]
    }

    private var general: [String] {
        incident.meaning.map { ["", "In general: \(safe($0))"] } ?? []
    }

    private var measured: [String] {
        ["## What was measured", "", "| target | at first | at worst | last |", "|---|---|---|---|"]
            + incident.episodes.map { episode in
                let cells = [
                    safe(words.place(episode.key)), value(episode.onset), value(episode.worst, after: episode.onset),
                    episode.relief.map(safe) ?? value(episode.last, after: episode.onset),
                ]
                return "| " + cells.joined(separator: " | ") + " |"
            } + evidence
    }

    private func value(_ held: AlertState.Held?, after first: AlertState.Held? = nil) -> String {
        if let held, let first, held.summary == first.summary { return "the same (\(held.time.clock))" }
        return held.map { "\(safe($0.summary)) (\($0.time.clock))" } ?? "<not kept>"
    }

    /// As a block of code, in which nothing of it acts.
    private var evidence: [String] {
        let lines = incident.episodes.lazy.compactMap { $0.worst?.evidence ?? $0.onset?.evidence }.first { !$0.isEmpty }
        guard let lines else { return [] }
        return ["", "Evidence of the worst moment:", ""] + lines.map { "    " + terminalSafe($0) }
    }

    private var cause: [String] {
        let seen = incident.causes.map { "- seen: \(safe($0))" }
        let company = incident.company.map {
            "- fired with it: \(safe($0.alert)) at \(safe($0.key.target.name)) from \($0.began)"
        }
        let changes = incident.changes.map {
            "- changed: \(safe($0.key.target.name)) \(safe($0.summary)), seen at \($0.time)"
        }
        return ["## Root cause", "", "<why it happened, and why it could>", ""] + seen + company + changes
            + (changes.isEmpty ? ["- changed before: <no restart or change was seen; deployments?>"] : [])
    }

    private var timeline: [String] {
        ["## Timeline (UTC)", "", "| time | what | where | |", "|---|---|---|---|"]
            + incident.timeline.map { event in
                let place = [event.key.alert, event.key.target.name].filter { !$0.isEmpty }.joined(separator: " ")
                let by = event.by.map { "by \($0)" + (event.summary.isEmpty ? "" : ": ") } ?? ""
                return
                    "| \(event.time) | \(event.what.word.lowercased()) | \(safe(place)) | \(safe(by + event.summary)) |"
            } + ["| <time> | <what people did> | | |"]
    }

    private var response: [String] {
        let acknowledged = incident.episodes.compactMap(\.timeToAcknowledge).min()
        let resolved = incident.episodes.compactMap(\.timeToResolve).max()
        let detected = incident.fired.map { max(0, $0.seconds(since: incident.started)) }
        let allowed = Units.seconds(incident.severity.responseTime.seconds)
        return [
            "## Response", "", "- detected after: \(detected.map(Units.seconds) ?? "<it has not fired>")",
            "- acknowledged after: \(acknowledged.map(Units.seconds) ?? "<nobody acknowledged>") (allowed: \(allowed))",
            "- resolved after: \(resolved.map(Units.seconds) ?? "<not resolved>")",
        ]
    }

    private var actions: [String] {
        [
            "## Action items", "", "| what | who | by | ticket |", "|---|---|---|---|",
            "| <…> | <…> | \(FollowUp(incident).actions.date) | <…> |",
        ]
    }

    private var schedule: [String] {
        let schedule = FollowUp(incident)
        return [
            "## Schedule", "", "- [ ] by \(schedule.ticket.date): ticket with the timeline",
            "- [ ] by \(schedule.postmortem.date): this postmortem",
            "- [ ] by \(schedule.actions.date): action items assigned",
            "- [ ] at the end of the month: reviewed for patterns (`diag history --since 31d`)",
        ]
    }

    /// What came from a server must not act as Markdown or HTML.
    private func safe(_ text: String) -> String {
        terminalSafe(text).reduce(into: "") { result, character in
            if "\\`*_[]|<>#&".contains(character) { result.append("\\") }
            result.append(character)
        }
    }
}
