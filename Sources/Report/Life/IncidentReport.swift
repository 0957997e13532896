import Diagnostics
import Runbook

/// The runbook's messages about one incident, filled with what was measured. What nobody measured stands as a placeholder
/// in angle brackets for the person to fill in.
public struct IncidentReport: Sendable {
    /// Of the JSON document. 1: first version.
    public static let schemaVersion = 1

    public enum Message: String, Sendable, CaseIterable {
        case initial, update, resolution, postmortem
    }

    /// The version of `diag`.
    public let version: String
    public let incident: Incident

    public init(version: String, incident: Incident) {
        self.version = version
        self.incident = incident
    }

    /// What there is to say in its present state: the first message until somebody has acknowledged.
    public var usual: Message {
        if incident.isResolved { return .resolution }
        return incident.acknowledgement == nil ? .initial : .update
    }

    /// Plain text to paste, or Markdown for the postmortem.
    public func text(_ message: Message) -> String {
        switch message {
        case .initial: IncidentMessage(incident).initial
        case .update: IncidentMessage(incident).update
        case .resolution: IncidentMessage(incident).resolution
        case .postmortem: Postmortem(incident).markdown
        }
    }

    /// The document of `--format json`.
    public func json(_ message: Message) -> String {
        let address: (Episode) -> String? = { incident.addresses[$0.key.target] }
        let events: ([AlertEvent]) -> JSONValue = { events in
            .array(events.map { $0.json(address: incident.addresses[$0.key.target]) })
        }
        return JSONValue.object([
            ("schema_version", .integer(Int64(Self.schemaVersion))),
            ("diag_version", .string(version)),
            ("time", .string("\(incident.now)")),
            ("alert", .string(incident.alert)),
            ("title", .string(incident.title)),
            ("severity", .string("\(incident.severity)")),
            ("status", .string(incident.stage.rawValue.lowercased())),
            ("started", .string("\(incident.started)")),
            ("fired", .optional(incident.fired.map { "\($0)" })),
            ("ended", .optional(incident.ended.map { "\($0)" })),
            ("duration_seconds", .number(incident.duration)),
            ("next_update", incident.isResolved ? .null : .string("\(incident.nextUpdate)")),
            ("causes", .array(incident.causes.map(JSONValue.string))),
            ("acknowledgement", incident.acknowledgement?.json ?? .null),
            ("escalation", incident.escalation?.json ?? .null),
            ("episodes", .array(incident.episodes.map { $0.json(address: address($0)) })),
            ("also_fired", .array(incident.company.map { $0.json(address: address($0)) })),
            ("changes", events(incident.changes)),
            ("timeline", events(incident.timeline)),
            ("message", .object([("kind", .string(message.rawValue)), ("text", .string(text(message)))])),
        ]).serialized()
    }
}

/// The three messages, in plain text.
struct IncidentMessage {
    let incident: Incident
    private let words: LifeWords

    init(_ incident: Incident) {
        self.incident = incident
        words = LifeWords(addresses: incident.addresses)
    }

    private var now: Timestamp { incident.now }

    var initial: String {
        let head = ["[INCIDENT] \(brief)", "Severity: \(incident.severity)", status, impact]
        return lines(head + ["Start Time: \(clock(incident.started))", nextUpdate] + facts)
    }

    var update: String {
        let head = ["[UPDATE] \(brief)", status, "Progress: \(progress)", nextSteps]
        return lines(head + ["ETA: <if known>", nextUpdate] + facts)
    }

    var resolution: String {
        let word = incident.isResolved ? "RESOLVED" : "NOT YET RESOLVED"
        let head = ["[\(word)] \(brief)", duration, "Impact: <summary of user impact>", "Root Cause: \(rootCause)"]
        let followUp = "Follow-up: <postmortem ticket or link> (\(FollowUp(incident).words))"
        return lines(head + ["Resolution: <what fixed it>\(relief)", followUp] + facts)
    }

    private var status: String { "Status: \(incident.stage.rawValue)" }

    private var nextUpdate: String { "Next Update: \(clock(incident.nextUpdate))" }

    private var duration: String {
        let end = incident.ended.map(clock) ?? "now, still firing"
        return "Duration: \(Self.duration(incident.duration)) (\(clock(incident.started)) to \(end))"
    }

    private func lines(_ lines: [String]) -> String { lines.joined(separator: "\n") + "\n" }

    /// `Redis memory is full: cache, cache-replica`.
    private var brief: String {
        let targets = unique(incident.episodes.map(\.key.target.name)).joined(separator: ", ")
        return terminalSafe("\(incident.title): \(targets)")
    }

    private var impact: String {
        "Impact: <what users notice>" + (incident.meaning.map { " (in general: \($0))" } ?? "")
    }

