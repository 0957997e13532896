import Diagnostics

/// Samples and evidence of a host's network. Pure.
struct NetworkReport {
    let counters: NetworkCounters
    /// An earlier reading, and the seconds between; what was counted in between is what counts now.
    var earlier: (counters: NetworkCounters, seconds: Double)?
    let bootID: String?

    func write(to content: inout Observation.Content) {
        writeSamples(to: &content)
        if !counters.interfaces.isEmpty { content.evidence.append(interfaceTable) }
        let troubles = troubles
        if !troubles.isEmpty {
            content.evidence.append(.fact("host.network.trouble", "Network", troubles.joined(separator: "; ")))
        }
        if let words = transport { content.evidence.append(.fact("host.network.tcp", "TCP", words)) }
        if let tracked = counters.tracked {
            content.evidence.append(
                .fact(
                    "host.network.conntrack", "Connection tracking",
                    "\(tracked.used) of \(tracked.limit) entries are used (\(Units.ratio(share(tracked))))"
                        + (share(tracked) > 0.9 ? ": when it is full, new connections are dropped without a word" : "")
                ))
        }
    }

    private func share(_ tracked: (used: Int64, limit: Int64)) -> Double {
        Double(tracked.used) / Double(tracked.limit)
    }
}

// MARK: - Samples

extension NetworkReport {
    private func writeSamples(to content: inout Observation.Content) {
        for interface in counters.interfaces where !interface.isLoopback && !interface.isGuests {
            for (direction, traffic) in [("receive", interface.received), ("transmit", interface.sent)] {
                let labels: Labels = ["device": interface.name, "direction": direction]
                content.add(HostMetrics.networkPackets, Double(traffic.packets), labels: labels, identity: bootID)
                content.add(HostMetrics.networkErrors, Double(traffic.errors), labels: labels, identity: bootID)
                content.add(HostMetrics.networkDrops, Double(traffic.dropped), labels: labels, identity: bootID)
            }
        }
        let totals: [(Metric, String)] = [
            (HostMetrics.segmentsSent, "Tcp.OutSegs"), (HostMetrics.retransmits, "Tcp.RetransSegs"),
            (HostMetrics.listenDrops, "TcpExt.ListenDrops"),
        ]
        for (metric, name) in totals {
            if let value = counters[name] { content.add(metric, Double(value), identity: bootID) }
        }
        if let tracked = counters.tracked { content.add(HostMetrics.conntrackUsed, share(tracked)) }
    }
}

// MARK: - Evidence

extension NetworkReport {
    private var interfaceTable: Evidence {
        let span =
            earlier.map { ", with what was added in \(Units.seconds($0.seconds))" } ?? ", counted since they came up"
        let shown = counters.interfaces.filter { !$0.isGuests }
        return .table(
            "host.network.interfaces", "Network interfaces" + span,
            columns: [
                "interface", "state", "speed", "mtu", "received", "sent", "rx_errors", "rx_drops", "tx_errors",
                "tx_drops", "new_errors", "new_drops",
            ],
            rows: shown.map(row))
    }

    private func row(_ interface: NetworkInterface) -> [Cell] {
        let before = earlier?.counters.interfaces.first { $0.name == interface.name }
        let state = interface.hasCarrier == false ? "no carrier" : interface.state
        return [
            .text(interface.name), state.map(Cell.text) ?? .none,
            interface.speed.map { .text("\($0) Mbit/s") } ?? .none, interface.mtu.map(Cell.integer) ?? .none,
            .bytes(interface.received.bytes), .bytes(interface.sent.bytes), .integer(interface.received.errors),
            .integer(interface.received.dropped), .integer(interface.sent.errors), .integer(interface.sent.dropped),
            before.map { .integer(interface.errors - $0.errors) } ?? .none,
            before.map { .integer(interface.drops - $0.drops) } ?? .none,
        ]
    }

    /// What somebody should look after, of the interfaces and of the queues above them.
    private var troubles: [String] {
        counters.interfaces.flatMap { interface in
            let before = earlier?.counters.interfaces.first { $0.name == interface.name }
            return trouble(interface, before)
        } + overflows
    }

    private func trouble(_ interface: NetworkInterface, _ before: NetworkInterface?) -> [String] {
        var words: [String] = []
        if interface.hasCarrier == false, interface.state == "down" { words.append("\(interface.name) has no carrier") }
        if interface.duplex == "half" {
            words.append("\(interface.name) runs at half duplex: its collisions are losses")
        }
        if let before, interface.errors > before.errors {
            words.append(
                "\(interface.name) counts errors now (\(interface.errors - before.errors) more): cable, switch port or driver"
            )
        }
        if let before, interface.drops > before.drops {
            words.append("\(interface.name) drops packets now (\(interface.drops - before.drops) more)")
        }
        if let changes = interface.carrierChanges, let old = before?.carrierChanges, changes > old {
            words.append("the carrier of \(interface.name) came or went just now")
        }
        return words
    }

    private var overflows: [String] {
        let names = [
            ("TcpExt.ListenOverflows", "connections were dropped at full accept queues"),
            ("Udp.RcvbufErrors", "datagrams were dropped at full receive buffers"),
            ("TcpExt.TCPBacklogDrop", "segments were dropped at full socket backlogs"),
        ]
        return names.compactMap { name, words in
            guard let grown = growth(name), grown > 0 else { return nil }
            return "\(grown) \(words)" + (earlier == nil ? " since the start" : " just now")
        }
    }

    private var transport: String? {
        guard let sent = counters["Tcp.OutSegs"], let again = counters["Tcp.RetransSegs"] else { return nil }
        var words = ["\(share(again, sent)) of segments sent again since the start (\(again) of \(sent + again))"]
        if earlier != nil, let newSent = growth("Tcp.OutSegs"), let newAgain = growth("Tcp.RetransSegs") {
            words.insert(
                "\(share(newAgain, newSent)) sent again just now (\(newAgain) of \(newSent + newAgain))", at: 0)
        }
        if let resets = counters["Tcp.EstabResets"] { words.append("\(resets) connections reset") }
        if let timeouts = counters["TcpExt.TCPAbortOnTimeout"] { words.append("\(timeouts) given up after time-outs") }
        return words.joined(separator: "; ")
    }

    /// The kernel counts what it sends again apart.
    private func share(_ again: Int64, _ sent: Int64) -> String {
        Units.ratio(again > 0 ? Double(again) / Double(sent + again) : 0)
    }

    /// Since the earlier reading, or else since the start.
    private func growth(_ name: String) -> Int64? {
        counters[name].map { $0 - (earlier?.counters[name] ?? 0) }
    }
}

extension NetworkInterface {
    fileprivate var errors: Int64 { received.errors + sent.errors }
    fileprivate var drops: Int64 { received.dropped + sent.dropped }
}
