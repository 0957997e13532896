import Diagnostics

/// Samples and evidence from a chain and the judgement on it. Pure.
struct ChainReport {
    /// The leaf first, as the server sent them.
    let sent: [Certificate]
    /// Nil where judging was impossible.
    let verification: Verification?
    let now: Timestamp

    func write(to content: inout Observation.Content) {
        writeExpiry(to: &content)
        writeLeaf(to: &content)
        content.evidence.append(Self.table("tls.chain", "Certificates as sent", sent))
        guard let verification else { return }
        content.add(TLSMetrics.verified, verification.isTrusted ? 1 : 0)
        content.evidence.append(verificationEvidence(verification))
        if !verification.path.isEmpty, verification.path != sent {
            content.evidence.append(Self.table("tls.path", "Path that a client builds", verification.path))
        }
    }

    /// The chain that the alert is about: the path where it ends at a trusted authority, else what was sent. A
    /// certificate that the server sends without need is no part of the path, so its expiry alarms nobody.
    private var judged: (chain: [Certificate], isPath: Bool) {
        if let verification, verification.reachesTrust { return (verification.path, true) }
        return (sent, false)
    }

    private func writeExpiry(to content: inout Observation.Content) {
        if let sentFirst = sent.firstToExpire {
            content.add(TLSMetrics.sentEarliestExpiry, sentFirst.time.secondsSinceEpoch)
        }
        guard let first = judged.chain.firstToExpire else {
            let reason = sent.isEmpty ? "the server showed no certificate" : "no certificate has a valid date"
            content.gaps.append(Gap(TLSMetrics.certificateExpiry, reason))
            return
        }
        content.add(TLSMetrics.certificateExpiry, first.time.secondsSinceEpoch)
        content.evidence.append(.fact("tls.expiry", "First to expire", expiryWords(first.certificate, first.time)))
    }

    private func expiryWords(_ certificate: Certificate, _ time: Timestamp) -> String {
        let role = certificate == sent.first ? "the server's own certificate" : "an authority's certificate"
        let place = judged.isPath ? "of the path that a client verifies" : "of what was sent; no path could be verified"
        let length = Units.seconds(abs(time.seconds(since: now)))
        let verb = time < now ? "expired \(length) ago" : "expires in \(length)"
        return "\(certificate.title), \(role), \(verb), at \(time): the first \(place)"
    }

    private func writeLeaf(to content: inout Observation.Content) {
        guard let leaf = sent.first else { return }
        if let time = leaf.notAfter { content.add(TLSMetrics.leafExpiry, time.secondsSinceEpoch) }
        if let time = leaf.notBefore { content.add(TLSMetrics.notBefore, time.secondsSinceEpoch) }
        if let left = leaf.lifetimeLeft(at: now) { content.add(TLSMetrics.lifetimeLeft, left) }
        let names = leaf.dnsNames + leaf.ipAddresses
        let more = names.count > 20 ? " and \(names.count - 20) more" : ""
        let list = names.isEmpty ? "none" : names.prefix(20).joined(separator: ", ") + more
        content.evidence.append(.fact("tls.names", "Names in the certificate", list))
    }

    private func verificationEvidence(_ verification: Verification) -> Evidence {
        guard !verification.isTrusted else {
            let anchor = verification.path.last?.subject ?? "an authority"
            return .fact("tls.verification", "Verification", "trusted: the path ends at \(anchor)")
        }
        return Evidence(
            id: "tls.verification", title: "Not trusted",
            .tree(verification.flaws.map { Branch($0.sentence, [Branch($0.advice)]) }))
    }

    private static func table(_ id: String, _ title: String, _ chain: [Certificate]) -> Evidence {
        .table(
            id, title,
            columns: [
                "subject", "issuer", "not_before", "not_after", "key", "signature", "serial", "sha256", "authority",
            ],
            rows: chain.map { certificate in
                [
                    .text(certificate.subject), .text(certificate.issuer),
                    certificate.notBefore.map(Cell.time) ?? .none, certificate.notAfter.map(Cell.time) ?? .none,
                    .text("\(certificate.keyType ?? "unknown") \(certificate.keyBits)"),
                    .text(certificate.signatureAlgorithm), .text(certificate.serial), .text(certificate.fingerprint),
                    .flag(certificate.isAuthority),
                ]
            })
    }
}
