import Diagnostics
import Runbook

extension SweepReport {
    /// The document of `--format json`: keys stay and keep their meaning within one `schema_version`; new ones may come.
    public var json: String { json(with: []) }

    /// The same as UTF-8 and piece by piece: the document of thousands of targets is tens of megabytes.
    ///
    /// - Throws: what `sink` throws; it is not called again then.
    public func writeJSON<Failure: Error>(to sink: ([UInt8]) throws(Failure) -> Void) throws(Failure) {
        var failure: Failure?
        document(with: []).write { bytes in
            guard failure == nil else { return }
            do throws(Failure) { try sink(bytes) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    /// The same document in one line, for streams of them (NDJSON).
    public var jsonLine: String { json(with: [], isOneLine: true) }

    /// The document with what one command adds at its end.
    func json(with more: [(String, JSONValue)], isOneLine: Bool = false) -> String {
        document(with: more).serialized(isOneLine: isOneLine)
    }

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
            ("deliveries", .array(deliveries.map(\.json))),
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
            ("flaps_while_kept", .integer(Int64(dips))),
            ("acknowledgement", acknowledgement?.json ?? .null),
            ("answered_by", .optional(answeredBy?.rawValue)),
            ("silence", silence?.json ?? .null),
            ("evidence", .array(verdict == .ok ? [] : evidence.map(\.json))),
            ("next_steps", .array(verdict == .ok ? [] : nextSteps.map(\.json))),
        ])
    }
}

extension Silence {
    fileprivate var json: JSONValue {
        .object([
            ("by", .string(by)), ("until", .optional(until.map { "\($0)" })), ("comment", .string(comment)),
            ("id", .string(id)),
        ])
    }
}

extension SweepReport.Told {
    fileprivate var json: JSONValue {
        .object([
            ("kind", .string(kind)), ("receiver", .string(receiver)), ("firing", .integer(Int64(firing))),
            ("resolved", .integer(Int64(resolved))), ("failure", .optional(failure)),
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
