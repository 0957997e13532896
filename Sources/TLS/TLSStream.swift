import COpenSSL
import Diagnostics
import Network

/// A stream of bytes over TLS; sole owner of the session and its socket, and closes both when dropped.
///
/// As with `Socket`, one task reads and writes. The server's certificate is judged before the first byte of ours is sent.
public struct TLSStream: ~Copyable {
    private let socket: Socket
    private let session: SessionHandle
    /// What has come from the socket and not gone to the session yet; only ever touched between two waits.
    private let incoming: UnsafeMutableRawBufferPointer
    private let hasIdentity: Bool
    /// The certificates that this very connection was shown.
    public let certificates: CertificateInspection

    /// What is wrong with them that was not held against the server; empty for one that any client would trust.
    public var toleratedFlaws: [Verification.Flaw] { certificates.verification?.flaws ?? [] }

    public var agreement: TLSAgreement { session.agreement() }

    /// A record's length at most, and what surrounds it.
    private static let incomingSize = 17 << 10

    deinit { incoming.deallocate() }

    private init(
        _ socket: consuming Socket, _ session: consuming SessionHandle, _ certificates: CertificateInspection,
        hasIdentity: Bool
    ) {
        self.socket = socket
        self.session = session
        self.certificates = certificates
        self.hasIdentity = hasIdentity
        incoming = .allocate(byteCount: Self.incomingSize, alignment: 16)
    }
}

// MARK: - Opening

extension TLSStream {
    /// Shakes hands over a connected socket and judges the server's certificate.
    ///
    /// - Parameters:
    ///   - host: as the person named it; what the certificate must carry where the settings give no other name.
    ///   - onCertificates: told what was shown, whether it is then trusted or not.
    /// - Throws: as `Connector.connect` and the handshake, `.tls` for a server that is not trusted, `.misconfigured` for
    ///   authorities or a client certificate that cannot be used.
    public static func open(
        _ socket: consuming Socket, to host: String, _ settings: TLSClientSettings, until deadline: Deadline,
        onCertificates: (CertificateInspection) -> Void = { _ in }
    ) async throws(ProbeError) -> TLSStream {
        let name = settings.name(of: host)
        let connection = try TLSConnection.over(socket, asking: name, in: .forData)
        if let identity = settings.identity { try await connection.show(.read(identity, until: deadline)) }
        try await connection.shakeHands(until: deadline, hasIdentity: settings.identity != nil)
        let chain = connection.chain
        let verification = try await TrustStore.verify(
            chain, for: name, trusting: settings.trust, at: .now, until: deadline)
        let seen = CertificateInspection(sent: chain.certificates, verification: verification)
        onCertificates(seen)
        try settings.judge(verification, of: host)
        return connection.stream(with: seen, hasIdentity: settings.identity != nil)
    }

    static func over(
        _ socket: consuming Socket, _ session: consuming SessionHandle, _ certificates: CertificateInspection,
        hasIdentity: Bool
    ) -> TLSStream {
        TLSStream(socket, session, certificates, hasIdentity: hasIdentity)
    }
}

extension TLSClientSettings {
    /// - Throws: `.tls` with everything that is wrong, and what would mend the first of it.
    fileprivate func judge(_ verification: Verification, of host: String) throws(ProbeError) {
        let flaws = verification.flaws.filter { counts($0) }
        guard let first = flaws.first else { return }
        throw ProbeError(
            .tls, step: "verify the certificate of \(host)", message: flaws.map(\.sentence).joined(separator: "; "),
            advice: "\(first.advice); insecure: true goes on all the same, without knowing who answers")
    }

    private func counts(_ flaw: Verification.Flaw) -> Bool {
        switch check ?? usualCheck {
        case .chainAndName: true
        case .chain: flaw.kind != .nameMismatch
        case .nothing: false
        }
    }
}

// MARK: - Reading and writing

extension TLSStream {
    /// Reads what there is, waiting for it at most until the deadline.
    ///
    /// - Returns: the number of bytes; zero when the other side has closed.
    /// - Throws: as `Socket.read`, and `.tls` when the session broke: a server of TLS 1.3 refuses a client's certificate
    ///   only now.
    public borrowing func read(
        into buffer: inout [UInt8], until deadline: Deadline, step: String
    ) async throws(ProbeError) -> Int {
        while true {
            let count = try buffer.withUnsafeMutableBufferPointer { (room) throws(ProbeError) in
                try readNow(into: UnsafeMutableRawBufferPointer(room), step: step)
            }
            if let count { return count }
            try await waitForBytes(until: deadline, step: step)
        }
    }

    /// Reads what has arrived already; nil when nothing has.
    public borrowing func readNow(
        into room: UnsafeMutableRawBufferPointer, step: String
    ) throws(ProbeError) -> Int? {
        while true {
            switch session.read(into: room) {
            case .bytes(let count): return count
            case .closed: return 0
            case .failed(let reason, let words): throw broken(reason, words, step)
            case .needsMore:
                guard let count = try socket.readNow(into: incoming, step: step) else { return nil }
                // Without `close_notify`: so ends a server that was killed.
                guard count > 0 else { return 0 }
                session.feed(UnsafeRawBufferPointer(rebasing: incoming[..<count]))
            }
        }
    }

    /// Waits until there may be more to read.
    ///
    /// - Parameter moment: as `Socket.waitForBytes` takes it.
    public borrowing func waitForBytes(
        until deadline: Deadline, step: String, holdingThreadFor moment: Duration = .zero
    ) async throws(ProbeError) {
        // What reading had to answer, such as a change of keys.
        let answer = session.takeOutgoing()
        if !answer.isEmpty { try await socket.write(answer, until: deadline, step: step) }
        try await socket.waitForBytes(until: deadline, step: step, holdingThreadFor: moment)
    }

    /// Writes all of it.
    ///
    /// - Throws: as `Socket.write`.
    public borrowing func write(
        _ bytes: [UInt8], until deadline: Deadline, step: String
    ) async throws(ProbeError) {
        var written = 0
        while written < bytes.count {
            let end = min(bytes.count, written + Self.writtenAtOnce)
            let isEncrypted = bytes[written..<end].withUnsafeBytes { session.encrypt($0) }
            guard isEncrypted else { throw ProbeError(.tls, step: step, message: "the session has ended") }
            try await socket.write(session.takeOutgoing(), until: deadline, step: step)
            written = end
        }
    }

    /// Encrypted bytes lie in memory until they are sent: no more of them than this.
    private static let writtenAtOnce = 256 << 10

    private borrowing func broken(_ reason: CInt, _ words: String, _ step: String) -> ProbeError {
        ProbeError(.tls, step: step, message: words, advice: ReceivedStart.advice(reason, hasIdentity: hasIdentity))
    }
}
