import Diagnostics

/// What is to be thought of a server's replication.
struct ReplicationRemarks {
    let view: ReplicationView

    var all: [Remark] {
        (view.replication.upstream.map(link) ?? []) + [failover, writesRefused].compactMap { $0 } + replicas
            + [none, backlog, synchronisations, alone].compactMap { $0 }
    }

    private var reading: Reading { view.reading }
    private var info: RedisInfo { reading.info }
    private var replicasSeen: [RedisInfo.Replica] { view.replication.replicas }
}

// MARK: - On a replica

extension ReplicationRemarks {
    private func link(_ upstream: RedisInfo.Upstream) -> [Remark] {
        [state(of: upstream), notApplied, writable(upstream), neverPromoted].compactMap { $0 }
    }

    private func state(of upstream: RedisInfo.Upstream) -> Remark {
        let master = "diag redis replication \(upstream.address)"
        if upstream.isSynchronising {
            return .careful("a full synchronisation from \(upstream.address) is under way\(progress)", next: master)
        }
        guard upstream.isUp else {
            return .trouble("the link to \(upstream.address) \(silence(of: upstream))", next: master)
        }
        let silence = upstream.secondsSinceLastWord ?? 0
        // The master sends a PING each repl-ping-replica-period, 10 s.
        guard silence > 15 else {
            return .fine("replica of \(upstream.address), link up, last word \(Units.seconds(Double(silence))) ago")
        }
        let limit = reading.integerSetting("repl-timeout").map { "; the link is given up after \($0) s" } ?? ""
        return .careful(
            "nothing has come from \(upstream.address) for \(Units.seconds(Double(silence)))\(limit)", next: master)
    }

    private func silence(of upstream: RedisInfo.Upstream) -> String {
        let isMute = reading.setting("replica-serve-stale-data") == "no"
        let reads = isMute ? "reads are refused (replica-serve-stale-data no)" : nil
        guard let seconds = upstream.secondsDown else {
            return "has never been up since this replica started: \(reads ?? "it has no more than what it began with")"
        }
        return "is down for \(Units.seconds(Double(seconds))): \(reads ?? "what is read here is as old as that")"
    }

    private var progress: String {
        guard let left = info.integer("master_sync_left_bytes"), left > 0 else { return "" }
        let share = info.number("master_sync_perc").map { ", \(Units.decimal($0, digits: 0)) % done" } ?? ""
        return ": \(Units.bytes(left)) to come\(share)"
    }

    /// Received and not applied: the replica itself is busy (7.0 and later).
    private var notApplied: Remark? {
        guard let read = info.integer("slave_read_repl_offset"), let applied = info.integer("slave_repl_offset"),
            read - applied > 1 << 20
        else { return nil }
        return .careful(
            "\(Units.bytes(read - applied)) are received and not yet applied: this replica does not keep up",
            next: reading.diag("latency"))
    }

    private func writable(_ upstream: RedisInfo.Upstream) -> Remark? {
        upstream.isReadOnly == false
            ? .careful(
                "writes are taken here (replica-read-only no): they are lost with the next full synchronisation",
                next: reading.cli("CONFIG SET replica-read-only yes")) : nil
    }

    private var neverPromoted: Remark? {
        info.integer("slave_priority") == 0
            ? .fine("priority 0: Sentinel never makes this replica the master") : nil
    }
}

// MARK: - On a master

extension ReplicationRemarks {
    private var failover: Remark? {
        guard let state = info.text("master_failover_state"), state != "no-failover" else { return nil }
        return .trouble(
            "a failover by FAILOVER is under way (\(state)): writes wait", next: reading.cli("FAILOVER ABORT"))
    }

    /// `min-replicas-to-write`: with fewer that keep up, writes are refused.
    private var writesRefused: Remark? {
        guard let wanted = reading.integerSetting("min-replicas-to-write"), wanted > 0 else { return nil }
        let good = info.integer("min_slaves_good_slaves") ?? 0
        let lag = reading.integerSetting("min-replicas-max-lag").map { " within \($0) s" } ?? ""
        let words =
            "min-replicas-to-write wants \(Count.of(wanted, "replica"))\(lag), and \(good) \(good == 1 ? "is" : "are") there"
        return good < wanted ? .trouble("writes are refused: \(words)") : .fine(words)
    }

    private var replicas: [Remark] {
        let behind = replicasSeen.compactMap(remark)
        guard behind.isEmpty, !replicasSeen.isEmpty else { return behind }
        let most = replicasSeen.compactMap { $0.bytesBehind(view.replication.offset) }.max() ?? 0
        return [.fine("\(Count.of(replicasSeen.count, "replica")) online, at most \(Units.bytes(most)) behind")]
    }

