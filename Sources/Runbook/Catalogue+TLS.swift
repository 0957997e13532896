import Diagnostics

/// Conditions on certificates beside the runbook's 14 days, off unless the configuration or `--only` names them: whether a
/// chain must verify by this machine's authorities, a name fit, a file be served is known only to who configured the target,
/// and many endpoints are meant to be otherwise.
///
/// It reads as the runbook's table does. Above each entry stands where its numbers come from.
extension Catalogue {
    static let tls: [Alert] = [
        // What blackbox_exporter's probe fails for without insecure_skip_verify, at once; the name has an alert of its own.
        Alert("TLSChainInvalid", .p2, .chainInvalid)
            .when(.tls, measured: "chain", chainValid, is: .below, 1, .state(one: "holds", zero: "breaks"), .optional),
        // RFC 9525: no client goes on.
        Alert("TLSNameMismatch", .p2, .nameMismatch)
            .when(
                .tls, measured: "name", nameMatches, is: .below, 1, .state(one: "fits", zero: "does not fit"), .optional
            ),
        // A deploy hook reloads within seconds; five minutes are a hook that failed, or none.
        Alert("TLSCertificateDrift", .p3, .certificateDrift, for: minutes(5))
            .when(.tls, measured: "", servesFile, is: .below, 1, serves, .optional),
        // Certbot, lego and cert-manager renew when a third of the life is left (half of ten days or less): at a quarter the
        // tries of many days have failed. Longer lives than 100 days are no longer issued by ACME.
        Alert("TLSRenewalOverdue", .p3, .renewalOverdue)
            .when(.tls, measured: "lifetime left", acmeLeft, is: .below, 0.25, .ratio, by: "lifetime", .optional)
            .when(.tls, measured: "renewing", renewalWorks, is: .below, 1, works, by: "certbot", .optional),
        // 112 bits (NIST SP 800-131A), and no SHA-1: what Debian's own clients refuse.
        Alert("TLSWeakCertificate", .p3, .weakCertificate)
            .when(.tls, measured: "", weak, is: .above, 0, .count("weak certificates"), .optional),
        // RFC 8996 forbids both. Only where `protocols: true` has them asked for.
        Alert("TLSOutdatedVersion", .p4, .outdatedVersion)
            .when(
                .tls, measured: "", outdated, is: .above, 0, .state(one: "is accepted", zero: "is refused"), .optional),
        // Past its next update browsers ignore it, and with must-staple they refuse the server; nginx renews it in the
        // background, so an hour is a responder that is gone.
        Alert("TLSStapleStale", .p3, .stapleStale, for: minutes(60))
            .when(
                .tls, measured: "OCSP staple", staple, is: .below, 1, .state(one: "good", zero: "of no use"), .optional),
        Alert("TLSKeyMismatch", .p3, .keyMismatch)
            .when(
                .tls, measured: "key", keyMatches, is: .below, 1, .state(one: "matches", zero: "is another's"),
                .optional),
        // One lost packet is no outage: a minute takes a second look.
        Alert("TLSEndpointUnreachable", .p2, .endpointUnreachable, for: minutes(1))
            .when(.tls, measured: "server", .answered, is: .below, 1, answers)
            .when(.tls, measured: "", dead, is: .above, 0, .count("dead addresses"), by: "addresses", .optional),
    ]
}

extension Catalogue {
    private static let chainValid = Expression.latest("diag_tls_chain_valid")
    private static let nameMatches = Expression.latest("diag_tls_name_matches")
    private static let servesFile = Expression.latest("diag_tls_serves_file")
    private static let renewalWorks = Expression.latest("diag_tls_renewal_works")
    private static let weak = Expression.latest("diag_tls_weak_certificates")
    private static let staple = Expression.latest("diag_tls_staple_usable")
    private static let keyMatches = Expression.latest("diag_tls_key_matches")
    private static let dead = Expression.latest("diag_tls_addresses_dead")
    private static let outdated = Expression.latest(
        series("diag_tls_version_accepted", "version", .fits, "TLSv1|TLSv1.1"))

    private static let acmeLeft = Expression.latest("diag_tls_certificate_lifetime_left_ratio")
        .unless("diag_tls_certificate_lifetime_seconds", is: .above, days(100))

    private static let serves = Unit.state(
        one: "serves what lies in its file", zero: "serves another certificate than its file")
    private static let works = Unit.state(one: "works", zero: "fails")
}
