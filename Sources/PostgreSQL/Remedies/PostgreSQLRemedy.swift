import Diagnostics

/// What a person can do to sessions of a PostgreSQL server.
public enum PostgreSQLRemedy: Sendable, Hashable {
    case cancel([SessionReference])
    case terminate([SessionReference])
    case killIdle(IdleFilter)
    /// Ends the roots that somebody has waited for longer than this.
    case unblock(waiting: Duration)

    /// As the command is called.
    public var name: String {
        switch self {
        case .cancel: "cancel"
        case .terminate: "terminate"
        case .killIdle: "kill-idle"
        case .unblock: "unblock"
        }
    }
}

/// Writes commands that a person can copy to a shell.
public struct RemedyCommand: Sendable, Hashable {
    /// What names the server to `diag`, and where its configuration is: `["db-primary", "--config", "diag.yaml"]`.
    private let tail: [String]
    /// The whole command as it was given, without `--yes`; for those remedies that find their sessions themselves.
    private let whole: [String]

    /// - Parameters:
    ///   - whole: words after `diag`. No secrets may stand in either.
    public init(tail: [String], whole: [String] = []) {
        self.tail = tail
        self.whole = whole
    }

    /// Only shows; what a person types first.
    func showing(_ signal: Signal, _ subjects: [String]) -> String {
        words(["diag", "pg", signal.rawValue] + subjects + tail)
    }

    func doing(_ signal: Signal, _ subjects: [String]) -> String { showing(signal, subjects) + " --yes" }

    var doingWhole: String { words(["diag"] + whole + ["--yes"]) }

    private func words(_ words: [String]) -> String { words.map(\.shellWord).joined(separator: " ") }
}
