import Diagnostics

/// What libpq says in its own words when a connection fails, and what that means. English only: libpq translates them
/// only for programs that have set a locale, and this one sets none.
extension ConnectFailure {
    struct Verdict {
        let kind: ProbeError.Kind
        var advice: String?
        var isFinal = true
    }

    /// The first saying that occurs decides.
    static var sayings: [(saying: String, verdict: Verdict)] { clientFiles + clientCertificates + tls + others }

    /// This machine's own files: the server was not even asked.
    private static var clientFiles: [(saying: String, verdict: Verdict)] {
        let mode = Verdict(kind: .local, advice: "chmod 0600 the key file; 0640 where root owns it")
        let pair = Verdict(kind: .misconfigured, advice: "sslkey must name the key of sslcert's certificate")
        return [
            (
                "root certificate file",
                Verdict(
                    kind: .misconfigured,
                    advice: "name the authority's certificate in sslrootcert (PGSSLROOTCERT); sslmode=require encrypts "
                        + "without verifying")
            ),
            ("has group or world access", mode), ("must be owned by", mode),
            ("certificate present, but not private key", pair), ("could not load private key", pair),
            ("does not match private key", pair), ("private key file", pair),
            (
                "could not open certificate file",
                Verdict(kind: .local, advice: "sslcert must name a file that diag may read")
            ),
            (
                "could not read certificate file",
                Verdict(kind: .misconfigured, advice: "sslcert must name a certificate in PEM form")
            ),
            ("SSL CRL", Verdict(kind: .misconfigured, advice: "sslcrl must name a list in PEM form")),
        ]
    }

    /// The server's alerts about the certificate that we showed.
    private static var clientCertificates: [(saying: String, verdict: Verdict)] {
        func refused(_ advice: String) -> Verdict { Verdict(kind: .unauthenticated, advice: advice) }
        return [
            ("alert certificate expired", refused("diag's own client certificate (sslcert) has expired: renew it")),
            (
                "alert unknown ca",
                refused("the server does not know who issued sslcert: its ssl_ca_file must have them")
            ),
            (
                "alert certificate revoked",
                refused("diag's own client certificate (sslcert) was revoked: have a new one")
            ),
            ("alert certificate required", refused("give sslcert and sslkey: the server wants a client certificate")),
            ("alert bad certificate", refused("the server does not take the certificate in sslcert; its log says why")),
            ("alert unsupported certificate", refused("the certificate in sslcert is not one for clients")),
        ]
    }

    private static var tls: [(saying: String, verdict: Verdict)] {
        let name = "connect by a name that is in the certificate (host=NAME, with hostaddr=ADDRESS where DNS lacks it)"
        let binding = "it needs TLS and a password by SCRAM: sslmode=require, or channel_binding=prefer"
        return [
            ("does not match host name", Verdict(kind: .tls, advice: name)),
            ("server's host name from server certificate", Verdict(kind: .tls, advice: name)),
            (
                "certificate verify failed",
                Verdict(kind: .tls, advice: "look at it: its dates, and whether sslrootcert has who issued it")
            ),
            (
                "server does not support SSL",
                Verdict(kind: .tls, advice: "switch TLS on there (ssl = on), or connect with sslmode=prefer")
            ),
            ("channel binding", Verdict(kind: .misconfigured, advice: binding)),
            ("alert protocol version", Verdict(kind: .tls, advice: "ssl_min_protocol_version on one side is too new")),
            ("unsupported protocol", Verdict(kind: .tls, advice: "the server speaks only versions before TLS 1.2")),
            (
                "handshake failure",
                Verdict(kind: .tls, advice: "both sides have no cipher in common: the server's ssl_ciphers")
            ),
        ]
    }

    private static var others: [(saying: String, verdict: Verdict)] {
        let closed = Verdict(
            kind: .unreachable,
            advice: "look into the server's log; or is it no PostgreSQL server that listens there?", isFinal: false)
        let noPassword = Verdict(
            kind: .unauthenticated, advice: "give a password: PGPASSWORD, password_file or ~/.pgpass")
        let otherRole = Verdict(
            kind: .misconfigured, advice: "target_session_attrs asks for another role than this server has",
            isFinal: false)
        let stranger = Verdict(kind: .protocolViolation, advice: "is this a PostgreSQL server?")
        return [
            ("server closed the connection unexpectedly", closed), ("SSL SYSCALL error: EOF detected", closed),
            ("no password supplied", noPassword), ("SCRAM", Verdict(kind: .unauthenticated)),
            ("session is", otherRole), ("server is", otherRole), ("invalid response to SSL negotiation", stranger),
            ("expected authentication request", stranger), ("wrong version number", stranger),
            ("SSL", Verdict(kind: .tls)), ("certificate", Verdict(kind: .tls)),
            ("GSS", Verdict(kind: .unauthenticated)),
        ]
    }
}
