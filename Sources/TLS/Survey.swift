import Diagnostics
import Network

/// What one connection to a TLS server showed, before any of it is judged.
struct Survey: Sendable {
    let connectTime: Duration
    let handshakeTime: Duration
    /// DER bytes, the leaf first.
    let chain: [[UInt8]]
    /// Nil when the handshake did not end.
    let agreement: TLSAgreement?
    let asksForClientCertificate: Bool
    /// Why the handshake failed after the server had shown its certificate, as it does when it insists on one of ours.
    let problem: ProbeError?

    /// - Throws: as `Connector.connect` and `TLSConnection.shakeHands` when not even a certificate was seen.
    static func take(
        _ settings: TLSSettings, _ name: ServerName, _ deadline: Deadline
    ) async throws(ProbeError) -> Survey {
        let connection = try await Connector.connect(host: settings.host, port: settings.port, until: deadline)
        let connectTime = connection.connectTime
        let session = try TLSConnection.over(connection.takeSocket(), asking: name)
        let start = ContinuousClock.now
        var problem: ProbeError?
        do {
            try await session.shakeHands(until: deadline)
        } catch {
            guard !session.chain.isEmpty else { throw error }
            problem = error
        }
        let handshakeTime = start.duration(to: .now)
        if problem == nil { await session.close() }
        return Survey(
            connectTime: connectTime, handshakeTime: handshakeTime, chain: session.chain,
            agreement: problem == nil ? session.agreement : nil,
            asksForClientCertificate: session.asksForClientCertificate, problem: problem)
    }

    /// What was agreed upon, for a person.
    var session: Evidence {
        var words = agreement.map { "\($0.version), \($0.cipher), \($0.bits) bits" } ?? "the handshake did not end"
        if agreement?.isOutdated == true { words += "; versions before TLS 1.2 must not be used any more (RFC 8996)" }
        if asksForClientCertificate { words += "; the server asks for a client certificate" }
        return .fact("tls.session", "Session", words)
    }
}
