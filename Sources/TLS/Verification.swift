import Diagnostics

/// How far a chain can be trusted: the path that was built and everything that is wrong with it.
public struct Verification: Sendable, Hashable {
    /// One thing that keeps a careful client from trusting the server.
    public struct Flaw: Sendable, Hashable {
        /// The raw values are JSON's.
        public enum Kind: String, Sendable, Hashable, CaseIterable {
            case expired
            case notYetValid = "not_yet_valid"
            case invalidTime = "invalid_time"
            case nameMismatch = "name_mismatch"
            case selfSigned = "self_signed"
            case unknownAuthority = "unknown_authority"
            case missingIntermediate = "missing_intermediate"
            /// By the OCSP response that the server itself staples.
            case revoked
            case weak
            case wrongPurpose = "wrong_purpose"
            case badSignature = "bad_signature"
            case other
        }

        public let kind: Kind
        /// One sentence with the certificate in question.
        public let sentence: String
        /// What would mend it.
        public let advice: String
    }

    /// The leaf first, the trusted authority last where one was reached.
    public let path: [Certificate]
    /// Empty for a chain that verifies.
    public let flaws: [Flaw]
    /// What the server stapled; nil for nothing.
    public let staple: Staple?

    public init(path: [Certificate], flaws: [Flaw], staple: Staple? = nil) {
        self.path = path
        self.flaws = flaws
        self.staple = staple
    }

    public var isTrusted: Bool { flaws.isEmpty }

    /// The path ends at a trusted authority, though its dates or names may be wrong.
    public var reachesTrust: Bool {
        !path.isEmpty && flaws.allSatisfy { Self.leavesPathWhole.contains($0.kind) }
    }

    private static let leavesPathWhole: Set<Flaw.Kind> = [
        .expired, .notYetValid, .invalidTime, .nameMismatch, .weak, .revoked,
    ]

    /// A client of any name would trust it: what is left are other matters, with conditions of their own.
    public var isValidButForName: Bool { flaws.allSatisfy(\.kind.leavesChain) }
}

extension [Certificate] {
    /// The certificate that expires first; those without a valid date are left out.
    public var firstToExpire: (certificate: Certificate, time: Timestamp)? {
        compactMap { certificate in certificate.notAfter.map { (certificate, $0) } }.min { $0.1 < $1.1 }
    }
}
