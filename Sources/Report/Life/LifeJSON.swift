import Diagnostics
import Runbook

extension StatusReport {
    /// The document of `--format json`: keys stay and keep their meaning within one `schema_version`; new ones may come.
    public var json: String {
        JSONValue.object([
            ("schema_version", .integer(Int64(Self.schemaVersion))),
            ("diag_version", .string(version)),
            ("time", .string("\(status.now)")),
            ("status", .string(StatusWord(exitStatus).text.lowercased())),
            ("exit_code", .integer(Int64(exitStatus.rawValue))),
            ("sweeps", status.rhythm.json(at: status.now)),
            ("alerts", .list(status.entries.lazy.map { $0.json })),
            ("resolved", .list(status.resolved.lazy.map { $0.json })),
            ("targets", .list(status.targets.lazy.map { $0.json })),
            ("notes", .array(notes.map(JSONValue.string))),
        ]).serialized()
    }
}

extension Rhythm {
    func json(at now: Timestamp) -> JSONValue {
        .object([
            ("last", .optional(last.map { "\($0.time)" })),
            ("age_seconds", .optional(age(at: now))),
            ("duration_seconds", .optional(last?.duration)),
            ("targets", last.map { .integer(Int64($0.targets)) } ?? .null),
            ("failed", last.map { .integer(Int64($0.failed)) } ?? .null),
            ("interval_seconds", .optional(interval)),
            ("is_stale", .bool(isStale(at: now))),
        ])
    }
}

extension TargetRecord {
    var json: JSONValue {
        .object([
            ("kind", .string(id.kind.rawValue)), ("name", .string(id.name)), ("address", .string(address)),
            ("last_look", .string("\(time)")), ("is_up", isUp.map(JSONValue.bool) ?? .null),
        ])
    }
}

extension LifeStatus.Entry {
    var json: JSONValue {
        .object(
            key.members(address: address) + [
                ("severity", .string("\(severity)")),
                ("title", .string(title)),
                ("phase", .string(state.phase.rawValue)),
                ("since", .string("\(state.since)")),
                ("condition_holds_since", .optional(state.began.map { "\($0)" })),
                ("condition_holds", .bool(state.life.isHolding)),
                ("onset", state.life.onset?.json ?? .null),
                ("worst", state.life.worst?.json ?? .null),
                ("last", state.held?.json ?? .null),
                ("relief", .optional(state.life.relief)),
                ("flaps", .integer(Int64(state.flaps))),
                ("flaps_while_kept", .integer(Int64(state.life.dips))),
                ("acknowledgement", acknowledgement?.json ?? .null),
                ("escalation", escalation?.json ?? .null),
                ("not_seen_since", .optional(notSeenSince.map { "\($0)" })),
            ])
    }
}

extension AlertState.Key {
    func members(address: String?) -> [(String, JSONValue)] {
        [
            ("alert", alert.isEmpty ? .null : .string(alert)), ("target", target.json(address: address)),
            ("source", source.isEmpty ? .null : .string(source)), ("labels", labels.json),
        ]
    }
}

extension TargetID {
    func json(address: String?) -> JSONValue {
        .object([("kind", .string(kind.rawValue)), ("name", .string(name)), ("address", .optional(address))])
    }
}

extension AlertState.Held {
    var json: JSONValue {
        .object([
            ("time", .string("\(time)")), ("summary", .string(summary)), ("value", .optional(value)),
            ("threshold", .optional(threshold)), ("cause", .optional(cause)),
            ("evidence", .array(evidence.map(JSONValue.string))),
        ])
    }
}

extension Acknowledgement {
    var json: JSONValue {
        .object([
            ("by", .string(by)), ("note", .string(note)), ("time", .string("\(time)")),
            ("until", .optional(until.map { "\($0)" })),
        ])
    }
}

extension Escalation {
    var json: JSONValue {
        .object([
            ("due", due?.json ?? .null), ("next", next?.json ?? .null), ("respond_by", .string("\(respondBy)")),
            ("is_response_overdue", .bool(isResponseOverdue)),
        ])
    }
}

extension Escalation.Step {
    var json: JSONValue { .object([("action", .string(action)), ("time", .string("\(time)"))]) }
}

extension AlertEvent {
    func json(address: String?) -> JSONValue {
        .object(
            [("time", .string("\(time)")), ("event", .string(what.rawValue))] + key.members(address: address) + [
                ("severity", .optional(severity.map { "\($0)" })),
                ("summary", .string(summary)),
                ("value", .optional(value)),
                ("threshold", .optional(threshold)),
                ("cause", .optional(cause)),
                ("evidence", .array(evidence.map(JSONValue.string))),
                ("by", .optional(by)),
                ("until", .optional(until.map { "\($0)" })),
            ])
    }
}

extension Episode {
    func json(address: String?) -> JSONValue {
        .object(
            key.members(address: address) + [
                ("severity", .optional(severity.map { "\($0)" })),
                ("condition_held_since", .string("\(began)")),
                ("fired", .optional(fired.map { "\($0)" })),
                ("resolved", .optional(resolved.map { "\($0)" })),
                ("is_return", .bool(isReturn)),
                ("flaps_while_kept", .integer(Int64(flaps))),
                ("seconds_to_acknowledge", .optional(timeToAcknowledge)),
                ("seconds_to_resolve", .optional(timeToResolve)),
                ("acknowledgements", .array(acknowledgements.map(\.json))),
                ("onset", onset?.json ?? .null),
                ("worst", worst?.json ?? .null),
                ("last", last?.json ?? .null),
                ("relief", .optional(relief)),
            ])
    }
}
