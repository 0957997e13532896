import Diagnostics

/// What the TLS probe measures. Times are seconds since 1970, so that "less than 14 days" is `value - now`. Of several
/// addresses of a name that serve different certificates the worst value is told.
public enum TLSMetrics {
    public static let certificateExpiry = Metric(
        "diag_tls_certificate_expiry_seconds", .gauge,
        "When the chain that a client verifies first expires; of what was sent where none reaches a trusted authority.")
    public static let certificateLifetime = Metric(
        "diag_tls_certificate_lifetime_seconds", .gauge,
        "How long the certificate that expires first lives, from its first moment to its last.")
    public static let certificateLeft = Metric(
        "diag_tls_certificate_lifetime_left_ratio", .gauge,
        "Share of its lifetime that is left to the certificate that expires first.")
    public static let leafExpiry = Metric(
        "diag_tls_leaf_expiry_seconds", .gauge, "When the server's own certificate expires.")
    public static let sentEarliestExpiry = Metric(
        "diag_tls_sent_earliest_expiry_seconds", .gauge, "When the first of the certificates that were sent expires.")
    public static let notBefore = Metric(
        "diag_tls_not_before_seconds", .gauge, "Since when the server's own certificate is valid.")
    public static let lifetimeLeft = Metric(
        "diag_tls_leaf_lifetime_left_ratio", .gauge, "Share of the server's own certificate's lifetime that is left.")
    public static let verified = Metric(
        "diag_tls_verified", .gauge, "1 where a client on this machine would trust the server, else 0.")
    public static let chainValid = Metric(
        "diag_tls_chain_valid", .gauge,
        "1 where the path to a trusted authority holds, whatever name and strength of keys, else 0.")
    public static let nameMatches = Metric(
        "diag_tls_name_matches", .gauge, "1 where the certificate is for the name that was asked for, else 0.")
    public static let weakCertificates = Metric(
        "diag_tls_weak_certificates", .gauge,
        "Certificates of the path whose key is too short or whose signature uses a broken hash.")
    public static let stapleUsable = Metric(
        "diag_tls_staple_usable", .gauge,
        "1 where the stapled OCSP response is signed, about this certificate, good and in its time, else 0.")
    public static let stapleExpiry = Metric(
        "diag_tls_staple_next_update_seconds", .gauge, "Until when the stapled OCSP response may be believed.")
    public static let versionAccepted = Metric(
        "diag_tls_version_accepted", .gauge, "1 where the server accepts this version of TLS, else 0.")
    public static let addresses = Metric("diag_tls_addresses", .gauge, "Addresses that the server's name has.")
    public static let deadAddresses = Metric(
        "diag_tls_addresses_dead", .gauge, "Addresses of the name at which no TLS server answers, while others do.")
    public static let servedCertificates = Metric(
        "diag_tls_served_certificates", .gauge, "Different chains that the addresses of one name serve.")
    public static let servesFile = Metric(
        "diag_tls_serves_file", .gauge, "1 where the certificate that is served is the one in its file, else 0.")
    public static let keyMatches = Metric(
        "diag_tls_key_matches", .gauge, "1 where the private key beside a certificate in a file is its own, else 0.")
    public static let renewalWorks = Metric(
        "diag_tls_renewal_works", .gauge, "1 where certbot's last run did not fail and the certificate is not overdue.")
    public static let handshake = Metric(
        "diag_tls_handshake_seconds", .gauge, "Time from the first byte of the TLS handshake to its end.")
    public static let connect = Metric(
        "diag_tls_connect_seconds", .gauge, "Time of the TCP connect to the TLS server, without name resolution.")

    public static let all = [
        certificateExpiry, certificateLifetime, certificateLeft, leafExpiry, sentEarliestExpiry, notBefore,
        lifetimeLeft, verified, chainValid, nameMatches, weakCertificates, stapleUsable, stapleExpiry, versionAccepted,
        addresses, deadAddresses, servedCertificates, servesFile, keyMatches, renewalWorks, handshake, connect,
    ]

    /// Of several values the least is the worst, but for these.
    static let worstIsMost: Set<Metric> = [weakCertificates, notBefore, handshake, connect]
}

extension Observation.Content {
    /// What a chain says of expiry: when, and after how long a life.
    ///
    /// - Returns: the certificate that comes first; nil where none has a valid date.
    @discardableResult
    public mutating func addExpiry(of chain: [Certificate], at now: Timestamp) -> (
        certificate: Certificate, time: Timestamp
    )? {
        guard let first = chain.firstToExpire else { return nil }
        add(TLSMetrics.certificateExpiry, first.time.secondsSinceEpoch)
        if let lifetime = first.certificate.lifetime { add(TLSMetrics.certificateLifetime, lifetime) }
        if let left = first.certificate.lifetimeLeft(at: now) { add(TLSMetrics.certificateLeft, left) }
        return first
    }
}
