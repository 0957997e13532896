import Diagnostics
import Network

extension HealthInquiry {
    func report(to content: inout Observation.Content) {
        switch verdict {
        case .up: content.add(HTTPMetrics.healthUp, 1)
        case .down: content.add(HTTPMetrics.healthUp, 0)
        case .unknown(let reason): content.gaps.append(Gap(HTTPMetrics.healthUp, reason))
        case nil: content.gaps.append(Gap(HTTPMetrics.healthUp, "not asked"))
        }
        content.failure = failure
        reportTimes(to: &content)
        deciding?.reportCertificates(to: &content)
        if let deciding, settings.showsAnswer { content.evidence.append(deciding.summary) }
        if !attempts.isEmpty { content.evidence.append(attemptTable) }
        if let sentence {
            content.evidence.append(.fact("http.health.body", "What the health endpoint says", sentence))
        }
        if !checks.isEmpty { content.evidence.append(checkTable) }
        if let deciding { content.evidence += deciding.evidence(inFull: settings.showsAnswer) }
        if let detail { content.evidence.append(Self.table(of: detail)) }
        deciding?.way?.report(to: &content)
    }

    private func reportTimes(to content: inout Observation.Content) {
        guard let deciding else { return }
        content.add(HTTPMetrics.healthStatus, Double(deciding.status))
        content.add(HTTPMetrics.healthSeconds, deciding.phases.total.seconds)
        content.add(HTTPMetrics.redirects, Double(deciding.hops.count))
        content.add(HTTPMetrics.bodyBytes, Double(deciding.bodyLength))
        if let version = Double(deciding.version) { content.add(HTTPMetrics.version, version) }
        if !checks.isEmpty { content.add(HTTPMetrics.failedChecks, Double(checks.count { $0.isMet == false })) }
        for (phase, time) in deciding.phases.named {
            content.add(HTTPMetrics.phaseSeconds, time.seconds, labels: ["phase": phase])
        }
    }

    private var checkTable: Evidence {
        .table(
            "http.health.checks", "What was expected of it", columns: ["check", "expected", "found", "verdict"],
            rows: checks.map { check in
                let verdict = check.isMet.map { $0 ? "ok" : "not met" } ?? "unknown"
                return [.text(check.subject), .text(check.expected), .text(check.found), .text(verdict)]
            })
    }

    private var attemptTable: Evidence {
        .table(
            "http.health", "Health endpoints asked",
            columns: ["path", "status", "duration", "answered_by", "server", "content_type"],
            rows: attempts.map { attempt in
                let response = attempt.response
                return [
                    .text(attempt.path), .integer(Int64(response.status)), .seconds(response.phases.total.seconds),
                    .text(response.redirectedFrom.isEmpty ? response.remoteAddress ?? "" : URLText.shown(response.url)),
                    response.head["server"].map(Cell.text) ?? .none,
                    response.head.contentType.map(Cell.text) ?? .none,
                ]
            })
    }

    private var sentence: String? {
        let unmet = checks.filter { $0.isMet == false }.map(\.sentence).joined(separator: ", ")
        let words = [
            unmet.isEmpty ? nil : "its answer is not as expected: \(unmet)", note, redirect, untrusted,
            verdict == .down ? nil : reportedStatus.map { "its body says status: \($0)" },
            verdict == .down ? Self.excerpt(of: deciding) : nil,
        ]
        let sentence = words.compactMap(\.self).filter { !$0.isEmpty }.joined(separator: "; ")
        return sentence.isEmpty ? nil : sentence
    }

    /// A login page is a 200 too: whoever reads sees where the answer came from.
    private var redirect: String? {
        deciding.flatMap { $0.redirectedFrom.isEmpty ? nil : "redirected to \(URLText.shown($0.url))" }
    }

    private var untrusted: String? {
        deciding?.certificates?.areTrusted == false ? "its certificate does not verify, which the settings allow" : nil
    }

    private static func excerpt(of response: HTTPResponse?) -> String? {
        guard let response else { return nil }
        let text = String(decoding: response.body.prefix(200), as: UTF8.self).split(whereSeparator: \.isWhitespace)
            .joined(separator: " ")
        return "it answered \(response.status)" + (text.isEmpty ? "" : ": \(text)")
    }

    /// One row a component: the members of the answer that have a state of their own.
    private static func table(of detail: Attempt) -> Evidence {
        let rows = JSONValue(detail.response.body).map { flattened($0, below: "") } ?? []
        return .table(
            "http.health.detail", "What \(detail.path) says", columns: ["component", "value"],
            rows: rows.prefix(50).map { [.text($0.0), .text($0.1)] })
    }

    private static func flattened(_ value: JSONValue, below name: String, depth: Int = 0) -> [(String, String)] {
        if let text = value.text { return [(name, text)] }
        guard depth < 4, let members = value.object else { return [] }
        return members.sorted { $0.key < $1.key }.flatMap { member in
            flattened(member.value, below: name.isEmpty ? member.key : "\(name).\(member.key)", depth: depth + 1)
        }
    }
}

extension HTTPPhases {
    /// The label values of `diag_http_phase_seconds`; without `tls` on a plain connection.
    var named: [(String, Duration)] {
        [("resolve", resolve), ("connect", connect)] + (tls.map { [("tls", $0)] } ?? [])
            + [("first_byte", firstByte), ("transfer", transfer)]
    }
}
