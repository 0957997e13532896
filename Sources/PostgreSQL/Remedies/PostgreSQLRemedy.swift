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

extension RemedyCommand {
    /// Only shows; what a person types first.
    func showing(_ signal: Signal, _ subjects: [String]) -> String { showing(["pg", signal.rawValue] + subjects) }

    func doing(_ signal: Signal, _ subjects: [String]) -> String { doing(["pg", signal.rawValue] + subjects) }
}
