import Diagnostics
import Runbook

extension SweepReport {
    /// The document of `--format json`: keys stay and keep their meaning within one `schema_version`; new ones may come.
    public var json: String { json(with: []) }

    /// The same as UTF-8: the document of some hundred targets is megabytes, and as text it would be there twice.
    public var jsonBytes: [UInt8] { document(with: []).bytes(expecting: expectedSize) }

    /// The same document in one line, for streams of them (NDJSON).
    public var jsonLine: String { json(with: [], isOneLine: true) }

    /// The document with what one command adds at its end.
    func json(with more: [(String, JSONValue)], isOneLine: Bool = false) -> String {
        document(with: more).serialized(expecting: expectedSize, isOneLine: isOneLine)
    }

    private var expectedSize: Int { (observations.count + findings.count) << 12 }

    private func document(with more: [(String, JSONValue)]) -> JSONValue {
        let head: [(String, JSONValue)] = [
            ("schema_version", .integer(Int64(Self.schemaVersion))),
            ("diag_version", .string(version)),
            ("started", .string("\(started)")),
            ("duration_seconds", .number(duration.seconds)),
            ("status", .string(StatusWord(exitStatus).text.lowercased())),
            ("exit_code", .integer(Int64(exitStatus.rawValue))),
            ("findings", .list(findings.lazy.map(\.json))),
            ("targets", .list(observations.lazy.map(\.json))),
            ("notes", .array(notes.map(JSONValue.string))),
        ]
        return .object(head + more)
    }
}

extension Finding {
    var json: JSONValue {
        .object([
            ("alert", .string(alert)),
            ("severity", .string("\(severity)")),
            ("category", .string(category.rawValue)),
            ("verdict", .string(verdict.rawValue)),
            ("target", target?.json ?? .null),
            ("source", source.isEmpty ? .null : .string(source)),
            ("labels", labels.merging(extraLabels).json),
            ("summary", .string(summary)),
            ("value", .optional(value)),
            ("comparison", .optional(comparison?.rawValue)),
            ("threshold", .optional(threshold)),
            ("since", .optional(since.map { "\($0)" })),
            ("condition_holds_since", .optional(began.map { "\($0)" })),
            ("resolved", .optional(resolved.map { "\($0)" })),
            ("flaps", .integer(Int64(flaps))),
            ("evidence", .array(verdict == .ok ? [] : evidence.map(\.json))),
            ("next_steps", .array(verdict == .ok ? [] : nextSteps.map(\.json))),
        ])
    }
}

extension NextStep {
    var json: JSONValue {
        .object([
            ("text", .string(text)), ("command", .optional(command)), ("changes_something", .bool(changesSomething)),
        ])
    }
}
