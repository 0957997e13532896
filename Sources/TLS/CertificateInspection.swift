import COpenSSL
import Diagnostics
import Network

/// The certificates of a server whose protocol only begins TLS when asked, or whose TLS is another library's.
public struct CertificateInspection: Sendable {
    /// The leaf first.
    public let sent: [Certificate]
    /// Nil where nobody verified them.
    public let verification: Verification?

    /// Of a session that another library has made with OpenSSL: what it was sent, and what it made of that. Costs neither
    /// a connection nor a packet.
    ///
    /// - Parameter ssl: an `SSL` that is valid during this call.
    /// - Returns: nil when the server showed none.
    public init?(ofSession ssl: OpaquePointer) {
        ERR_clear_error()
        defer { ERR_clear_error() }
        sent = certificates(inStack: SSL_get_peer_cert_chain(ssl))
        guard !sent.isEmpty else { return nil }
        let isVerified = SSL_get_verify_mode(ssl) & SSL_VERIFY_PEER != 0 && SSL_get_verify_result(ssl) == X509_V_OK
        let path = certificates(inStack: SSL_get0_verified_chain(ssl))
        verification = isVerified ? Verification(path: path, flaws: []) : nil
    }

    init(sent: [Certificate], verification: Verification) {
        self.sent = sent
        self.verification = verification
    }

    /// Of a server that is asked in its own protocol to begin TLS, over a connection of its own.
    ///
    /// - Parameter name: for SNI, and that the certificate must carry.
    /// - Throws: as `Connector.connect`, as the handshake where not even a certificate was seen, and `.misconfigured`
    ///   when the authorities cannot be loaded.
    public static func take(
        host: String, port: UInt16, starting startTLS: StartTLS, name: String, trusting trust: Trust,
        until deadline: Deadline
    ) async throws(ProbeError) -> CertificateInspection {
        let socket = try await Connector.connect(host: host, port: port, until: deadline).takeSocket()
        try await startTLS.negotiate(over: socket, with: name, until: deadline)
        let name = ServerName(name)
        let session = try TLSConnection.over(socket, asking: name)
        var problem: ProbeError?
        do { try await session.shakeHands(until: deadline) } catch { problem = error }
        let chain = session.chain
        if let problem, chain.isEmpty { throw problem }
        return CertificateInspection(
            sent: chain.certificates,
            verification: try await TrustStore.verify(chain, for: name, trusting: trust, at: .now, until: deadline))
    }
}

extension CertificateInspection {
    /// The certificates that a careful client's trust rests on: the verified path, else what was sent. Nil for one that
    /// signed itself and that nobody verified: nobody's trust rests on that.
    public var judged: [Certificate]? {
        if let verification, verification.reachesTrust { return verification.path }
        guard let leaf = sent.first, verification != nil || !leaf.isSelfIssued else { return nil }
        return sent
    }

    /// The metrics of `TLSProbe` about the certificates. What nobody verified is not judged trusted or not.
    public func writeSamples(to content: inout Observation.Content) {
        if let judged { content.addExpiry(of: judged, at: .now) }
        if let time = sent.first?.notAfter { content.add(TLSMetrics.leafExpiry, time.secondsSinceEpoch) }
        if let verification { content.add(TLSMetrics.verified, verification.isTrusted ? 1 : 0) }
    }
}
