import Diagnostics
import Runbook

/// What the documents for pipelines, tickets and browsers have in common.
extension SweepReport {
    /// `1 alert fires, 2 pending · 13 targets in 1.1 s`
    var inShort: String {
        let alerts = firingAlerts.count
        let counts = [
            (alerts, alerts == 1 ? "alert fires" : "alerts fire"), (findings(.pending).count, "pending"),
            (findings(.unknown).count, "unknown"), (unique(unjudged.map(\.alert)).count, "not judged"),
        ]
        let said = counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
        let targets = observations.count
        return (said.isEmpty ? "no alert fires" : said)
            + " · \(targets) target\(targets == 1 ? "" : "s") in \(Units.seconds(duration.seconds))"
    }

    /// Since when it has been so, and who sees to it; empty where nothing is to be said.
    func circumstances(of finding: Finding) -> String {
        var words: [String] = []
        if let began = finding.began ?? finding.since {
            words.append("since \(began) (\(Units.seconds(max(0, ended.seconds(since: began)))))")
        }
        if finding.flaps > 0 { words.append("came back \(finding.flaps) times") }
        if let given = finding.acknowledgement {
            words.append("acknowledged \(LifeWords.acknowledgement(given, now: ended))")
        }
        if let silence = finding.silence { words.append(silence.sentence) }
        return words.joined(separator: "; ")
    }

    /// What went wrong on the way at targets that answered, each once with whom it is about.
    var problemsByText: [(targets: [Target], problem: ProbeError)] {
        let all = observations.flatMap { seen in seen.problems.map { (seen.target, $0) } }
        return grouped(all) { ["\($0.1)"] }.map { (targets: $0.map(\.0), problem: $0[0].1) }
    }
}

/// An alert that fires, as a part of a document.
struct FiringPart {
    /// Of one alert; at least one.
    let findings: [Finding]

    var first: Finding { findings[0] }

    /// Of the first target that has any: the others' looks the same.
    var evidence: [Evidence] { findings.first { !$0.evidence.isEmpty }?.evidence ?? [] }

    /// What to type, the looks first.
    var steps: [NextStep] {
        let steps = first.nextSteps.filter { $0.command != nil }
        return steps.filter { !$0.changesSomething } + steps.filter(\.changesSomething)
    }
}

extension SweepReport {
    /// The worst first.
    var firingParts: [FiringPart] { firingAlerts.map(FiringPart.init) }

    /// What could not be judged, by reason, as one dead target leaves many alerts unknown.
    var unknownByReason: [(target: Target?, reason: String, alerts: [String])] {
        grouped(findings(.unknown) + unjudged) { [$0.target?.name ?? "", $0.summary] }.map { group in
            (target: group[0].target, reason: group[0].summary, alerts: unique(group.map(\.alert)))
        }
    }

    /// The targets whose evidence is shown in full: those of a command, while a sweep shows what belongs to its alerts.
    var shownInFull: [Observation] { isSweep ? [] : observations }
}

extension Target {
    /// `cache (10.0.0.6:6379)`
    var nameAndAddress: String { name == address ? name : "\(name) (\(address))" }
}
