import Diagnostics
import Runbook

extension TreatmentReport {
    /// The document of `--format json`: keys stay and keep their meaning within one `schema_version`; new ones may come.
    public var json: String {
        JSONValue.object([
            ("schema_version", .integer(Int64(Self.schemaVersion))),
            ("diag_version", .string(version)),
            ("remedy", .string(treatment.remedy)),
            ("mode", .string(treatment.mode.rawValue)),
            ("started", .string("\(treatment.started)")),
            ("duration_seconds", .number(treatment.duration.seconds)),
            ("exit_code", .integer(Int64(exitStatus.rawValue))),
            ("target", treatment.target.json),
            ("server", .optional(content.server)),
            ("role", .optional(content.role)),
            ("operator", .string(`operator`)),
            ("failure", content.failure?.json ?? .null),
            ("deeds", .list(content.deeds.lazy.map(\.json))),
            ("notes", .array(content.notes.map(JSONValue.string))),
            ("command", .optional(content.command)),
        ]).serialized()
    }
}

extension Deed {
    var json: JSONValue {
        .object([
            ("act", .string(act)),
            ("subject", .string(subject)),
            ("name", .string(name)),
            ("outcome", .string(outcome.rawValue)),
            ("reason", .optional(reason)),
            ("warnings", .array(warnings.map(JSONValue.string))),
            ("before", Deed.json(before)),
            ("after", after.map(Deed.json) ?? .null),
            ("command", .optional(command)),
        ])
    }

    private static func json(_ facts: [Fact]) -> JSONValue { .object(facts.map { ($0.name, $0.value.json) }) }
}