    private func remark(_ replica: RedisInfo.Replica) -> Remark? {
        guard replica.state == "online" else {
            return .careful(
                "replica \(replica.address) is being synchronised in full (\(replica.state ?? "state unknown")); until then it "
                    + "serves nobody", next: "diag redis replication \(replica.address)")
        }
        if let near = overflowing(replica) { return near }
        if let lag = replica.lagSeconds, lag > 10 {
            return .trouble(
                "replica \(replica.address) has not reported for \(lag) s: it hangs, or the way to it is cut",
                next: "diag redis replication \(replica.address)")
        }
        // A megabyte is on its way in a moment; ten times a second's writing is not.
        let behind = replica.bytesBehind(view.replication.offset) ?? 0
        guard behind > max(10 << 20, Int64((view.writeRate ?? 0) * 10)) else { return nil }
        let seconds =
            view.writeRate.flatMap { $0 > 0 ? " (\(Units.seconds(Double(behind) / $0)) of writing)" : nil } ?? ""
        return .trouble(
            "replica \(replica.address) is \(Units.bytes(behind)) behind\(seconds)",
            next: "diag redis replication \(replica.address)")
    }

    /// Beyond its limit the master closes the connection, and the replica begins anew with everything, over and over.
    private func overflowing(_ replica: RedisInfo.Replica) -> Remark? {
        guard let output = view.output(of: replica), let limit = view.limits[.replica],
            let most = [limit.hard, limit.soft].compactMap({ $0 }).min(), Double(output) > 0.5 * Double(most)
        else { return nil }
        return .trouble(
            "\(Units.bytes(output)) wait to be sent to replica \(replica.address), of at most \(Units.bytes(most)) "
                + "(client-output-buffer-limit): beyond that it is closed, and begins anew with a full synchronisation",
            next: reading.cli("CONFIG SET client-output-buffer-limit 'replica 1gb 512mb 120'"))
    }

    /// A backlog is only made for a replica: there was one.
    private var none: Remark? {
        guard replicasSeen.isEmpty, view.replication.upstream == nil else { return nil }
        guard view.backlog != nil else { return .fine("no replica, and none has been here since it started") }
        let kept = reading.integerSetting("repl-backlog-ttl").flatMap {
            $0 > 0 ? ", kept for \(Units.seconds(Double($0))) after the last one" : nil
        }
        return .careful("no replica is connected any more: nothing could take over (there is a backlog\(kept ?? ""))")
    }
}

// MARK: - The backlog

extension ReplicationRemarks {
    /// Shorter than this and a restart of a replica outlasts it.
    private static let enough = 60.0

    private var backlog: Remark? {
        guard let backlog = view.backlog, let rate = view.writeRate else { return nil }
        let held = Units.bytes(backlog.size)
        guard rate > 0, let lasts = view.backlogLasts else {
            return .fine("nothing is written now; the backlog holds \(held)")
        }
        let words =
            "\(Units.bytes(Int64(rate))) are written a second: the backlog (\(held)) lasts \(Units.seconds(lasts.rounded()))"
        guard lasts < Self.enough else { return .fine(words) }
        // Ten minutes of it, in whole megabytes.
        let wanted = max(1, Int64((rate * 600 / 1_048_576).rounded(.up)))
        return Remark(
            lasts < 10 ? .trouble : .careful, words + "; a replica that is away for longer needs everything anew",
            next: [reading.cli("CONFIG SET repl-backlog-size \(wanted)mb")])
    }

    private var synchronisations: Remark? {
        guard let full = info.integer("sync_full"), full > 0 else { return nil }
        let (partial, refused) = (info.integer("sync_partial_ok") ?? 0, info.integer("sync_partial_err") ?? 0)
        let words = "since the counters began \(Count.of(full, "full synchronisation")), \(partial) partial"
        if let often = overAndOver(full) { return often }
        guard refused > 0 else { return .fine(words) }
        // The first one of a replica asks for a part too, which it cannot have.
        return full > replicasSeen.count
            ? .careful(
                "\(words), \(refused) that asked for a part and got everything: the backlog was too short, or the master another one"
            )
            : .fine("\(words), \(refused) that asked for a part and got everything")
    }

    /// More often than each ten minutes is no repair any more.
    private func overAndOver(_ full: Int64) -> Remark? {
        guard let uptime = info.server.uptimeSeconds, full > max(5, 3 * Int64(replicasSeen.count)), uptime / full < 600
        else {
            return nil
        }
        return .trouble(
            "a full synchronisation every \(Units.seconds(Double(uptime / full))) on average (\(full) since it started): a replica "
                + "begins anew over and over; its own log says why (an older version that cannot read the data, a time-out, a "
                + "limit of its output buffer)")
    }

    /// A master that keeps nothing and starts again by itself comes back empty, and its replicas become as empty as it is.
    private var alone: Remark? {
        guard !replicasSeen.isEmpty, view.replication.upstream == nil, info.persistence.appendOnly == false,
            info.persistence.savesNever(reading)
        else { return nil }
        return .careful(
            "this master keeps nothing on disk: started anew by a supervisor, it is empty, and empties its replicas",
            next: reading.diag("persistence"))
    }
}
