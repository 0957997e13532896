import Diagnostics
import Glibc
import TLS

/// Why a server's certificate was not trusted: libpq says no more than `certificate verify failed`. The certificate is
/// fetched once more, over a connection of its own that never logs in, and judged as libpq did.
struct CertificateInquest: Sendable {
    private let inspection: CertificateInspection
    private let endpoint: Endpoint
    private let verifiesName: Bool

    /// Nil where the failure is about something else, or the certificate was not to be had.
    static func hold(
        on settings: PostgreSQLSettings, after failure: ProbeError, until deadline: Deadline
    ) async -> CertificateInquest? {
        let isAboutName = failure.message.contains("host name")
        guard failure.kind == .tls, isAboutName || failure.message.contains("certificate verify failed"),
            let resolved = try? settings.conninfo.resolved(),
            let endpoint = resolved.endpoints.first(where: { !$0.isUnixSocket })
        else { return nil }
        let inspection = try? await CertificateInspection.take(
            host: endpoint.address.isEmpty ? endpoint.host : endpoint.address, port: endpoint.port,
            starting: .postgres, name: endpoint.host.isEmpty ? endpoint.address : endpoint.host,
            trusting: resolved.trust, until: deadline)
        let mode = settings.parameters["sslmode"] ?? resolved.sslmode
        return inspection.map {
            CertificateInquest(inspection: $0, endpoint: endpoint, verifiesName: isAboutName || mode == "verify-full")
        }
    }

    /// The same failure with what is wrong with the certificate; nil where nothing was found, as with one that a list of
    /// revoked ones names.
    var error: ProbeError? {
        guard let flaw = flaws.first else { return nil }
        return ProbeError(
            .tls, step: "connect to \(endpoint)", message: flaws.map(\.sentence).joined(separator: "; "),
            advice: advice(flaw))
    }

    /// When the certificates expire, that too where they already have.
    func writeSamples(to content: inout Observation.Content) { inspection.writeSamples(to: &content) }

    private var flaws: [Verification.Flaw] {
        (inspection.verification?.flaws ?? []).filter { verifiesName || $0.kind != .nameMismatch }
    }

    private func advice(_ flaw: Verification.Flaw) -> String {
        switch flaw.kind {
        case .expired: "renew the certificate (ssl_cert_file) and SELECT pg_reload_conf()"
        case .nameMismatch:
            "connect by a name that is in it (host=NAME, with hostaddr=ADDRESS where DNS lacks it), or issue it for "
                + endpoint.host
        case .selfSigned, .unknownAuthority, .missingIntermediate:
            "name the certificate of who issued it in sslrootcert (PGSSLROOTCERT)"
        default: flaw.advice
        }
    }
}

extension Conninfo.Resolved {
    /// Whom libpq trusts: `sslrootcert`, by default `~/.postgresql/root.crt`; `system` since 16.
    fileprivate var trust: Trust {
        switch values["sslrootcert"] {
        case "system"?: .system
        case let file?: Trust(file: file)
        case nil: Trust(file: (getenv("HOME").map { String(cString: $0) } ?? "") + "/.postgresql/root.crt")
        }
    }
}
