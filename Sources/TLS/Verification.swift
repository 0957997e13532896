import Diagnostics

/// How far a chain can be trusted: the path that was built and everything that is wrong with it.
public struct Verification: Sendable, Hashable {
    /// One thing that keeps a careful client from trusting the server.
    public struct Flaw: Sendable, Hashable {
        public enum Kind: String, Sendable, Hashable {
            case expired, notYetValid, invalidTime
            case nameMismatch
            case selfSigned, unknownAuthority, missingIntermediate
            case weak, wrongPurpose, badSignature, other
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

    public init(path: [Certificate], flaws: [Flaw]) {
        self.path = path
        self.flaws = flaws
    }

    public var isTrusted: Bool { flaws.isEmpty }

    /// The path ends at a trusted authority, though its dates or names may be wrong.
    public var reachesTrust: Bool {
        !path.isEmpty && flaws.allSatisfy { Self.leavesPathWhole.contains($0.kind) }
    }

    private static let leavesPathWhole: Set<Flaw.Kind> = [.expired, .notYetValid, .invalidTime, .nameMismatch, .weak]
}

extension [Certificate] {
    /// The certificate that expires first; those without a valid date are left out.
    public var firstToExpire: (certificate: Certificate, time: Timestamp)? {
        compactMap { certificate in certificate.notAfter.map { (certificate, $0) } }.min { $0.1 < $1.1 }
    }
}
