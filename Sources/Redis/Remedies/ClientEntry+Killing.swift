import Diagnostics

extension ClientEntry {
    /// By id and address: the server closes nobody else. Through a unix socket the id alone has to do, which no other client has
    /// as long as the server runs.
    var killing: RedisCommand {
        isUnix
            ? RedisCommand("CLIENT", "KILL", "ID", "\(id)", "SKIPME", "yes")
            : RedisCommand("CLIENT", "KILL", "ID", "\(id)", "ADDR", address, "SKIPME", "yes")
    }

    func deed(
        _ outcome: Deed.Outcome, _ reason: String? = nil, after: [Deed.Fact]? = nil, command: String? = nil
    ) -> Deed {
        Deed(
            act: "kill-client", subject: "\(reference)", name: nameInWords, outcome: outcome, reason: reason,
            warnings: outcome == .planned ? warnings : [], details: [doing], before: facts, after: after,
            command: command)
    }

    /// - Parameter reply: to `killing`: how many were closed.
    func deed(after reply: RESPValue?, _ interruption: ProbeError?) -> Deed {
        guard let reply else { return deed(.failed, interruption?.message ?? "no answer") }
        if let error = reply.error {
            return deed(.failed, error.message, command: error.during("", permitting: "+client|kill").advice)
        }
        return reply.integer == 0
            ? deed(.absent, "it has gone since it was read: nobody was closed")
            : deed(.done, "its connection is closed", after: [])
    }

    /// `4711 "worker" as app from 10.0.0.3:51234`.
    private var nameInWords: String {
        ["\(id)", name.map { "\"\($0)\"" }, user.map { "as \($0)" }, "from \(address)"].compactMap { $0 }
            .joined(separator: " ")
    }

    private var doing: String {
        let parts = [
            isBlocked ? "waits in \(command ?? "a command")" : command.map { "last: \($0)" },
            idle.map { "idle for \(Units.seconds($0))" }, age.map { "connected for \(Units.seconds($0))" },
            library.map { "by \($0)" }, memory.map { "takes \(Units.bytes($0))" },
        ]
        return parts.compactMap { $0 }.joined(separator: ", ")
    }

    private var warnings: [String] {
        [
            isReplica && !isMonitor
                ? "it is a replica: it connects again at once, perhaps with a full synchronisation" : nil,
            isMaster ? "it is the link to this replica's master: it is opened again at once" : nil,
            isInTransaction ? "it is in a transaction (MULTI), which is given up" : nil,
            isBlocked ? "it waits for something that it may then miss" : nil,
            name?.hasPrefix("sentinel-") == true ? "it is a Sentinel's: closed, it connects again" : nil,
        ].compactMap { $0 }
    }

    private var facts: [Deed.Fact] {
        [
            .init("id", .integer(id)), .init("addr", .text(address)), .init("name", Cell(name)),
            .init("user", Cell(user)),
            .init("idle", Cell(seconds: idle)), .init("age", Cell(seconds: age)), .init("cmd", Cell(command)),
            .init("memory", Cell(bytes: memory)),
        ]
    }
}
