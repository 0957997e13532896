import Diagnostics

/// Who says what: for each master the Sentinels, and the servers by their own word.
struct SentinelTables {
    let master: MasterSurvey
    let sentinels: [SentinelSurvey.Sentinel]

    var all: [Evidence] { [sayings, servers] }

    private var sayings: Evidence {
        let rows = sentinels.map { sentinel -> [Cell] in
            let said = master.sayings.first { $0.sentinel.name == sentinel.name }
            return said.map(row) ?? silentRow(sentinel)
        }
        return .table(
            "sentinel.sayings.\(master.name)", "What each Sentinel says of \(master.name)",
            columns: ["sentinel", "master", "status", "epoch", "since", "replicas_ok", "failover"],
            rows: rows)
    }

    private func row(_ said: MasterSurvey.Saying) -> [Cell] {
        let known = said.watched.master
        let replicas = said.watched.replicas.map { all in "\(all.count(where: \.isInStep)) of \(all.count)" }
        return [
            .text(said.sentinel.name), .text(said.address), .text(said.status), Cell(integer: known.configEpoch),
            Cell(seconds: known.age.map { $0.rounded() }), Cell(replicas),
            Cell(said.watched.quorum.map { $0.isReachable ? "possible" : "impossible" }),
        ]
    }

    private func silentRow(_ sentinel: SentinelSurvey.Sentinel) -> [Cell] {
        let why = if case .failure(let error) = sentinel.reading { error.message } else { "does not watch it" }
        return [.text(sentinel.name), .none, .text(why)] + Array(repeating: Cell.none, count: 4)
    }

    private var servers: Evidence {
        let replicas = master.replicas
        let addresses = [master.address] + replicas.map(\.address) + master.strangers.map(\.address)
        let nodes = addresses.map { address in
            row(
                address, replicas.first { $0.address == address },
                master.nodes[address] ?? master.strangers.first { $0.address == address })
        }
        return .table(
            "sentinel.servers.\(master.name)", "Servers of \(master.name), by their own word",
            columns: ["server", "for_sentinels", "says", "link", "behind", "priority", "clients", "up_for"], rows: nodes
        )
    }

    private func row(_ address: String, _ replica: SentinelReplica?, _ node: NodeReading?) -> [Cell] {
        let seen =
            address == master.address
            ? "master"
            : replica.map { $0.isUp ? "replica" : $0.flags.filter { $0 != "slave" }.joined(separator: ", ") }
                ?? "unknown"
        let info = node?.info
        let offset = info?.replication.offset
        let behind =
            node?.isMaster == false
            ? offset.flatMap { offset in master.node?.info?.replication.offset.map { max(0, $0 - offset) } } : nil
        return [
            .text(address), .text(seen), .text(node?.inWords ?? "not asked"),
            Cell(node?.upstream.map { $0.isSynchronising ? "synchronising" : $0.isUp ? "up" : "down" }),
            Cell(bytes: behind),
            Cell(integer: replica?.priority ?? info?.integer("slave_priority")), Cell(integer: info?.clients.connected),
            Cell(seconds: info?.server.uptimeSeconds.map(Double.init)),
        ]
    }
}

extension MasterSurvey.Saying {
    /// `ok`, `s_down, o_down`; and that the Sentinel takes no part at the moment.
    fileprivate var status: String {
        watched.master.status + (sentinel.answered?.isTilted == true ? ", TILT" : "")
    }
}

extension NodeReading {
    /// `master`, `replica of 10.0.0.5:6379`, or why it says nothing.
    fileprivate var inWords: String {
        switch answer {
        case .told(let info): info.replication.roleInWords ?? "does not tell its role"
        case .locked: "wants a password"
        case .silent(let error): error.message
        }
    }
}