    private var rootCause: String {
        let seen = incident.causes.map(terminalSafe)
        return "<brief explanation>" + (seen.isEmpty ? "" : " (seen: \(seen.joined(separator: "; ")))")
    }

    private var relief: String {
        let told = incident.episodes.compactMap { episode in
            episode.relief.map { "\(episode.key.target.name) \($0) at \(clock(episode.resolved ?? now))" }
        }
        return told.isEmpty ? "" : terminalSafe(" (measured: \(told.joined(separator: "; ")))")
    }

    private var progress: String {
        "<what has been done>" + (acknowledged.map { " (\($0))" } ?? "")
    }

    private var nextSteps: String {
        "Next Steps: <what is being done>" + (incident.escalation?.due.map { " (due: \($0.action))" } ?? "")
    }

    private var acknowledged: String? {
        incident.acknowledgement.map { given in
            let note = given.note.isEmpty ? "" : ": \(given.note)"
            return terminalSafe("acknowledged by \(given.by) at \(clock(given.time))\(note)")
        }
    }
}

// MARK: - What was measured

extension IncidentMessage {
    /// An empty line, then a line each.
    private var facts: [String] {
        [""] + incident.episodes.map(measured) + causes + company + changes + open
    }

    /// `Measured at cache (10.0.0.6:6379): memory 96 % > 95 % at first (19:40 UTC); 104 % at worst (19:45 UTC); …`.
    private func measured(_ episode: Episode) -> String {
        let end = episode.relief.map { ("\($0) in the end", episode.resolved ?? now) }
        let points = [
            episode.onset.map { ($0.summary, "at first", $0.time) },
            episode.worst.map { ($0.summary, "at worst", $0.time) },
            episode.isLive ? episode.last.map { ($0.summary, "when last seen", $0.time) } : nil,
        ].compactMap(\.self)
        // What never became another value is said once.
        let isSteady = Set(points.map(\.0)).count == 1
        let told =
            isSteady
            ? ["\(points[0].0) from \(clock(points[0].2)) until last seen at \(clock(points[points.count - 1].2))"]
            : points.map { "\($0.0) \($0.1) (\(clock($0.2)))" }
        let all = told + [end].compactMap(\.self).map { "\($0.0) (\(clock($0.1)))" }
        return terminalSafe("Measured at \(words.place(episode.key)): ")
            + (all.isEmpty ? "<not kept>" : terminalSafe(all.joined(separator: "; ")))
    }

    private var causes: [String] {
        incident.causes.isEmpty
            ? ["Cause seen: <nothing in the evidence names one>"]
            : incident.causes.map { terminalSafe("Cause seen: \($0)") }
    }

    private var company: [String] {
        guard !incident.company.isEmpty else { return [] }
        let told = incident.company.map { episode in
            let end = episode.resolved.map { " to \(clock($0))" } ?? ""
            return "\(episode.alert) \(episode.key.target.name) from \(clock(episode.began))\(end)"
        }
        return [terminalSafe("Fired with it: \(told.joined(separator: "; "))")]
    }

    private var changes: [String] {
        guard !incident.changes.isEmpty else {
            return [
                "Changed before: <no restart, change of master, role, version or certificate was seen; deployments?>"
            ]
        }
        return incident.changes.map { event in
            terminalSafe("Changed: \(event.key.target.name) \(event.summary) (seen at \(clock(event.time)))")
        }
    }

    private var open: [String] {
        guard !incident.isResolved else { return [] }
        let next = incident.escalation?.next.map { "Escalation: \($0.action) at \(clock($0.time))" }
        return [acknowledged.map { "A" + $0.dropFirst() } ?? "Acknowledged: by nobody yet", next].compactMap(\.self)
    }

    /// `19:40 UTC`, with its date where that is another day.
    private func clock(_ time: Timestamp) -> String {
        (time.day == now.day ? "" : time.date + " ") + time.hourAndMinute + " UTC"
    }

    /// `2 hours 5 minutes`.
    static func duration(_ seconds: Double) -> String {
        let minutes = Int((seconds / 60).rounded())
        let (hours, rest) = minutes.quotientAndRemainder(dividingBy: 60)
        return "\(hours) hour\(hours == 1 ? "" : "s") \(rest) minute\(rest == 1 ? "" : "s")"
    }
}

/// What the runbook wants after an incident, and by when.
struct FollowUp {
    let ticket: Timestamp
    let postmortem: Timestamp
    let actions: Timestamp

    init(_ incident: Incident) {
        let from = incident.ended ?? incident.now
        (ticket, postmortem, actions) = (from + 86_400, from + 2 * 86_400, from + 7 * 86_400)
    }

    var words: String {
        "ticket by \(ticket.date), postmortem by \(postmortem.date), action items by \(actions.date)"
    }
}
