/// What this host's network has counted since its start.
struct NetworkCounters: Sendable, Hashable {
    let interfaces: [NetworkInterface]
    /// Of `/proc/net/snmp` and `/proc/net/netstat`, by `Tcp.RetransSegs`, `TcpExt.ListenDrops`.
    let protocols: [String: Int64]
    /// Connections that the firewall remembers, and how many it can; nil without connection tracking.
    let tracked: (used: Int64, limit: Int64)?

    static func read(_ files: HostFiles) -> NetworkCounters {
        let used = files.number("/proc/sys/net/netfilter/nf_conntrack_count")
        let limit = files.number("/proc/sys/net/netfilter/nf_conntrack_max")
        var protocols = Self.protocols(files.readNetwork("snmp") ?? "")
        protocols.merge(Self.protocols(files.readNetwork("netstat") ?? "")) { $1 }
        return NetworkCounters(
            interfaces: NetworkInterface.all(files), protocols: protocols,
            tracked: used.flatMap { used in limit.flatMap { $0 > 0 ? (used, $0) : nil } })
    }

    /// Lines in pairs: `Tcp: RetransSegs OutSegs`, then `Tcp: 5 1200`.
    static func protocols(_ text: String) -> [String: Int64] {
        var values: [String: Int64] = [:]
        var names: [Substring] = []
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard let first = words.first, first.hasSuffix(":") else { continue }
            if names.first == first, names.count == words.count, words.count > 1, Int64(words[1]) != nil {
                for (name, word) in zip(names, words).dropFirst() {
                    values["\(first.dropLast()).\(name)"] = Int64(word)
                }
                names = []
            } else {
                names = words
            }
        }
        return values
    }

    subscript(name: String) -> Int64? { protocols[name] }

    static func == (left: NetworkCounters, right: NetworkCounters) -> Bool {
        left.interfaces == right.interfaces && left.protocols == right.protocols
            && left.tracked?.used == right.tracked?.used && left.tracked?.limit == right.tracked?.limit
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(interfaces)
        hasher.combine(protocols)
    }
}
