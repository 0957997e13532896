import ArgumentParser
import PostgreSQL

/// Pids and at most one target among the words of a command.
struct NamedSessions: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "Pids, each as PID or, as shown, PID@START for no other session; then a target's name, postgres://… or HOST[:PORT].",
            valueName: "pid… [target]"))
    var words: [String] = []

    var sessions: [SessionReference] { words.compactMap { SessionReference($0) } }

    var target: String? { words.first { SessionReference($0) == nil } }

    func validate() throws {
        let others = words.filter { SessionReference($0) == nil }
        if let odd = others.first(where: { $0.prefix { $0 != "@" }.allSatisfy(\.isNumber) && $0.contains("@") }) {
            throw ValidationError("'\(odd)' is no session: write PID, PID@START or PID@START/STATEMENT as shown")
        }
        if others.count > 1 { throw ValidationError("one server at a time: '\(others[0])' or '\(others[1])'") }
        if sessions.isEmpty { throw ValidationError("name the pid of at least one session") }
    }
}
