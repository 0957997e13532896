import Diagnostics

/// What is to be thought of a server's clients.
struct ClientRemarks {
    let reading: Reading
    /// Those that are listed; diag itself is none of them.
    let clients: [ClientEntry]
    let limits: OutputLimits

    var all: [Remark] {
        [connected, rejected, churn, monitors, paused].compactMap { $0 } + output
            + [silentOutput, closed, evicted, waiting, idle]
            .compactMap { $0 }
    }

    private var info: RedisInfo { reading.info }

    private func kill(_ client: ClientEntry) -> String {
        reading.diag("kill-client", "\(client.reference)".shellWord)
    }
}

// MARK: - How many

extension ClientRemarks {
    private var connected: Remark? {
        guard let count = info.clients.connected else { return nil }
        guard let most = info.clients.maximum ?? reading.integerSetting("maxclients"), most > 0 else {
            return .fine("\(Count.of(count, "client")) \(count == 1 ? "is" : "are") connected")
        }
        let share = Double(count) / Double(most)
        let words = "\(count) of \(most) clients are connected (\(Units.ratio(share)) of maxclients)"
        switch share {
        case 0.9...:
            return .trouble(words + "; the next ones are refused", next: reading.cli("CONFIG SET maxclients <number>"))
        case 0.75...: return .careful(words)
        default: return .fine(words)
        }
    }

    private var rejected: Remark? {
        guard let count = info.stats.rejectedConnections, count > 0 else { return nil }
        let words = "\(Count.of(count, "connection")) refused as maxclients was reached, since the counters began"
        guard let rate = reading.rate("rejected_connections"), rate > 0 else { return .careful(words) }
        return .trouble("\(words); \(Units.decimal(rate, digits: 0)) in the last second")
    }

    /// A connection for every few commands: nobody keeps them.
    private var churn: Remark? {
        guard let connects = reading.rate("total_connections_received"), connects >= 20,
            let commands = reading.rate("total_commands_processed"), commands < 10 * connects
        else { return nil }
        return .careful(
            "\(Units.decimal(connects, digits: 0)) connections are opened a second for "
                + "\(Units.decimal(commands, digits: 0)) commands: somebody connects anew each time instead of keeping a pool"
        )
    }
}

// MARK: - What they cost

extension ClientRemarks {
    private var monitors: Remark? {
        let monitors = clients.filter(\.isMonitor)
        guard let first = monitors.first else { return nil }
        let since = monitors.compactMap(\.age).max().map { ", for \(Units.seconds($0))" } ?? ""
        return Remark(
            .careful,
            "\(Count.of(monitors.count, "client")) \(monitors.count == 1 ? "runs" : "run") MONITOR (\(first.reference)\(since)): "
                + "every command is sent to it too, which can halve what the server does",
            next: monitors.prefix(3).map(kill))
    }

    /// Half of a limit is near: a burst doubles a buffer.
    private var output: [Remark] {
        clients.compactMap { client in limits.share(of: client).map { (client, $0) } }
            .filter { $0.1 >= 0.5 }.sorted { $0.1 > $1.1 }.prefix(3).map { client, share in
                let kind = ClientClass(client)
                let words =
                    "\(describe(client)) has \(Units.bytes(client.output)) of output to take, \(Units.ratio(share)) "
                    + "of the limit of \(kind == .pubsub ? "subscribers" : "\(kind.rawValue)s"): beyond it, the server closes it"
                return Remark(
                    share >= 0.8 ? .trouble : .careful, words,
                    next: kind == .replica ? [reading.diag("replication")] : [])
            }
    }

    /// Normal clients have no limit by default.
    private var silentOutput: Remark? {
        let silent = clients.filter { limits.share(of: $0) == nil && $0.output > 10 << 20 }.max {
            $0.output < $1.output
        }
        return silent.map {
            .careful(
                "\(describe($0)) has not taken \(Units.bytes($0.output)) of output, and nothing limits it "
                    + "(client-output-buffer-limit)", next: kill($0))
        }
    }

