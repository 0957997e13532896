import Diagnostics
import Network

/// What one connection to a TLS server showed, before any of it is judged.
struct Survey: Sendable {
    let connectTime: Duration
    let handshakeTime: Duration
    let chain: SentChain
    /// Nil when the handshake did not end.
    let agreement: TLSAgreement?
    /// The stapled OCSP response.
    let staple: [UInt8]?
    /// Nil when the server asks for no client certificate; none where it takes any authority's.
    let acceptedAuthorities: [String]?
    /// One of ours was at hand to be shown.
    let hasIdentity: Bool
    /// Why the handshake failed after the server had shown its certificate, as it does when it insists on one of ours.
    let problem: ProbeError?

    /// - Throws: as `Connector.connect`, `StartTLS.negotiate` and `TLSConnection.shakeHands` when not even a certificate was
    ///   seen.
    static func take(
        at address: SocketAddress, _ settings: TLSSettings, _ offer: TLSOffer, _ deadline: Deadline
    ) async throws(ProbeError) -> Survey {
        let connection = try await Connector.connect(to: [address], until: deadline)
        let connectTime = connection.connectTime
        let session = try await begin(over: connection.takeSocket(), settings, offer, deadline)
        let start = ContinuousClock.now
        var problem: ProbeError?
        do {
            try await session.shakeHands(until: deadline, hasIdentity: settings.identity != nil)
        } catch {
            problem = error
        }
        let handshakeTime = start.duration(to: .now)
        let chain = session.chain
        if let problem, chain.isEmpty { throw problem }
        if problem == nil { await session.close() }
        return Survey(
            connectTime: connectTime, handshakeTime: handshakeTime, chain: chain,
            agreement: problem == nil ? session.agreement : nil, staple: session.staple,
            acceptedAuthorities: session.acceptedAuthorities, hasIdentity: settings.identity != nil, problem: problem)
    }

    /// Whether the server shakes hands on these terms.
    static func succeeds(
        at address: SocketAddress, _ settings: TLSSettings, _ offer: TLSOffer, _ deadline: Deadline
    ) async throws(ProbeError) -> TLSAgreement {
        let connection = try await Connector.connect(to: [address], until: deadline)
        let session = try await begin(over: connection.takeSocket(), settings, offer, deadline)
        try await session.shakeHands(until: deadline, hasIdentity: settings.identity != nil)
        await session.close()
        return session.agreement
    }

    private static func begin(
        over socket: consuming Socket, _ settings: TLSSettings, _ offer: TLSOffer, _ deadline: Deadline
    ) async throws(ProbeError) -> TLSConnection {
        let name = ServerName(settings.nameToAsk)
        if let startTLS = settings.startTLS {
            try await startTLS.negotiate(over: socket, with: name.text, until: deadline)
        }
        let session = try TLSConnection.over(socket, asking: name, offering: offer)
        if let identity = settings.identity { try await session.show(.read(identity, until: deadline)) }
        return session
    }
}
