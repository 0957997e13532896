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
    /// Nil when the field holds no valid time; such a certificate is never valid (RFC 5280, 4.1.2.5).
    public let notBefore: Timestamp?
    /// As `notBefore`. A certificate that is never to expire says 9999-12-31 here.
    public let notAfter: Timestamp?
    /// Hexadecimal, as `openssl x509 -serial` prints it.
    public let serial: String
    /// `RSA`, `EC`, `ED25519`; nil for a key that the library cannot read.
    public let keyType: String?
    /// The key's length in bits; zero when unknown.
    public let keyBits: Int
    /// `sha256WithRSAEncryption`, `ecdsa-with-SHA256`.
    public let signatureAlgorithm: String
    /// SHA-256 over the DER bytes, lower-case hexadecimal.
    public let fingerprint: String
    /// Basic constraints say that it may sign certificates.
    public let isAuthority: Bool
    /// Subject and issuer are the same. Whether the signature fits too is the verification's business.
    public let isSelfIssued: Bool
    /// Where the issuer's certificate can be fetched, when it says so (RFC 5280, 4.2.2.1). Never fetched from here.
    public let issuerAddress: String?
}

extension Certificate {
    /// A short name for people: the common name, the first DNS name or the whole subject, with the start of the serial.
    public var title: String {
        let name = commonName ?? dnsNames.first ?? (subject.isEmpty ? "certificate without a subject" : subject)
        return "\(name) (serial \(serial))"
    }

    /// How much of its lifetime is left at `time`, from 1 to 0; nil without two valid dates. Certificates that live for
    /// hours or days are judged by this rather than by days left.
    public func lifetimeLeft(at time: Timestamp) -> Double? {
        guard let notBefore, let notAfter, notBefore < notAfter else { return nil }
        return min(1, max(0, notAfter.seconds(since: time) / notAfter.seconds(since: notBefore)))
    }
}
