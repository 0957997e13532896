import Diagnostics
import Network

extension [ConnectTries] {
    /// Clauses about connecting, in the order of their weight.
    var judgement: [String] {
        guard let first else { return [] }
        guard contains(where: \.isReached) else { return [unreached(first)] }
        return partly + [timing].compactMap(\.self) + losses
    }

    private func unreached(_ first: ConnectTries) -> String {
        let places = map { "\($0.address)" }.joined(separator: ", ")
        if let refusing = self.first(where: \.isRefused) {
            return "\(refusing.address) refuses connections: the host answers, but nothing listens at that port "
                + "(or a firewall says so)"
        }
        if allSatisfy({ $0.errors.contains { $0.kind == .timedOut } }) {
            return "nothing answers at \(places): packets are dropped on the way, or the host is down"
        }
        return "\(places) cannot be reached: \(first.failures ?? "not tried in time")"
    }

    /// Clients try the addresses in turn: one that is silent makes them wait each time.
    private var partly: [String] {
        let dead = filter { !$0.isReached }
        guard !dead.isEmpty else { return [] }
        return [
            "\(dead.count) of \(count) addresses cannot be reached: "
                + dead.map { "\($0.address) \($0.failures ?? "")" }.joined(separator: ", ")
        ]
    }

    /// Of the first that is reached: that is where programs go.
    private var timing: String? {
        guard let reached = first(where: \.isReached), let spread = Spread(reached.times) else { return nil }
        let tail =
            spread.most > Swift.max(0.010, spread.median * 3)
            ? ", up to \(Units.seconds(spread.most))" : ""
        return "connecting to \(reached.address) takes \(Units.seconds(spread.median))\(tail)"
    }

    private var losses: [String] {
        filter { $0.isReached && $0.lost > 0 }.map { tries in
            let share = Units.ratio(Double(tries.lost) / Double(tries.outcomes.count))
            return "\(tries.lost) of \(tries.outcomes.count) tries (\(share)) to \(tries.address) lost packets"
        }
    }
}
