import Diagnostics
import Network

/// A TLS session over a connected socket; closes both when dropped.
///
/// Nothing is verified while shaking hands, so that an expired or untrusted certificate can be read: ask
/// `TrustStore.verify` afterwards.
struct TLSConnection: ~Copyable {
    private let socket: Socket
    private let session: SessionHandle

    private init(_ socket: consuming Socket, _ session: consuming SessionHandle) {
        self.socket = socket
        self.session = session
    }

    /// A session that has not begun yet.
    ///
    /// - Parameter name: sent as SNI, unless it is an address or empty.
    static func over(
        _ socket: consuming Socket, asking name: ServerName, offering offer: TLSOffer = TLSOffer(),
        in context: TLSContext = .shared
    ) throws(ProbeError) -> TLSConnection {
        guard let session = context.makeSession() else {
            throw ProbeError(.local, step: TLSConnection.step, message: drainErrors())
        }
        session.offer(offer, to: name)
        return TLSConnection(socket, session)
    }

    /// - Throws: `.timedOut`, `.cancelled`, `.unreachable` for a connection closed or reset midway, `.protocolViolation`
    ///   for an answer that isn't TLS, `.tls` where both sides find nothing to agree upon.
    ///
    /// - Parameter hasIdentity: whether a certificate of ours is shown to a server that asks for one.
    borrowing func shakeHands(until deadline: Deadline, hasIdentity: Bool = false) async throws(ProbeError) {
        var received = ReceivedStart()
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let step = session.advance()
            try await send(session.takeOutgoing(), after: step, deadline)
            switch step {
            case .done: return
            case .failed(let reason, let words):
                throw received.error(reason: reason, words: words, hasIdentity: hasIdentity)
            case .bytes: break
            }
            let count = try await socket.read(into: &buffer, until: deadline, step: Self.step)
            guard count > 0 else { throw received.closed }
            received.note(buffer.prefix(count))
            session.feed(buffer.prefix(count))
        }
    }

    /// After a failure the alert to be sent matters to nobody but the server's log: whether it arrives is not our error.
    private borrowing func send(
        _ bytes: [UInt8], after step: SessionHandle.Step, _ deadline: Deadline
    ) async throws(ProbeError) {
        guard !bytes.isEmpty else { return }
        do {
            try await socket.write(bytes, until: deadline, step: Self.step)
        } catch {
            if case .failed = step { return }
            throw error
        }
    }

    /// Sends `close_notify` if it can be sent at once.
    borrowing func close() async {
        session.sayGoodbye()
        try? await socket.write(session.takeOutgoing(), until: .after(.milliseconds(50)), step: "close TLS")
    }

    /// Shows this certificate to a server that asks for one.
    borrowing func show(_ identity: ClientIdentity) throws(ProbeError) { try identity.install(in: session.pointer) }

    /// Goes on as a stream once both sides have agreed.
    consuming func stream(with certificates: CertificateInspection, hasIdentity: Bool) -> TLSStream {
        TLSStream.over(socket, session, certificates, hasIdentity: hasIdentity)
    }

    /// What the server sent, the leaf first; read anew with each call.
    var chain: SentChain { session.chain() }

    var agreement: TLSAgreement { session.agreement() }

    /// The stapled OCSP response, where one was asked for and given.
    var staple: [UInt8]? { session.staple() }

    /// Nil when the server did not ask for a client's certificate; none where it accepts any authority's.
    var acceptedAuthorities: [String]? { session.acceptedAuthorities() }

    static let step = "TLS handshake"
}
