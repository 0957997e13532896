import Diagnostics
import Network

extension WaySurvey {
    func report(to content: inout Observation.Content) {
        content.failure = failure
        reportSamples(to: &content)
        content.evidence.append(.fact("net.judgement", "In short", judgement))
        content.evidence += (lookUp?.evidence ?? []) + tries.evidence + paths.flatMap(\.evidence)
        content.evidence += mtus.map(\.evidence)
    }

    private func reportSamples(to content: inout Observation.Content) {
        if let lookUp, case .success = lookUp.system {
            content.add(ConnectionMetrics.resolve, lookUp.systemTime.seconds)
        }
        guard let reached = tries.first(where: \.isReached), let spread = Spread(reached.times) else { return }
        content.add(ReachabilityMetrics.connect, spread.median)
        content.add(ReachabilityMetrics.lost, Double(reached.lost) / Double(reached.outcomes.count))
        content.add(ReachabilityMetrics.jitter, spread.jitter)
        if let info = reached.infos.last { content.add(ConnectionMetrics.roundTrip, info.roundTrip.seconds) }
        if let path = paths.first, path.isComplete {
            content.add(ReachabilityMetrics.hops, Double(path.hops.count))
        }
        if let mtu = mtus.first, mtu.verdict != .unknown {
            content.add(ReachabilityMetrics.pathMTU, Double(mtu.passes))
        }
    }

    /// Why the place cannot be reached; nil when one of its addresses takes connections.
    private var failure: ProbeError? {
        if let lookUp, case .failure(let error) = lookUp.system { return error }
        guard !tries.contains(where: \.isReached) else { return nil }
        let error = tries.flatMap(\.errors).first
        return error ?? .timedOut("connect to \(settings.address)")
    }

    /// One sentence: what is wrong first, what is well behind it.
    var judgement: String {
        let clauses = (lookUp?.judgement ?? []) + tries.judgement + silence + mtus.flatMap(\.judgement)
        return clauses.joined(separator: "; ")
    }

    /// Where packets stop, when nobody answers.
    private var silence: [String] {
        guard !tries.isEmpty, !tries.contains(where: { $0.isReached || $0.isRefused }) else { return [] }
        return paths.compactMap { path in
            if let refusing = path.hops.last, let note = refusing.note {
                return "\(refusing.addresses.first ?? "hop \(refusing.number)") stops packets: \(note)"
            }
            if path.isComplete { return "the host itself answers datagrams: a firewall before the port drops them" }
            guard let router = path.lastRouter else { return nil }
            return "the last to answer on the way is \(router.addresses.joined(separator: " ")) (hop \(router.number))"
        }
    }
}
