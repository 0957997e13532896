import Diagnostics
import TLS

extension Observation.Content {
    /// How safe the connection is, and what was overlooked. Evidence: `redis.security`.
    mutating func report(_ security: RedisConnection.Security?, _ settings: TLSClientSettings?) {
        guard let security else { return }
        evidence.append(.fact("redis.security", "Connection", security.sentence(settings, at: .now)))
    }
}

extension RedisConnection.Security {
    /// `TLSv1.3, certificate verified, valid for 42.0 days`.
    func sentence(_ settings: TLSClientSettings?, at now: Timestamp) -> String {
        let flaws = certificates.verification?.flaws ?? []
        let wasChecked = (settings?.check ?? settings?.usualCheck) != .nothing
        let trust = wasChecked ? "certificate verified" : "certificate not verified, as insecure was asked for"
        let overlooked = flaws.isEmpty ? [] : ["clients that check more refuse it: " + flaws[0].sentence]
        return ([agreement.version, trust] + [validity(at: now)].compactMap { $0 } + overlooked).joined(separator: ", ")
    }

    private func validity(at now: Timestamp) -> String? {
        guard let first = (certificates.judged ?? certificates.sent).firstToExpire else { return nil }
        let left = first.time.seconds(since: now)
        return left < 0 ? "expired \(Units.seconds(-left)) ago" : "valid for \(Units.seconds(left))"
    }
}
