import Diagnostics

/// Certificates with all that they say, one a record.
struct CertificateTable {
    let now: Timestamp

    func records(_ id: String, _ title: String, _ certificates: [Certificate]) -> Evidence {
        .records(id, title, columns: Self.columns, rows: certificates.map(cells))
    }

    static let columns: [Table.Column] = [
        "subject", "issuer", "names", "not_before", "not_after", "left", "lifetime_left", "key", "key_bits",
        "signature",
        "serial", "sha256", "sha1", "pin_sha256", "authority", "must_staple", "timestamps", "issuer_at", "ocsp_at",
    ]

    func cells(_ one: Certificate) -> [Cell] {
        [
            .text(one.subject.isEmpty ? "(empty)" : one.subject), .text(one.issuer),
            .list(one.names + one.otherNames),
            one.notBefore.map(Cell.time) ?? .none, one.notAfter.map(Cell.time) ?? .none,
            one.notAfter.map { .seconds($0.seconds(since: now)) } ?? .none,
            one.lifetimeLeft(at: now).map(Cell.ratio) ?? .none,
            .text(one.key?.description ?? "unknown"), one.key.map { .integer(Int64($0.bits)) } ?? .none,
            .text(one.signature.algorithm), .text(one.serial), .text(one.fingerprint), .text(one.sha1), .text(one.pin),
            .flag(one.isAuthority), one.requiresStaple ? .flag(true) : .none,
            one.timestamps > 0 ? .integer(Int64(one.timestamps)) : .none,
            one.issuerAddress.map(Cell.text) ?? .none, one.responderAddress.map(Cell.text) ?? .none,
        ]
    }
}
