import Diagnostics
import Network

extension PathTrace {
    var evidence: [Evidence] {
        let title = "The way to \(address.host), by \(method.rawValue)"
        guard !hops.isEmpty else {
            return [.fact("net.path", title, "no router and not the host itself answered")]
        }
        return [.table("net.path", title, columns: Self.columns, rows: hops.map(row)), unseen].compactMap(\.self)
    }

    private static let columns: [Table.Column] = [
        "hop", "address", "sent", "lost", "min", "median", "max", "note",
    ]

    private func row(_ hop: Hop) -> [Cell] {
        let spread = Spread(hop.times)
        return [
            .integer(Int64(hop.number)),
            hop.addresses.isEmpty ? .text("?") : .text(hop.addresses.joined(separator: " ")),
            .integer(Int64(hop.sent)), .ratio(Double(hop.sent - hop.times.count) / Double(max(1, hop.sent))),
            spread.map { .seconds($0.least) } ?? .none, spread.map { .seconds($0.median) } ?? .none,
            spread.map { .seconds($0.most) } ?? .none,
            (hop.note ?? (hop.isEnd ? "the host itself" : nil)).map(Cell.text) ?? .none,
        ]
    }

    /// What could not be seen, and what loss on the way means.
    private var unseen: Evidence? {
        var words: [String] = []
        let silent = hops.filter(\.addresses.isEmpty).map { "\($0.number)" }
        if !silent.isEmpty { words.append("nobody answered at hop \(silent.joined(separator: ", "))") }
        if !isComplete, hops.last?.note == nil {
            words.append(
                "beyond hop \(hops.last?.number ?? 0) nothing answers to \(method.rawValue)"
                    + (method == .udp ? "; --tcp asks by connecting to the port, which firewalls let pass" : ""))
        }
        if hasHarmlessLoss {
            words.append("routers answer only so often: loss at a hop counts only where all hops behind it lose too")
        }
        return words.isEmpty ? nil : .fact("net.path.unseen", "Not seen", words.joined(separator: "; "))
    }

    private var hasHarmlessLoss: Bool {
        guard let end = hops.last, end.sent == end.times.count else { return false }
        return hops.contains { !$0.addresses.isEmpty && $0.sent > $0.times.count }
    }
}
