import Diagnostics

/// What the TLS probe measures. Times are seconds since 1970, so that "less than 14 days" is `value - now`.
public enum TLSMetrics {
    public static let certificateExpiry = Metric(
        "diag_tls_certificate_expiry_seconds", .gauge,
        "When the chain that a client verifies first expires; of what was sent where none reaches a trusted authority.")
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
    public static let handshake = Metric(
        "diag_tls_handshake_seconds", .gauge, "Time from the first byte of the TLS handshake to its end.")
    public static let connect = Metric(
        "diag_tls_connect_seconds", .gauge, "Time of the TCP connect to the TLS server, without name resolution.")

    public static let all = [
        certificateExpiry, leafExpiry, sentEarliestExpiry, notBefore, lifetimeLeft, verified, handshake, connect,
    ]
}
