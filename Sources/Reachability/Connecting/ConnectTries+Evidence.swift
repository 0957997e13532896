import Diagnostics
import Network

extension ConnectTries {
    /// `10.0.0.7 (eth0)`.
    fileprivate var localPlace: String? {
        localHost.map { host in host + (LocalInterface(ofHost: host).map { " (\($0.name))" } ?? "") }
    }
}

extension [ConnectTries] {
    var evidence: [Evidence] {
        guard !isEmpty else { return [] }
        return [connecting] + (contains { !$0.infos.isEmpty } ? [transport] : [])
    }

    private var connecting: Evidence {
        .table(
            "net.connect", "TCP connections, made and closed again",
            columns: ["address", "tries", "lost", "min", "median", "p95", "max", "jitter", "failures"],
            rows: map { tries in
                let spread = Spread(tries.times)
                let times = [spread?.least, spread?.median, spread?.p95, spread?.most, spread?.jitter]
                let share = tries.outcomes.isEmpty ? 0 : Double(tries.lost) / Double(tries.outcomes.count)
                return [.text("\(tries.address)"), .integer(Int64(tries.outcomes.count)), .ratio(share)]
                    + times.map { $0.map(Cell.seconds) ?? .none } + [tries.failures.map(Cell.text) ?? .none]
            })
    }

    /// Of the last connection to each address: what the kernel knows of the way by then.
    private var transport: Evidence {
        .table(
            "net.tcp", "What the kernel knows of these connections (TCP_INFO)",
            columns: ["address", "from", "rtt", "rttvar", "syn_repeated", "mss", "path_mtu", "cwnd"],
            rows: compactMap { tries in
                guard let info = tries.infos.last else { return nil }
                return [
                    .text("\(tries.address)"), tries.localPlace.map(Cell.text) ?? .none,
                    .seconds(info.roundTrip.seconds), .seconds(info.roundTripVariation.seconds),
                    .integer(Int64(tries.repeated)), .integer(Int64(info.segmentSize)),
                    .integer(Int64(info.pathMTU)), .integer(Int64(info.congestionWindow)),
                ]
            })
    }
}
