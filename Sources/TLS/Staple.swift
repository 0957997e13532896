import Diagnostics

/// The OCSP response that a server sends along with its certificate (RFC 6066, 8; RFC 6960): its issuer's word that the
/// certificate was not revoked.
public struct Staple: Sendable, Hashable {
    public enum Status: Sendable, Hashable {
        case good
        /// Since when, and why where the issuer says so: `keyCompromise`.
        case revoked(Timestamp?, reason: String?)
        /// The responder does not know the certificate.
        case unknown
    }

    /// Why a response is worth nothing.
    public enum Defect: Sendable, Hashable {
        /// No response that can be read.
        case unreadable
        /// The responder's error in place of an answer: `tryLater`.
        case failed(String)
        /// It speaks of another certificate.
        case otherCertificate
        /// Neither the issuer's signature nor that of a responder that it named.
        case badSignature
    }

    public let status: Status?
    public let produced: Timestamp?
    public let thisUpdate: Timestamp?
    /// Until when it may be believed; nil: the responder always has newer ones.
    public let nextUpdate: Timestamp?
    public let defect: Defect?

    init(
        status: Status? = nil, produced: Timestamp? = nil, thisUpdate: Timestamp? = nil, nextUpdate: Timestamp? = nil,
        defect: Defect? = nil
    ) {
        self.status = status
        self.produced = produced
        self.thisUpdate = thisUpdate
        self.nextUpdate = nextUpdate
        self.defect = defect
    }
}

extension Staple {
    /// Of a signed response for this very certificate; stale ones revoke too.
    var isRevoking: Bool { if case .revoked = status { defect == nil } else { false } }

    /// A client that looks at it goes on: signed, for this certificate, in its time, and not revoked.
    public func isUsable(at now: Timestamp) -> Bool { defect == nil && status == .good && !isStale(at: now) }

    /// Past its time, or not yet in it (five minutes of clock difference are forgiven).
    public func isStale(at now: Timestamp) -> Bool {
        if let nextUpdate, nextUpdate < now { return true }
        return thisUpdate.map { now + Self.clockDifference < $0 } ?? false
    }

    private static let clockDifference = 300.0

    /// `good, from 2026-01-01T00:00:00Z to 2026-01-08T00:00:00Z`.
    func words(at now: Timestamp) -> String {
        switch defect {
        case .unreadable: return "what is stapled is no OCSP response"
        case .failed(let word): return "the responder's error is stapled in place of an answer: \(word)"
        case .otherCertificate: return "what is stapled is about another certificate"
        case .badSignature: return "what is stapled is not signed by the certificate's issuer"
        case nil: break
        }
        return statusWords + period(at: now)
    }

    private var statusWords: String {
        switch status {
        case .good?: "good"
        case .unknown?: "the responder does not know the certificate"
        case .revoked(let time, let reason)?:
            "revoked" + (time.map { " at \($0)" } ?? "") + (reason.map { ", \($0)" } ?? "")
        case nil: "no status"
        }
    }

    private func period(at now: Timestamp) -> String {
        guard let thisUpdate else { return "" }
        let from = ", of \(thisUpdate)"
        guard let nextUpdate else { return from }
        let length = Units.seconds(abs(nextUpdate.seconds(since: now)))
        return from + (nextUpdate < now ? ", stale since \(length) ago" : ", to be believed for another \(length)")
    }
}
