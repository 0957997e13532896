/// What the JSON documents look like, as JSON Schema (draft 2020-12): one file in `Documents/` each, and `definitions.json` of
/// what several have in common.
///
/// A schema tells the keys that are there in each document of its version; readers must expect more.
public enum DocumentSchema: String, Sendable, CaseIterable {
    case sweep, remedy, status, history, incident, event, questions, webhook

    /// Where the document comes from.
    public var source: String {
        switch self {
        case .sweep: "diag sweep, watch, and every command that looks, with --format json"
        case .remedy: "commands that change something (diag pg cancel, diag redis purge…), with --format json"
        case .status: "diag status --format json"
        case .history: "diag history --format json"
        case .incident: "diag incident --format json"
        case .event: "a line of diag redis sentinel --watch --format json"
        case .questions: "diag pg queries --format json"
        case .webhook: "what --webhook posts"
        }
    }

    /// The whole schema, which refers to nothing outside itself.
    public var text: String {
        let own = String(decoding: bytes, as: UTF8.self)
        guard let definitions = own.firstRange(of: Self.opening) else { return own }
        let rest = own[definitions.upperBound...]
        let comma = rest.first == "}" ? "\n  " : ","
        return own[..<definitions.upperBound] + Self.shared + comma + rest
    }

    private static let opening = "\"$defs\": {"

    /// The members of `definitions.json`, two columns further right.
    private static var shared: String {
        String(decoding: PackageResources.definitions_json, as: UTF8.self)
            .split(separator: "\n").dropFirst().dropLast()
            .map { "\n  \($0)" }.joined()
    }

    private var bytes: [UInt8] {
        switch self {
        case .sweep: PackageResources.sweep_json
        case .remedy: PackageResources.remedy_json
        case .status: PackageResources.status_json
        case .history: PackageResources.history_json
        case .incident: PackageResources.incident_json
        case .event: PackageResources.event_json
        case .questions: PackageResources.questions_json
        case .webhook: PackageResources.webhook_json
        }
    }
}
