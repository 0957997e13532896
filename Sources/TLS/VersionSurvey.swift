import Diagnostics
import Network

/// Which versions of TLS a server still accepts: one handshake for each, on terms that refuse nothing old.
struct VersionSurvey: Sendable {
    enum Answer: Sendable, Hashable {
        /// With this cipher.
        case accepted(String)
        /// In the server's words.
        case refused(String)
        /// Nobody knows: no answer in time, no connection.
        case unknown(String)
    }

    let answers: [(version: TLSVersion, answer: Answer)]

    /// One after the other: a server under load is not helped by four at once.
    static func take(at address: SocketAddress, _ settings: TLSSettings, _ offer: TLSOffer, _ deadline: Deadline) async
        -> VersionSurvey
    {
        var answers: [(TLSVersion, Answer)] = []
        for version in TLSVersion.allCases {
            var offer = offer
            offer.version = version
            offer.asksForStaple = false
            answers.append((version, await answer(at: address, settings, offer, deadline)))
        }
        return VersionSurvey(answers: answers)
    }

    private static func answer(
        at address: SocketAddress, _ settings: TLSSettings, _ offer: TLSOffer, _ deadline: Deadline
    ) async -> Answer {
        do throws(ProbeError) {
            return .accepted(try await Survey.succeeds(at: address, settings, offer, deadline).cipher)
        } catch {
            switch error.kind {
            // Some servers and balancers hang up where others explain themselves.
            case .tls, .unreachable, .protocolViolation: return .refused(error.message)
            default: return .unknown(error.message)
            }
        }
    }

    func write(to content: inout Observation.Content) {
        for (version, answer) in answers {
            switch answer {
            case .accepted: content.add(TLSMetrics.versionAccepted, 1, labels: ["version": version.rawValue])
            case .refused: content.add(TLSMetrics.versionAccepted, 0, labels: ["version": version.rawValue])
            case .unknown(let reason):
                content.gaps.append(Gap(TLSMetrics.versionAccepted, "\(version.name): \(reason)"))
            }
        }
        content.evidence.append(
            .table(
                "tls.versions", "Versions", columns: ["version", "accepted", "cipher", "remark"], rows: answers.map(row)
            ))
    }

    private func row(_ version: TLSVersion, _ answer: Answer) -> [Cell] {
        let outdated = "must not be used any more (RFC 8996)"
        switch answer {
        case .accepted(let cipher):
            return [
                .text(version.name), .flag(true), .text(cipher), version.isOutdated ? .text(outdated) : .none,
            ]
        case .refused(let words): return [.text(version.name), .flag(false), .none, .text(words)]
        case .unknown(let words): return [.text(version.name), .none, .none, .text("unknown: \(words)")]
        }
    }

    /// What is not asked: OpenSSL 3 speaks nothing older.
    static let limits = Evidence.fact(
        "tls.versions.limits", "Not asked for", "SSL 2.0 and SSL 3.0: the library that diag speaks TLS with has neither"
    )
}
