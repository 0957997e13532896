import Diagnostics

extension Reading {
    /// What this user may not ask, as one problem with the rights that mend it; nil when nothing was refused.
    var missingRights: ProbeError? {
        let refused = refusals(.notPermitted)
        guard let first = refused.first else { return nil }
        let names = refused.map(\.command.name)
        let rights = refused.map(\.command.right).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        let user = settings.username ?? "default"
        return ProbeError(
            .forbidden, step: names.joined(separator: ", "), message: first.error.message,
            advice:
                "what they tell is missing here; on the server: ACL SETUSER \(user) \(rights.joined(separator: " "))")
    }

    /// What this server does not know, in a sentence; nil when it knows all.
    var unknownCommands: Evidence? {
        let unknown = refusals(.unknownCommand).map(\.command.name)
        guard !unknown.isEmpty else { return nil }
        return .fact(
            "redis.untold", "Not told here",
            "\(unknown.joined(separator: ", ")): renamed, disabled, or not known to \(info.server.software)")
    }

    /// Other refusals: a server that loads its data, or is busy with a script.
    var otherRefusals: [ProbeError] {
        replies.filter { _, value in
            value.error.map { ![.notPermitted, .unknownCommand].contains($0.reason) } ?? false
        }.compactMap { command, value in value.error?.during(command.name) }
            .reduce(into: [ProbeError]()) { errors, error in
                if !errors.contains(where: { $0.message == error.message }) { errors.append(error) }
            }
    }

    /// Each command once, by name, in an order that two runs share.
    private func refusals(_ reason: RedisError.Reason) -> [(command: RedisCommand, error: RedisError)] {
        let all = replies.compactMap { command, value in value.error.map { (command, $0) } }
            .filter { $0.1.reason == reason }
            .sorted { $0.0.name < $1.0.name }
        return all.reduce(into: []) { if $0.last?.command.name != $1.0.name { $0.append($1) } }
    }
}

extension RedisCommand {
    /// What permits it in an ACL: `+config|get`, `+info`.
    var right: String { "+" + name.lowercased().replacing(" ", with: "|") }
}
