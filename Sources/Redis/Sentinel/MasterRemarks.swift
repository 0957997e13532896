import Diagnostics

/// What is to be thought of one master and of those who watch it. Pure: from what a survey has seen.
struct MasterRemarks {
    let master: MasterSurvey
    /// All that were asked, those too that know nothing of this master.
    let sentinels: [SentinelSurvey.Sentinel]

    var all: [Remark] {
        [agreement, itself, underWay].compactMap { $0 } + secondMasters + replicas
            + [quorum, lastFailover, settings].compactMap { $0 }
            + watchers + [layout].compactMap { $0 }
    }

    private var name: String { master.name }
    var count: Int { master.sayings.count }

    private func replication(_ address: String) -> String { "diag redis replication \(address.shellWord)" }
}

// MARK: - Who is the master

extension MasterRemarks {
    private var agreement: Remark {
        let elsewhere = master.sayings.filter { $0.address != master.address }
        guard elsewhere.isEmpty else {
            return .trouble(
                "the Sentinels disagree on \(name): \(sides). Clients that ask \(names(elsewhere)) are sent to "
                    + "\(places(elsewhere))", next: "diag redis sentinel --watch")
        }
        let sentinels = count == 1 ? "the one Sentinel" : "all \(count) Sentinels"
        guard master.node?.isMaster == true else {
            return .fine("\(name) is \(master.address) for \(sentinels)")
        }
        let replicas = Count.of(master.node?.info?.replication.replicas.count ?? 0, "replica")
        return .fine("\(name) is \(master.address) for \(sentinels), and says so itself, with \(replicas)")
    }

    /// `10.0.0.6:6379 for s1, s2 (epoch 4), 10.0.0.5:6379 for s3 (epoch 3)`.
    private var sides: String {
        Dictionary(grouping: master.sayings, by: \.address).map { address, sayings in
            let epoch = sayings.compactMap(\.watched.master.configEpoch).max() ?? 0
            return (epoch, "\(address) for \(names(sayings)) (epoch \(epoch))")
        }.sorted { $0 > $1 }.map(\.1).joined(separator: ", ")
    }

    /// Where clients are sent who ask the wrong ones, and what is there.
    private func places(_ sayings: [MasterSurvey.Saying]) -> String {
        Set(sayings.map(\.address)).sorted().map { "\($0), \(state(of: $0))" }.joined(separator: "; ")
    }

    private func state(of address: String) -> String {
        guard let node = master.nodes[address] else { return "which was not asked" }
        switch node.answer {
        case .silent: return "which does not answer"
        case .locked: return "which wants a password to say what it is"
        case .told:
            return node.upstream.map { "which is a replica of \($0.address): writes are refused there" }
                ?? "which takes itself for the master: writes there are lost"
        }
    }

    private func names(_ sayings: [MasterSurvey.Saying]) -> String {
        sayings.map(\.sentinel.name).joined(separator: ", ")
    }
}

// MARK: - The master itself

extension MasterRemarks {
    private var itself: Remark? {
        guard let node = master.node else { return nil }
        let doubters = master.doubters.count
        switch node.answer {
        case .silent(let error): return silent(error)
        case .locked:
            return doubters == count
                ? .trouble("\(master.address) answers, and yet no Sentinel reaches it\(howItLooks)")
                : .fine(
                    "\(master.address) answers, and wants a password to say more (REDISCLI_AUTH, or its own target in the configuration)"
                )
        case .told:
            if let upstream = node.upstream {
                return .trouble(
                    "\(master.address) is named the master, and says that it is a replica of \(upstream.address): it refuses writes",
                    next: replication(master.address))
            }
            if node.info?.persistence.isLoading == true {
                return .trouble(
                    "\(master.address) is loading its data from disk: it serves nobody yet",
                    next: "diag redis persistence \(master.address)")
            }
            return doubted(doubters)
        }
    }

    private func silent(_ error: ProbeError) -> Remark {
        let witnesses = master.witnesses.count
        guard witnesses == 0 else {
            return .careful(
                "\(master.address) does not answer here (\(error.message)), yet \(witnesses) of \(count) Sentinels reach it"
            )
        }
        let waiting = master.doubters.isEmpty ? master.newest?.watched.master.downAfterSeconds : nil
        let words = waiting.map { "; they take it for down after \(Units.seconds($0))" } ?? howItLooks
        return .trouble("\(master.address) does not answer (\(error.message)), nor does any Sentinel reach it\(words)")
    }

    private func doubted(_ doubters: Int) -> Remark? {
        switch doubters {
        case 0: nil
        case count:
            .trouble(
                "\(master.address) answers here, and yet no Sentinel reaches it: their auth-pass or user may be wrong, or the way "
                    + "is cut\(howItLooks)")
        default: .careful("\(master.address) is not reached by \(names(master.doubters)): their way to it may be cut")
        }
    }

