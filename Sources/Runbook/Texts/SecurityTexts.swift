import Diagnostics

extension AlertText {
    static let authFailuresSpike = AlertText(
        .security, "Many logins fail",
        meaning: "Somebody is guessing passwords, or a client uses one that has expired.",
        evidence: ["logs.auth", "http.auth"],
        nextSteps: [
            .look("See the sources, and when it began", "diag logs"),
            .look("See which endpoints and reasons", "diag http"),
            .act("Block a source in the firewall", "iptables -A INPUT -s <source> -j DROP"),
            .act(
                "Or in the application",
                "curl -X POST <application>/api/v1/admin/security/block -H 'Content-Type: application/json'"
                    + " -d '{\"ip\": \"<source>\", \"duration\": \"24h\"}'"),
            .act(
                "Allow fewer attempts",
                "curl -X PATCH <application>/api/v1/admin/config -H 'Content-Type: application/json'"
                    + " -d '{\"auth_rate_limit\": \"10/minute\"}'"),
        ])

    static let rateLimitTriggered = AlertText(
        .security, "Clients hit the rate limit",
        meaning: "Requests were refused because their sender asked too often: abuse, or a limit that is too low.",
        evidence: ["logs.rate", "http.endpoints.rate_limited"],
        nextSteps: [
            .look("See the endpoints and sources", "diag logs"),
            .look("See whether there are more requests of every kind", "diag http"),
            .act(
                "Raise the limit if they are legitimate",
                "curl -X PATCH <application>/api/v1/admin/config -H 'Content-Type: application/json'"
                    + " -d '{\"rate_limit\": \"1000/minute\"}'"),
            .act(
                "Block the source if they are not",
                "curl -X POST <application>/api/v1/admin/security/block -H 'Content-Type: application/json'"
                    + " -d '{\"ip\": \"<source>\", \"duration\": \"1h\"}'"),
        ])

    static let certificateExpiringSoon = AlertText(
        .security, "A certificate expires soon",
        meaning: "Once it has expired, clients refuse to connect.",
        evidence: ["tls.", "http.certificate"],
        nextSteps: [
            .look("See the chain that is served, and which certificate it is", "diag tls {target}", at: [.tls]),
            .look("See the certificate it serves", "diag http {target}", at: [.http]),
            .look("See what certbot knows", "docker compose run --rm certbot certificates"),
            .act("Renew it", "docker compose run --rm certbot renew --force-renewal"),
            .act("Let nginx load it", "docker compose exec nginx nginx -s reload"),
            .look("See that the new one is served", "diag sweep --only CertificateExpiringSoon"),
        ])
}
