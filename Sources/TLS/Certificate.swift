import Diagnostics

/// What an X.509 certificate says, read whole and at once: it holds no handle of a library.
///
/// Names come from whoever issued it: they are data, and nothing in them is to be trusted.
public struct Certificate: Sendable, Hashable {
    /// As RFC 2253 writes it, the most specific part first: `CN=www.example.org,O=Example`.
    public let subject: String
    public let issuer: String
    /// The subject's CN, where it has one.
    public let commonName: String?
    public let dnsNames: [String]
    public let ipAddresses: [String]
    /// Mail addresses and URIs among the names; no server is known by them.
    public let otherNames: [String]
    /// Nil when the field holds no valid time; such a certificate is never valid (RFC 5280, 4.1.2.5).
    public let notBefore: Timestamp?
    /// As `notBefore`. A certificate that is never to expire says 9999-12-31 here.
    public let notAfter: Timestamp?
    /// Hexadecimal, as `openssl x509 -serial` prints it.
    public let serial: String
    /// Nil for a key that the library cannot read.
    public let key: PublicKey?
    public let signature: Signature
    /// SHA-256 over the DER bytes, lower-case hexadecimal.
    public let fingerprint: String
    /// SHA-1 over the DER bytes, lower-case hexadecimal: what older inventories know a certificate by.
    public let sha1: String
    /// SHA-256 over the public key's own DER bytes in Base64, as RFC 7469 pins it: the same after a renewal that kept the
    /// key.
    public let pin: String
    /// Basic constraints say that it may sign certificates.
    public let isAuthority: Bool
    /// Subject and issuer are the same. Whether the signature fits too is the verification's business.
    public let isSelfIssued: Bool
    /// Where the issuer's certificate can be fetched, when it says so (RFC 5280, 4.2.2.1). Never fetched from here.
    public let issuerAddress: String?
    /// Where its revocation can be asked for (RFC 6960). Never asked from here.
    public let responderAddress: String?
    /// It is only to be believed together with a stapled OCSP response (RFC 7633, `status_request`).
    public let requiresStaple: Bool
    /// Signed certificate timestamps in it (RFC 6962): the public logs that promised to show it.
    public let timestamps: Int
}

extension Certificate {
    public struct PublicKey: Sendable, Hashable {
        /// `RSA`, `EC`, `ED25519`.
        public let type: String
        /// The key's length in bits.
        public let bits: Int
        /// `P-256`, `secp521r1`; nil where the type says it all.
        public let curve: String?
        /// What it withstands, in bits of a symmetric cipher (NIST SP 800-57): 112 for RSA of 2048.
        public let strength: Int
    }

    /// How its issuer signed it.
    public struct Signature: Sendable, Hashable {
        /// `sha256WithRSAEncryption`, `ecdsa-with-SHA256`.
        public let algorithm: String
        /// The hash that is signed; nil where the algorithm has its own, as Ed25519.
        public let hash: String?
    }

    /// A short name for people: the common name, the first DNS name or the whole subject, with the start of the serial.
    public var title: String { "\(name) (serial \(serial))" }

    /// The common name, the first DNS name or the whole subject.
    public var name: String {
        commonName ?? dnsNames.first ?? (subject.isEmpty ? "certificate without a subject" : subject)
    }

    /// All that a server can be known by.
    public var names: [String] { dnsNames + ipAddresses }

    /// Seconds from its first moment to its last; nil without two valid dates in order.
    public var lifetime: Double? {
        guard let notBefore, let notAfter, notBefore < notAfter else { return nil }
        return notAfter.seconds(since: notBefore)
    }

    /// How much of its lifetime is left at `time`, from 1 to 0; nil without two valid dates. Certificates that live for
    /// hours or days are judged by this rather than by days left.
    public func lifetimeLeft(at time: Timestamp) -> Double? {
        guard let notAfter, let lifetime else { return nil }
        return min(1, max(0, notAfter.seconds(since: time) / lifetime))
    }
}

extension Certificate.PublicKey: CustomStringConvertible {
    /// `RSA 2048`, `EC P-256`, `ED25519`.
    public var description: String {
        if let curve { return "\(type) \(curve)" }
        return type.hasPrefix("ED") ? type : "\(type) \(bits)"
    }
}
