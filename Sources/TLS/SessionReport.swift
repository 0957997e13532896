import Diagnostics

/// What was agreed upon with a server, what it stapled, and whom it wants to know. Pure.
struct SessionReport {
    let survey: Survey
    let verification: Verification?
    let now: Timestamp
    /// Behind each title; empty where it was the same everywhere.
    var place = ""
    /// Only what is measured, without evidence: for one of thousands that are shown a line each.
    var isBrief = false

    func write(to content: inout Observation.Content) {
        show(.fact("tls.session", titled("Session"), sessionWords), in: &content)
        writeStaple(to: &content)
        show(.fact("tls.timestamps", titled("Certificate timestamps"), timestampWords), in: &content)
        if let accepted = survey.acceptedAuthorities, !accepted.isEmpty {
            show(
                .table(
                    "tls.client_authorities", titled("Client certificates are taken of"), columns: ["authority"],
                    rows: accepted.map { [.text($0)] }), in: &content)
        }
    }

    private var leaf: Certificate? { survey.chain.certificates.first }

    private func show(_ evidence: @autoclosure () -> Evidence, in content: inout Observation.Content) {
        if !isBrief { content.evidence.append(evidence()) }
    }

    private func titled(_ title: String) -> String { place.isEmpty ? title : "\(title) \(place)" }

    private var sessionWords: String {
        guard let agreement = survey.agreement else { return "the handshake did not end" + clientWords }
        var parts = ["\(agreement.version), \(agreement.cipher), \(agreement.bits) bits"]
        parts.append(agreement.exchange.map { "key exchange \($0)" } ?? "key exchange by the server's RSA key")
        if let alpn = agreement.alpn { parts.append("ALPN \(alpn)") }
        return parts.joined(separator: ", ") + remarks(agreement).map { "; \($0)" }.joined() + clientWords
    }

    private func remarks(_ agreement: TLSAgreement) -> [String] {
        var remarks: [String] = []
        if agreement.isOutdated { remarks.append("versions before TLS 1.2 must not be used any more (RFC 8996)") }
        if agreement.exchange == nil {
            remarks.append("without forward secrecy: who gets the key can read what was recorded (RFC 9325, 4.1)")
        }
        if let bits = agreement.finiteFieldBits, bits < 2048 {
            remarks.append("a Diffie-Hellman group of \(bits) bits can be broken (RFC 9325, 4.1)")
        }
        if agreement.bits < 112 { remarks.append("a cipher of \(agreement.bits) bits can be broken") }
        return remarks
    }

    private var clientWords: String {
        guard survey.acceptedAuthorities != nil else { return "" }
        return "; the server asks for a client certificate" + (survey.hasIdentity ? ", and was given ours" : "")
    }

    private func writeStaple(to content: inout Observation.Content) {
        guard let staple = verification?.staple else {
            guard leaf?.requiresStaple == true, survey.agreement != nil else {
                return show(.fact("tls.staple", titled("OCSP staple"), "none"), in: &content)
            }
            content.add(TLSMetrics.stapleUsable, 0)
            return show(
                .fact(
                    "tls.staple", titled("OCSP staple"),
                    "none, though the certificate must not be believed without one (RFC 7633): enable stapling"),
                in: &content)
        }
        content.add(TLSMetrics.stapleUsable, staple.isUsable(at: now) ? 1 : 0)
        if let time = staple.nextUpdate { content.add(TLSMetrics.stapleExpiry, time.secondsSinceEpoch) }
        show(.fact("tls.staple", titled("OCSP staple"), staple.words(at: now)), in: &content)
    }

    private var timestampWords: String {
        var counts = survey.agreement?.timestamps ?? [:]
        if counts.isEmpty, let embedded = leaf?.timestamps, embedded > 0 { counts = ["certificate": embedded] }
        let names = ["certificate": "in the certificate", "tls": "in the handshake", "ocsp": "in the OCSP staple"]
        let parts = counts.sorted { $0.key < $1.key }.map { "\($0.value) \(names[$0.key] ?? $0.key)" }
        return parts.isEmpty ? "none" : parts.joined(separator: ", ")
    }
}

extension TLSAgreement {
    /// Of a key exchange in a finite field.
    fileprivate var finiteFieldBits: Int? {
        exchange.flatMap { $0.hasPrefix("DH ") || $0.hasPrefix("DHX ") ? Int($0.drop { $0 != " " }.dropFirst()) : nil }
    }
}
