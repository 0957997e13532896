import Diagnostics

/// Samples and evidence from a chain and the judgement on it. Pure.
struct ChainReport {
    /// The leaf first, as the server sent them.
    let sent: [Certificate]
    /// Nil where judging was impossible.
    let verification: Verification?
    let now: Timestamp
    /// Where this was seen, behind each title; empty where it was the same everywhere.
    var place = ""
    /// Only what is measured, without evidence: for one of thousands that are shown a line each.
    var isBrief = false

    func write(to content: inout Observation.Content) {
        writeExpiry(to: &content)
        writeLeaf(to: &content)
        if let verification { writeVerification(verification, to: &content) }
        if !isBrief { writeChain(to: &content) }
    }

    private func writeChain(to content: inout Observation.Content) {
        if !weak.isEmpty {
            let lines = weak.map { one, weakness in Branch("\(one.title): \(weakness.words)", [Branch(weakness.advice)])
            }
            show(Evidence(id: "tls.weak", title: titled("Weak certificates"), .tree(lines)), in: &content)
        }
        show(CertificateTable(now: now).records("tls.chain", titled("Certificates as sent"), sent), in: &content)
        let remarks = ChainOrder(sent: sent, path: judged.isPath ? judged.chain : nil, now: now).remarks
        if !remarks.isEmpty {
            show(
                Evidence(
                    id: "tls.order", title: titled("What is sent"), .tree(remarks.map { Branch($0, isWhole: true) })),
                in: &content)
        }
        guard let verification, !verification.path.isEmpty, verification.path != sent else { return }
        show(pathTable(verification.path), in: &content)
    }

    /// The chain that the alert is about: the path where it ends at a trusted authority, else what was sent. A
    /// certificate that the server sends without need is no part of the path, so its expiry alarms nobody.
    var judged: (chain: [Certificate], isPath: Bool) {
        if let verification, verification.reachesTrust { return (verification.path, true) }
        return (sent, false)
    }

    /// The trusted authority at the end of a path is believed as it is.
    var weak: [(Certificate, Weakness)] {
        let (chain, isPath) = judged
        let looked = isPath && chain.count > 1 ? Array(chain.dropLast()) : chain
        return looked.flatMap { one in one.weaknesses.map { (one, $0) } }
    }

    private func show(_ evidence: @autoclosure () -> Evidence, in content: inout Observation.Content) {
        if !isBrief { content.evidence.append(evidence()) }
    }

    private func titled(_ title: String) -> String { place.isEmpty ? title : "\(title) \(place)" }

    private func writeExpiry(to content: inout Observation.Content) {
        if let sentFirst = sent.firstToExpire {
            content.add(TLSMetrics.sentEarliestExpiry, sentFirst.time.secondsSinceEpoch)
        }
        guard let first = content.addExpiry(of: judged.chain, at: now) else {
            let reason = sent.isEmpty ? "the server showed no certificate" : "no certificate has a valid date"
            content.gaps.append(Gap(TLSMetrics.certificateExpiry, reason))
            return
        }
        show(.fact("tls.expiry", titled("First to expire"), expiryWords(first.certificate, first.time)), in: &content)
        let rows = isBrief ? [] : expiryRows
        if rows.count > 1 {
            show(
                .table(
                    "tls.expiries", titled("Each apart"),
                    columns: ["of", "certificate", "not_after", "left", "lifetime_left"], rows: rows), in: &content)
        }
    }

    private func expiryWords(_ certificate: Certificate, _ time: Timestamp) -> String {
        let role = certificate == sent.first ? "the server's own certificate" : "an authority's certificate"
        let place = judged.isPath ? "of the path that a client verifies" : "of what was sent; no path could be verified"
        let length = Units.seconds(abs(time.seconds(since: now)))
        let verb = time < now ? "expired \(length) ago" : "expires in \(length)"
        return "\(certificate.title), \(role), \(verb), at \(time): the first \(place)"
    }

    /// Leaf, what was sent, the path: only where they do not all say the same.
    private var expiryRows: [[Cell]] {
        let path = judged.isPath ? judged.chain.firstToExpire : nil
        let all = [
            ("the server's own", sent.first.flatMap { leaf in leaf.notAfter.map { (leaf, $0) } }),
            ("all that was sent", sent.firstToExpire), ("the verified path", path),
        ]
        guard Set(all.compactMap { $0.1?.0.fingerprint }).count > 1 else { return [] }
        return all.compactMap { what, first in
            first.map { certificate, time in
                [
                    .text(what), .text(certificate.name), .time(time), .seconds(time.seconds(since: now)),
                    certificate.lifetimeLeft(at: now).map(Cell.ratio) ?? .none,
                ]
            }
        }
    }

    private func writeLeaf(to content: inout Observation.Content) {
        guard let leaf = sent.first else { return }
        if let time = leaf.notAfter { content.add(TLSMetrics.leafExpiry, time.secondsSinceEpoch) }
        if let time = leaf.notBefore { content.add(TLSMetrics.notBefore, time.secondsSinceEpoch) }
        if let left = leaf.lifetimeLeft(at: now) { content.add(TLSMetrics.lifetimeLeft, left) }
        content.add(TLSMetrics.weakCertificates, Double(Set(weak.map(\.0.fingerprint)).count))
    }

    private func writeVerification(_ verification: Verification, to content: inout Observation.Content) {
        content.add(TLSMetrics.verified, verification.isTrusted ? 1 : 0)
        content.add(TLSMetrics.chainValid, verification.isValidButForName ? 1 : 0)
        content.add(TLSMetrics.nameMatches, verification.flaws.contains { $0.kind == .nameMismatch } ? 0 : 1)
        guard !verification.isTrusted else {
            let anchor = verification.path.last?.subject ?? "an authority"
            show(.fact("tls.verification", titled("Verification"), "trusted: the path ends at \(anchor)"), in: &content)
            return
        }
        if let leaf = sent.first, verification.flaws.contains(where: { $0.kind == .nameMismatch }) {
            let more = leaf.names.count > 20 ? " and \(leaf.names.count - 20) more" : ""
            let names = leaf.names.prefix(20).joined(separator: ", ") + more
            show(
                .fact("tls.names", titled("Names in the certificate"), leaf.names.isEmpty ? "none" : names),
                in: &content)
        }
        let lines = verification.flaws.map { Branch($0.sentence, [Branch($0.advice, isWhole: true)], isWhole: true) }
        show(Evidence(id: "tls.verification", title: titled("Not trusted"), .tree(lines)), in: &content)
    }

    private func pathTable(_ path: [Certificate]) -> Evidence {
        .table(
            "tls.path", titled("Path that a client builds"), columns: ["subject", "not_after", "from", "sha256"],
            rows: path.map { one in
                [
                    .text(one.subject), one.notAfter.map(Cell.time) ?? .none,
                    .text(sent.contains(one) ? "server" : "this machine"), .text(one.fingerprint),
                ]
            })
    }
}
