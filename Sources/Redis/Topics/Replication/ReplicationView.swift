import Diagnostics

/// Replication as one server sees it: its replicas on a master, its link on a replica; both on a replica that feeds others.
struct ReplicationView {
    let reading: Reading
    let replication: RedisInfo.Replication
    /// Bytes a second that are written now; nil where it was not watched.
    let writeRate: Double?
    let backlog: Backlog?
    /// Of the replicas, by their address; empty where they may not be listed.
    let connections: [String: ClientEntry]
    let limits: OutputLimits

    init(_ reading: Reading) {
        self.reading = reading
        replication = reading.info.replication
        writeRate = reading.rate("master_repl_offset")
        backlog = Backlog(reading.info)
        let clients = ClientEntry.all(reading["CLIENT", "LIST", "TYPE", "replica"]?.text ?? "")
        connections = Dictionary(clients.map { ($0.host, $0) }, uniquingKeysWith: { first, _ in first })
        limits = OutputLimits(reading.setting("client-output-buffer-limit"))
    }

    /// How long the backlog lasts at the present rate, in seconds: a replica that is away for longer needs everything anew.
    var backlogLasts: Double? {
        guard let backlog, let writeRate, writeRate > 0 else { return nil }
        return Double(backlog.size) / writeRate
    }

    /// What the master keeps for a replica that it has not sent yet. Only where one replica is there for its host: their
    /// ports in INFO are those they listen on, not those that they connect from.
    func output(of replica: RedisInfo.Replica) -> Int64? {
        let host = replica.host
        guard replication.replicas.count(where: { $0.host == host }) == 1 else { return nil }
        return connections[host]?.output
    }

    struct Backlog: Sendable, Hashable {
        /// Bytes that it can hold, and that it holds.
        let size: Int64
        let held: Int64

        /// - Returns: nil while no replica has ever been there.
        init?(_ info: RedisInfo) {
            guard info.flag("repl_backlog_active") == true, let size = info.integer("repl_backlog_size") else {
                return nil
            }
            self.size = size
            held = info.integer("repl_backlog_histlen") ?? 0
        }
    }
}

// MARK: - Tables

extension ReplicationView {
    var replicaTable: Evidence? {
        guard !replication.replicas.isEmpty else { return nil }
        let rows = replication.replicas.map { replica -> [Cell] in
            [
                .text(replica.address), Cell(replica.state), Cell(seconds: replica.lagSeconds.map(Double.init)),
                Cell(bytes: replica.bytesBehind(replication.offset)), Cell(bytes: output(of: replica)),
            ]
        }
        return .table(
            "redis.replicas", "Replicas", columns: ["replica", "state", "reported", "behind", "not_sent"], rows: rows)
    }

    var linkTable: Evidence? {
        guard let upstream = replication.upstream else { return nil }
        let info = reading.info
        return .table(
            "redis.replication.link", "Link to the master",
            columns: ["master", "link", "last_word", "down_for", "applied", "received", "priority", "read_only"],
            rows: [
                [
                    .text(upstream.address), .text(upstream.isUp ? "up" : "down"),
                    Cell(seconds: upstream.secondsSinceLastWord.map(Double.init)),
                    Cell(seconds: upstream.secondsDown.map(Double.init)),
                    Cell(integer: info.integer("slave_repl_offset")),
                    Cell(integer: info.integer("slave_read_repl_offset")),
                    Cell(integer: info.integer("slave_priority")), upstream.isReadOnly.map(Cell.flag) ?? .none,
                ]
            ])
    }

    var backlogTable: Evidence? {
        guard let backlog else { return nil }
        let info = reading.info
        return .table(
            "redis.replication.backlog", "Backlog and synchronisations",
            columns: ["size", "held", "written_a_second", "lasts", "full_syncs", "partial_syncs", "partial_refused"],
            rows: [
                [
                    .bytes(backlog.size), .bytes(backlog.held), writeRate.map { .bytes(Int64($0)) } ?? .none,
                    Cell(seconds: backlogLasts),
                    Cell(integer: info.integer("sync_full")), Cell(integer: info.integer("sync_partial_ok")),
                    Cell(integer: info.integer("sync_partial_err")),
                ]
            ])
    }
}
