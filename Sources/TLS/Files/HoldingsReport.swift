import Diagnostics

/// Samples and evidence from what files hold. Pure.
struct HoldingsReport {
    let holdings: [(holding: Holding, facts: FileFacts?)]
    let now: Timestamp

    func write(to content: inout Observation.Content) {
        for (holding, _) in holdings { writeSamples(of: holding, to: &content) }
        let found = holdings.map(\.holding).filter { !$0.certificates.isEmpty || !$0.keys.isEmpty }
        if found.isEmpty {
            let problem = holdings.first.map { "\($0.holding.name): \($0.holding.problems.first ?? "")" }
            content.failure = ProbeError(
                .local, step: "read certificates", message: problem ?? "no file holds a certificate")
            return
        }
        content.problems += holdings.flatMap { one in
            one.holding.problems.map {
                ProbeError(.local, step: "read \(one.holding.name)", message: $0, advice: Self.advice($0))
            }
        }
        content.evidence.append(.remarks("tls.file.remarks", "Findings", holdings.flatMap(remarks)))
        if holdings.count > 1 { content.evidence.append(overview) }
        content.evidence.append(certificates(found))
    }

    private static func advice(_ problem: String) -> String? {
        problem.contains("password") ? "--password-file FILE, or DIAG_KEY_PASSWORD in the environment" : nil
    }

    private func writeSamples(of holding: Holding, to content: inout Observation.Content) {
        let labels: Labels = ["file": holding.name]
        guard let first = holding.judged.firstToExpire else { return }
        content.add(TLSMetrics.certificateExpiry, first.time.secondsSinceEpoch, labels: labels)
        if let lifetime = first.certificate.lifetime {
            content.add(TLSMetrics.certificateLifetime, lifetime, labels: labels)
        }
        if let left = first.certificate.lifetimeLeft(at: now) {
            content.add(TLSMetrics.certificateLeft, left, labels: labels)
        }
        let weak = holding.judged.filter { !$0.weaknesses.isEmpty }.count
        content.add(TLSMetrics.weakCertificates, Double(weak), labels: labels)
        if let matches = holding.keyMatches { content.add(TLSMetrics.keyMatches, matches ? 1 : 0, labels: labels) }
    }

    /// The files that expire first come first.
    private var overview: Evidence {
        let sorted = holdings.sorted { expiry($0.holding) < expiry($1.holding) }
        return .table(
            "tls.files", "Files", columns: ["file", "left", "not_after", "certificate", "key", "mode", "remark"],
            rows: sorted.map { holding, facts in
                let first = holding.judged.firstToExpire
                return [
                    .text(holding.name), first.map { .seconds($0.time.seconds(since: now)) } ?? .none,
                    first.map { .time($0.time) } ?? .none, holding.leaf.map { .text($0.name) } ?? .none,
                    keyWords(holding).map(Cell.text) ?? .none, facts.map { .text($0.words) } ?? .none,
                    holding.problems.first.map(Cell.text) ?? .none,
                ]
            })
    }

    private func expiry(_ holding: Holding) -> Double {
        holding.judged.firstToExpire?.time.secondsSinceEpoch ?? .infinity
    }

    private func keyWords(_ holding: Holding) -> String? {
        guard let key = holding.keys.first else { return nil }
        let kind = key.key.map { "\($0)" } ?? (key.isEncrypted ? "encrypted" : "unreadable")
        return kind + (holding.keyMatches.map { $0 ? ", matches" : ", of another certificate" } ?? "")
    }

    private func certificates(_ found: [Holding]) -> Evidence {
        let table = CertificateTable(now: now)
        let rows = found.flatMap { holding in
            holding.certificates.map { [Cell.text(holding.name), .text(holding.format)] + table.cells($0) }
        }
        return .records(
            "tls.file.certificates", "Certificates", columns: ["file", "format"] + CertificateTable.columns, rows: rows)
    }
}

// MARK: - Remarks

extension HoldingsReport {
    private func remarks(_ holding: Holding, _ facts: FileFacts?) -> [Remark] {
        expiryRemarks(holding) + keyRemarks(holding, facts) + weaknesses(holding) + order(holding)
    }

    private func expiryRemarks(_ holding: Holding) -> [Remark] {
        guard let (certificate, time) = holding.judged.firstToExpire else { return [] }
        let length = Units.seconds(abs(time.seconds(since: now)))
        guard time < now else {
            if let begin = certificate.notBefore, begin > now {
                return [.trouble("\(holding.name): \(certificate.name) is not valid before \(begin)")]
            }
            return [.fine("\(holding.name): \(certificate.name) is valid for another \(length), until \(time)")]
        }
        return [.trouble("\(holding.name): \(certificate.name) expired \(length) ago, at \(time)")]
    }

    private func keyRemarks(_ holding: Holding, _ facts: FileFacts?) -> [Remark] {
        guard !holding.keys.isEmpty else { return [] }
        var remarks: [Remark] = []
        if holding.keyMatches == false {
            remarks.append(
                .trouble("\(holding.name): the key is not the certificate's: no server can use the two together"))
        }
        if holding.keys.contains(where: { $0.key == nil && $0.isEncrypted }) {
            remarks.append(
                .careful("\(holding.name): the key is encrypted: whether it is the certificate's cannot be told"))
        }
        if let facts, facts.isPublic {
            remarks.append(
                .trouble(
                    "\(holding.path): everybody on this machine may read the private key (\(facts.words))",
                    next: "chmod o= \(holding.path.shellWord)"))
        } else if let facts, facts.isWritable {
            remarks.append(
                .careful(
                    "\(holding.path): others than its owner may replace the private key (\(facts.words))",
                    next: "chmod go-w \(holding.path.shellWord)"))
        }
        return remarks
    }

    private func weaknesses(_ holding: Holding) -> [Remark] {
        holding.judged.flatMap { one in
            one.weaknesses.map { .trouble("\(holding.name): \(one.name) is weak: \($0.words); \($0.advice)") }
        }
    }

    private func order(_ holding: Holding) -> [Remark] {
        guard holding.certificates.contains(where: { !$0.isAuthority }) else { return [] }
        return ChainOrder(sent: holding.certificates, path: nil, now: now).remarks.map {
            .careful("\(holding.name): \($0)")
        }
    }
}