    private var howItLooks: String {
        let flags = Set(master.sayings.flatMap { $0.watched.master.flags })
        return flags.contains("o_down") ? "; enough of them agree that it is down" : ""
    }

    private var underWay: Remark? {
        let leading = master.sayings.filter { $0.watched.master.flags.contains("failover_in_progress") }
        guard let first = leading.first else { return stuck }
        let state = first.watched.master.failoverState.map { " (\($0))" } ?? ""
        return .trouble(
            "a failover is under way, led by \(first.sentinel.name)\(state)", next: "diag redis sentinel --watch")
    }

    /// Down for all of them, and nobody does anything.
    private var stuck: Remark? {
        guard !master.sayings.isEmpty, master.doubters.count == count, master.node?.isSilent != false else {
            return nil
        }
        if master.sayings.contains(where: { $0.watched.quorum?.isReachable == false }) { return nil }
        let promotable = master.replicas.filter { $0.isUp && $0.priority != 0 }
        guard promotable.isEmpty else { return nil }
        let reason =
            master.replicas.isEmpty ? "there is no replica" : "no replica is reached that may become the master"
        return .trouble("there is nothing to fail over to: \(reason)")
    }
}

// MARK: - Replicas

extension MasterRemarks {
    private var replicas: [Remark] {
        let all = master.replicas
        guard !all.isEmpty else { return [.careful("there is no replica: nothing to fail over to")] }
        let remarks = all.compactMap(remark)
        let usurpers = all.count { master.nodes[$0.address]?.isMaster == true }
        let well = all.count - remarks.count { $0.weight != .fine } - usurpers
        let behind =
            all.compactMap { bytesBehind($0.address) }.max().map { ", at most \(Units.bytes($0)) behind" } ?? ""
        return remarks + (well > 0 ? [.fine("\(well) of \(Count.of(all.count, "replica")) in step\(behind)")] : [])
    }

    private func remark(_ replica: SentinelReplica) -> Remark? {
        let node = master.nodes[replica.address]
        if node?.isMaster == true { return nil }
        guard replica.isUp else { return absent(replica, node) }
        if let upstream = node?.upstream, isOther(upstream.address, than: master.address) {
            return .trouble(
                "replica \(replica.address) follows \(upstream.address), which is not the master",
                next: replication(replica.address))
        }
        guard replica.isInStep, node?.upstream?.isUp != false else {
            let isBusy = node?.upstream?.isSynchronising == true
            let since = replica.linkDownSeconds.flatMap { $0 > 0 ? " for \(Units.seconds($0))" : nil } ?? ""
            return .careful(
                isBusy
                    ? "replica \(replica.address) is being synchronised in full"
                    : "the link of replica \(replica.address) is down\(since)",
                next: replication(replica.address))
        }
        if let behind = bytesBehind(replica.address), behind > 10 << 20 {
            return .careful(
                "replica \(replica.address) is \(Units.bytes(behind)) behind", next: replication(replica.address))
        }
        return replica.priority == 0
            ? .fine("replica \(replica.address) has priority 0: it never becomes the master") : nil
    }

    /// Not reached since it is known as a replica: it was the master before.
    private func absent(_ replica: SentinelReplica, _ node: NodeReading?) -> Remark {
        let answers =
            node.map { !$0.isSilent } == true ? "; it answers here, so that the way from them to it may be cut" : ""
        return replica.runID == nil
            ? .trouble(
                "\(replica.address) has not come back since the failover (or since it is watched), the old master perhaps: "
                    + "there is a copy less\(answers)", next: "diag redis info \(replica.address.shellWord)")
            : .trouble(
                "replica \(replica.address) is not reached by the Sentinels\(answers)",
                next: "diag redis info \(replica.address.shellWord)")
    }

    private func bytesBehind(_ address: String) -> Int64? {
        guard let chief = master.node?.info?.replication.offset, let node = master.nodes[address],
            node.isMaster == false,
            let offset = node.info?.replication.offset
        else { return nil }
        return max(0, chief - offset)
    }

    /// A hostname and an address may be the same place.
    private func isOther(_ one: String, than other: String) -> Bool {
        func isNumeric(_ address: String) -> Bool {
            address.filter { $0 == ":" }.count > 1 || address.allSatisfy { "0123456789.:".contains($0) }
        }
        return one != other && isNumeric(one) == isNumeric(other)
    }
}

// MARK: - Those who watch