    /// Told since 7.0.
    private var closed: Remark? {
        let counts = [
            ("output", "client_output_buffer_limit_disconnections"),
            ("query", "client_query_buffer_limit_disconnections"),
        ]
        let found = counts.compactMap { name, field in
            info.integer(field).flatMap { $0 > 0 ? "\($0) for their \(name) buffer" : nil }
        }
        return found.isEmpty
            ? nil
            : .careful("closed because of a buffer's limit since the counters began: \(found.joined(separator: ", "))")
    }

    private var evicted: Remark? {
        guard let count = info.integer("evicted_clients"), count > 0 else { return nil }
        return .careful(
            "\(Count.of(count, "client")) closed to save memory (maxmemory-clients) since the counters began")
    }

    private func describe(_ client: ClientEntry) -> String {
        let name = client.name.map { " \"\($0)\"" } ?? ""
        return "client \(client.reference)\(name)" + (client.command.map { " (\($0))" } ?? "")
    }
}

// MARK: - What they wait for

extension ClientRemarks {
    /// Commands that wait for something to come, by their own nature.
    private static let blocking: Set<String> = [
        "blpop", "brpop", "brpoplpush", "blmove", "blmpop", "bzpopmin", "bzpopmax", "bzmpop", "xread", "xreadgroup",
        "wait",
        "waitaof",
    ]

    private var blocked: [ClientEntry] { clients.filter { $0.isBlocked && !$0.isMaster } }

    /// Told by Valkey; in Redis by commands that wait although they never do.
    private var paused: Remark? {
        let stuck = blocked.filter { client in
            client.command.map { !Self.blocking.contains($0.lowercased()) } ?? false
        }
        let reason = info.text("paused_reason").flatMap { $0 == "none" ? nil : $0 }
        guard reason != nil || !stuck.isEmpty else { return nil }
        let commands = Set(stuck.compactMap(\.command)).sorted().prefix(3).joined(separator: ", ")
        let left = info.number("paused_timeout_milliseconds").map { ", for \(Units.seconds($0 / 1000)) more" } ?? ""
        let words =
            stuck.isEmpty
            ? "clients are paused"
            : "\(Count.of(stuck.count, "client")) held up in commands that do not wait by themselves (\(commands))"
        return .trouble(
            words + ": " + (reason.map { "\($0)\(left)" } ?? "CLIENT PAUSE, a failover under way, or a module"),
            next: reading.cli("CLIENT UNPAUSE"))
    }

    private var waiting: Remark? {
        let waiting = blocked.filter { client in client.command.map { Self.blocking.contains($0.lowercased()) } ?? false
        }
        guard !waiting.isEmpty else {
            return clients.isEmpty
                ? (info.clients.blocked ?? 0) > 0
                    ? .fine("\(info.clients.blocked ?? 0) wait in blocking commands") : nil : nil
        }
        let byCommand = Dictionary(grouping: waiting) { ($0.command ?? "?").lowercased() }
        let words = byCommand.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
            .map { "\($0.value.count) in \($0.key)" }.joined(separator: ", ")
        let replicas = (byCommand["wait"]?.count ?? 0) + (byCommand["waitaof"]?.count ?? 0)
        guard replicas > 0 else { return .fine("wait for something to come: \(words)") }
        return .careful(
            "wait: \(words); WAIT and WAITAOF wait for replicas or the disk", next: reading.diag("replication"))
    }

    private var idle: Remark? {
        let plain = clients.filter { !$0.isReplica && !$0.isMaster && !$0.isSubscriber && !$0.isBlocked }
        let idle = plain.filter { ($0.idle ?? 0) > 3600 }
        guard let longest = idle.compactMap(\.idle).max() else { return nil }
        let words =
            "\(idle.count) of \(Count.of(plain.count, "client")) have done nothing for more than 1 h, the longest for "
            + Units.seconds(longest)
        let isCrowded = Double(info.clients.connected ?? 0) > 0.5 * Double(info.clients.maximum ?? .max)
        guard isCrowded else { return .fine(words + ": a pool keeps them, or nobody closed them") }
        let never = reading.setting("timeout") == "0" ? "; timeout 0 never closes them" : ""
        return .careful(words + never, next: reading.diag("kill-client") + " --idle-longer-than 1h")
    }
}
