import Diagnostics
import Network

/// All that was seen of one server at all addresses of its name. Pure.
struct EndpointReport {
    /// Addresses that serve the same chain, with the judgement on it.
    struct Group: Sendable {
        let sightings: [(address: SocketAddress, survey: Survey)]
        /// Nil where judging was impossible.
        let verification: Verification?

        var survey: Survey { sightings[0].survey }
        var certificates: [Certificate] { survey.chain.certificates }
    }

    let groups: [Group]
    let sightings: [Sighting]
    let now: Timestamp
    /// Only what is measured and the summary.
    var isBrief = false

    func write(to content: inout Observation.Content) {
        let ordered = groups.sorted { isWorse($0, $1) }
        content.evidence.append(summary(ordered[0]))
        var samples: [Observation.Content] = []
        for group in ordered {
            var own = Observation.Content()
            write(group, to: &own)
            content.evidence += own.evidence
            content.gaps += own.gaps
            content.problems += own.problems
            samples.append(own)
        }
        content.samples += worst(samples.flatMap(\.samples))
        writeAddresses(to: &content)
    }

    private func write(_ group: Group, to content: inout Observation.Content) {
        let place = groups.count > 1 ? "at " + group.sightings.map { "\($0.address)" }.joined(separator: ", ") : ""
        ChainReport(
            sent: group.certificates, verification: group.verification, now: now, place: place, isBrief: isBrief
        )
        .write(to: &content)
        SessionReport(survey: group.survey, verification: group.verification, now: now, place: place, isBrief: isBrief)
            .write(to: &content)
        for (_, survey) in group.sightings {
            content.add(TLSMetrics.connect, survey.connectTime.seconds)
            guard let problem = survey.problem else {
                content.add(TLSMetrics.handshake, survey.handshakeTime.seconds)
                continue
            }
            if !content.problems.contains(problem) { content.problems.append(problem) }
            content.gaps.append(Gap(TLSMetrics.handshake, problem.message))
        }
    }

    /// One value of each metric: the worst that was seen.
    private func worst(_ samples: [Sample]) -> [Sample] {
        if sightings.count == 1 { return samples }
        var order: [Metric] = []
        var worst: [Metric: Sample] = [:]
        for sample in samples {
            guard let known = worst[sample.metric] else {
                order.append(sample.metric)
                worst[sample.metric] = sample
                continue
            }
            let isWorse =
                TLSMetrics.worstIsMost.contains(sample.metric) ? sample.value > known.value : sample.value < known.value
            if isWorse { worst[sample.metric] = sample }
        }
        return order.compactMap { worst[$0] }
    }

    /// First those that a client does not trust, then by expiry.
    private func isWorse(_ left: Group, _ right: Group) -> Bool {
        let (a, b) = (left.verification?.isTrusted ?? true, right.verification?.isTrusted ?? true)
        return a == b ? expiry(left) < expiry(right) : !a
    }

    private func expiry(_ group: Group) -> Timestamp {
        let report = ChainReport(sent: group.certificates, verification: group.verification, now: now)
        return report.judged.chain.firstToExpire?.time ?? Timestamp(secondsSinceEpoch: -.infinity)
    }
}

// MARK: - The addresses

extension EndpointReport {
    private func writeAddresses(to content: inout Observation.Content) {
        let dead = sightings.dead
        content.add(TLSMetrics.addresses, Double(sightings.count))
        content.add(TLSMetrics.deadAddresses, Double(dead.count))
        content.add(TLSMetrics.servedCertificates, Double(groups.count))
        content.problems += dead.compactMap(\.failure)
        guard sightings.count > 1 else { return }
        let words = groups.count > 1 ? "Addresses; they serve \(groups.count) different chains" : "Addresses"
        content.evidence.append(
            .table(
                "tls.addresses", words,
                columns: ["address", "certificate", "not_after", "connect", "handshake", "sha256", "error"],
                rows: sightings.map(row)))
    }

    private func row(_ sighting: Sighting) -> [Cell] {
        guard let survey = sighting.survey else {
            let words = sighting.failure?.message ?? ""
            return [.text("\(sighting.address)"), .none, .none, .none, .none, .none, .text(words)]
        }
        let leaf = survey.chain.certificates.first
        return [
            .text("\(sighting.address)"), leaf.map { .text($0.name) } ?? .none, leaf?.notAfter.map(Cell.time) ?? .none,
            .seconds(survey.connectTime.seconds), .seconds(survey.handshakeTime.seconds),
            leaf.map { .text(String($0.fingerprint.prefix(16))) } ?? .none,
            survey.problem.map { .text($0.message) } ?? .none,
        ]
    }

    /// One row, for the overview of many servers.
    private func summary(_ worst: Group) -> Evidence {
        let report = ChainReport(sent: worst.certificates, verification: worst.verification, now: now)
        let leaf = worst.certificates.first
        let first = report.judged.chain.firstToExpire
        let flaws = worst.verification?.flaws ?? []
        return .records(
            "tls.summary", "In short",
            columns: [
                "certificate", "issuer", "not_after", "left", "verified", "flaws", "session", "addresses",
            ],
            rows: [
                [
                    leaf.map { .text($0.name) } ?? .none, leaf.map { .text($0.shortIssuer) } ?? .none,
                    first.map { .time($0.time) } ?? .none,
                    first.map { .seconds($0.time.seconds(since: now)) } ?? .none,
                    worst.verification.map { .flag($0.isTrusted) } ?? .none,
                    flaws.isEmpty ? .none : .list(flaws.map(\.kind.rawValue)),
                    worst.survey.agreement.map { .text($0.version) } ?? .none,
                    sightings.count > 1 ? .integer(Int64(sightings.count)) : .none,
                ]
            ])
    }
}

extension Certificate {
    /// The issuer's common name or organisation, else all of it.
    var shortIssuer: String {
        if isSelfIssued { return "itself" }
        let parts = issuer.split(separator: ",")
        let telling = parts.first { $0.hasPrefix("CN=") } ?? parts.first { $0.hasPrefix("O=") }
        return telling.map { String($0.drop { $0 != "=" }.dropFirst()) } ?? issuer
    }
}
