/// The words of the optional conditions on certificates.
extension AlertText {
    static let chainInvalid = AlertText(
        .security, "A certificate is not trusted",
        meaning:
            "Clients that look refuse to connect; those that do not look cannot tell the server from anybody else.",
        evidence: ["tls.verification", "tls.order", "tls.chain"],
        nextSteps: [
            .look("See what is wrong with which certificate, and what mends it", "diag tls {target}"),
            .look("See whether the file would be right", "diag tls file <certificate file>"),
            .act("Have the server send its whole chain: ssl_certificate fullchain.pem", "nginx -s reload"),
        ])

    static let nameMismatch = AlertText(
        .security, "A certificate is for another name",
        meaning: "No client connects by this name: the certificate does not carry it, or another site's is served.",
        evidence: ["tls.names", "tls.chain"],
        nextSteps: [
            .look("See the names that it has, and what is served without a name", "diag tls {target}"),
            .look("See which file is served where", "diag tls drift"),
            .act("Have one issued that carries the name", "certbot certonly --expand -d <names>"),
        ])

    static let certificateDrift = AlertText(
        .security, "Renewed on disk, not reloaded",
        meaning: """
            The file holds another certificate than the one that is served: renewed in time, and yet it will expire before \
            everybody's eyes, as nobody told the server to read it.
            """,
        evidence: ["tls.drift"],
        nextSteps: [
            .look("See both, and the command for this server", "diag tls {target}"),
            .act("Have the server read its files anew", "nginx -s reload"),
            .look(
                "Afterwards: a hook that does it after each renewal", "certbot renew --deploy-hook 'nginx -s reload'"),
        ])

    static let renewalOverdue = AlertText(
        .security, "A certificate is not being renewed",
        meaning:
            "Its client should have renewed it long ago; something fails at each try, and the day comes when it expires.",
        evidence: ["certbot.", "tls.expiry", "tls.file.remarks"],
        nextSteps: [
            .look("See what the last run said, and when each is due", "diag tls certbot"),
            .look("Try without spending a real one", "certbot renew --dry-run"),
            .act("Renew it", "certbot renew"),
        ])

    static let weakCertificate = AlertText(
        .security, "A certificate is weak",
        meaning: "Its key is too short, or its signature is over a broken hash: clients of today refuse it.",
        evidence: ["tls.weak", "tls.file.remarks"],
        nextSteps: [
            .look("See which one of the chain it is", "diag tls {target}"),
            .act("Have it issued anew with a new key", "certbot certonly --key-type ecdsa -d <names>"),
        ])

    static let outdatedVersion = AlertText(
        .security, "An outdated version of TLS is accepted",
        meaning: "TLS 1.0 and 1.1 can be attacked and must not be used any more (RFC 8996).",
        evidence: ["tls.versions"],
        nextSteps: [
            .look("See which versions are accepted", "diag tls {target} --protocols"),
            .act("Allow TLS 1.2 and 1.3 only: ssl_protocols TLSv1.2 TLSv1.3;", "nginx -s reload"),
        ])

    static let stapleStale = AlertText(
        .security, "An OCSP staple is of no use",
        meaning: """
            The response that the server staples is too old, not its issuer's, or missing though the certificate demands it: \
            clients ask the responder themselves, or refuse the server.
            """,
        evidence: ["tls.staple"],
        nextSteps: [
            .look("See what is stapled, and until when it was to be believed", "diag tls {target}"),
            .look("See whether this server reaches the responder", "diag tls file <certificate file>"),
            .act("Have it fetched anew", "nginx -s reload"),
        ])

    static let keyMismatch = AlertText(
        .security, "A key is not its certificate's",
        meaning: "No server can use the two together: the next restart or reload fails.",
        evidence: ["tls.file.remarks"],
        nextSteps: [
            .look("See the files, and what is in them", "diag tls file <files>"),
            .act("Put the key back that the certificate was issued for, or have it issued anew"),
        ])

    static let endpointUnreachable = AlertText(
        .security, "A TLS server does not answer",
        meaning: "Nobody can connect, or those cannot whom DNS sends to the dead one of several addresses.",
        evidence: ["tls.addresses"],
        nextSteps: [
            .look("See every address, and what was said there", "diag tls {target}"),
            .look("See the server's own log", "journalctl -u nginx -n 50"),
            .act("Take a dead address out of DNS, or bring its server back"),
        ])
}