extension MasterRemarks {
    private var quorum: Remark? {
        let lost = master.sayings.filter { $0.watched.quorum?.isReachable == false }
        guard let first = lost.first, let words = first.watched.quorum?.words else {
            let known = master.sayings.first { $0.watched.quorum != nil }?.watched.master
            return known.map {
                .fine(
                    "a failover can be agreed on: quorum \($0.quorum ?? 0) of \(Count.of(($0.otherSentinels ?? 0) + 1, "Sentinel"))"
                )
            }
        }
        return .trouble(
            "no failover can be agreed on, as \(names(lost)) \(lost.count == 1 ? "says" : "say"): \(words)")
    }

    /// Of ten minutes ago, as an alert on it is kept for as long.
    private var lastFailover: Remark? {
        guard let newest = master.newest else { return nil }
        let epoch = newest.watched.master.configEpoch ?? 0
        guard epoch > 0 else { return .fine("no failover since these Sentinels watch it") }
        guard let age = newest.watched.master.age else { return .fine("config epoch \(epoch)") }
        let uptime = newest.sentinel.answered?.info.server.uptimeSeconds.map(Double.init) ?? .infinity
        // A Sentinel counts from its own start where it has seen nothing before.
        guard age + 2 < uptime else {
            return .fine("config epoch \(epoch); no failover within \(Units.seconds(age.rounded()))")
        }
        let words = "\(master.address) has been the master for \(Units.seconds(age.rounded())) (config epoch \(epoch))"
        return age < 600 ? .careful(words) : .fine(words)
    }

    /// Each Sentinel goes by its own configuration.
    private var settings: Remark? {
        let kinds: [(String, (SentinelMaster) -> String?)] = [
            ("quorum", { $0.quorum.map { "\($0)" } }),
            ("down-after-milliseconds", { $0.downAfterSeconds.map { Units.decimal($0 * 1000, digits: 0) } }),
            ("failover-timeout", { $0.failoverTimeoutSeconds.map { Units.decimal($0 * 1000, digits: 0) } }),
        ]
        let odd = kinds.compactMap { kind, value -> String? in
            let values = master.sayings.compactMap { saying in
                value(saying.watched.master).map { (saying.sentinel.name, $0) }
            }
            guard Set(values.map(\.1)).count > 1 else { return nil }
            return kind + " " + values.map { "\($0.1) (\($0.0))" }.joined(separator: ", ")
        }
        return odd.isEmpty ? nil : .careful("the Sentinels are configured differently: \(odd.joined(separator: "; "))")
    }

    private var watchers: [Remark] { silentOnes + cutOff + tilted }

    private var silentOnes: [Remark] {
        let known = Set(master.sayings.flatMap { ($0.watched.peers ?? []).map(\.address) })
        return sentinels.filter { $0.answered == nil && (known.contains($0.address) || known.isEmpty) }.map {
            sentinel in
            var words = "Sentinel \(sentinel.name) does not answer"
            if case .failure(let error) = sentinel.reading { words += " (\(error.message))" }
            return .trouble(
                words + ": it still counts for the majority; SENTINEL RESET forgets one that is gone for good")
        }
    }

    /// Who does not know the others cannot agree with them.
    private var cutOff: [Remark] {
        let most = master.sayings.compactMap(\.watched.peers?.count).max() ?? 0
        return master.sayings.compactMap { saying in
            guard let peers = saying.watched.peers, peers.count < most else { return nil }
            return .careful(
                "Sentinel \(saying.sentinel.name) knows \(peers.count) others, where another one knows \(most)")
        }
            + master.sayings.compactMap { saying in
                let lost = (saying.watched.peers ?? []).filter { !$0.isUp }.map(\.address)
                guard !lost.isEmpty else { return nil }
                return .careful("Sentinel \(saying.sentinel.name) does not reach \(lost.joined(separator: ", "))")
            }
    }

    private var tilted: [Remark] {
        master.sayings.filter { $0.sentinel.answered?.isTilted == true }.map {
            .trouble(
                "Sentinel \($0.sentinel.name) is in TILT: its clock jumped, or it stood still; it takes no part for 30 s, and until "
                    + "it has been calm for as long")
        }
    }

    private var layout: Remark? {
        let total = (master.sayings.compactMap(\.watched.master.otherSentinels).max() ?? 0) + 1
        if total < 3 {
            return .careful(
                "\(Count.of(total, "Sentinel")) \(total == 1 ? "watches" : "watch") \(name): when one is lost, there is no majority and no failover; three do better"
            )
        }
        let majority = total / 2 + 1
        let beside = sentinels.filter { host($0.address) == host(master.address) }.count
        guard total - Int64(beside) < majority, !host(master.address).hasPrefix("127."), host(master.address) != "::1"
        else { return nil }
        return .careful(
            "\(beside) of \(total) Sentinels are on the master's own machine: when it is lost, those that remain are no majority"
        )
    }

    private func host(_ address: String) -> String {
        address.lastIndex(of: ":").map { address[..<$0].filter { $0 != "[" && $0 != "]" } } ?? address
    }
}
