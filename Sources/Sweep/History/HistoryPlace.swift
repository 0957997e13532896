import Glibc

extension Configuration.HistoryPlace {
    /// The file's path, or nil without a history. The usual place is `/var/lib/diag/diag.sqlite` for root, else
    /// `$XDG_STATE_HOME/diag/diag.sqlite`, which is below `~/.local/state` when that is not set (XDG Base Directory
    /// Specification).
    public func path(environment: [String: String]) -> String? {
        switch self {
        case .none: nil
        case .file(let path): path
        case .usual: Self.usualPath(environment, isRoot: geteuid() == 0)
        }
    }

    static func usualPath(_ environment: [String: String], isRoot: Bool) -> String? {
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") { return state + "/diag/diag.sqlite" }
        if isRoot { return "/var/lib/diag/diag.sqlite" }
        return environment["HOME"].map { $0 + "/.local/state/diag/diag.sqlite" }
    }
}
