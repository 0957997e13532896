import Diagnostics
import Network
import TLS

/// One connection to a Redis server or a Sentinel. Opened, used and dropped inside one task.
///
/// Commands are pipelined: any number sent, then as many replies read. hiredis is the codec only; the bytes go
/// through `RedisTransport`, which waits on the reactor and never blocks.
public struct RedisConnection: ~Copyable {
    private let transport: RedisTransport
    private let reader: ReplyReader
    private var input = [UInt8](repeating: 0, count: Self.inputSize)

    /// Small on purpose: after each reply hiredis moves the rest of its buffer to the front, which costs by the
    /// square of what it was fed at once.
    private static let inputSize = 16 << 10

    /// Nil over a unix socket.
    private let start: ConnectionStart?
    /// How long the TCP handshake took; nil over a unix socket.
    public var connectTime: Duration? { start?.connect }
    /// Where the time of this connection went so far; nil over a unix socket.
    public var way: ConnectionWay? { start?.way }
    /// How the connection is made safe; nil without TLS.
    public let security: Security?

    /// What was agreed upon with the server, and what it showed of itself.
    public struct Security: Sendable {
        public let agreement: TLSAgreement
        public let certificates: CertificateInspection
    }

    private init(
        _ transport: consuming RedisTransport, _ reader: consuming ReplyReader, _ start: ConnectionStart?,
        _ security: Security?
    ) {
        self.transport = transport
        self.reader = reader
        self.start = start
        self.security = security
    }

    /// Connects without TLS, and does not authenticate: see `greeting`.
    ///
    /// - Throws: as `Connector.connect` does, `.misconfigured` for a path that is too long.
    public static func connect(
        to endpoint: RedisSettings.Endpoint, until deadline: Deadline
    ) async throws(ProbeError) -> RedisConnection {
        try await connect(RedisSettings(endpoint: endpoint), until: deadline)
    }

    /// Connects, with TLS where the settings have it, but does not authenticate yet: see `greeting`. Where the settings name
    /// a Sentinel's master, it asks the Sentinel before.
    ///
    /// - Parameter onCertificates: told what the server showed, whether it is then trusted or not.
    /// - Throws: as `Connector.connect` and `TLSStream.open` do, `.misconfigured` for a path that is too long.
    public static func connect(
        _ settings: RedisSettings, until deadline: Deadline,
        onCertificates: (CertificateInspection) -> Void = { _ in }
    ) async throws(ProbeError) -> RedisConnection {
        try await connect(settings, limits: ReplyReader.Limits(), until: deadline, onCertificates: onCertificates)
    }

    static func connect(
        _ settings: RedisSettings, limits: ReplyReader.Limits, until deadline: Deadline,
        onCertificates: (CertificateInspection) -> Void = { _ in }
    ) async throws(ProbeError) -> RedisConnection {
        if settings.sentinelMaster != nil {
            let master = try await settings.ofMaster(until: deadline)
            return try await connect(master, limits: limits, until: deadline, onCertificates: onCertificates)
        }
        let reader = try ReplyReader.make(limits: limits)
        let connection = try await open(settings.endpoint, until: deadline)
        let start = connection.address.isUnix ? nil : connection.start
        guard let tls = settings.tls, case .tcp(let host, _) = settings.endpoint else {
            return RedisConnection(.plain(connection.takeSocket()), reader, start, nil)
        }
        let stream = try await encrypted(connection.takeSocket(), host, tls, deadline, onCertificates)
        let security = Security(agreement: stream.agreement, certificates: stream.certificates)
        return RedisConnection(.encrypted(stream), reader, start, security)
    }

    private static func encrypted(
        _ socket: consuming Socket, _ host: String, _ tls: TLSClientSettings, _ deadline: Deadline,
        _ onCertificates: (CertificateInspection) -> Void
    ) async throws(ProbeError) -> TLSStream {
        do {
            return try await TLSStream.open(socket, to: host, tls, until: deadline, onCertificates: onCertificates)
        } catch {
            guard error.kind == .timedOut else { throw error }
            throw error.advising("a port without TLS waits for more of what it takes for a command: then redis://…")
        }
    }

    private static func open(
        _ endpoint: RedisSettings.Endpoint, until deadline: Deadline
    ) async throws(ProbeError) -> Connection {
        switch endpoint {
        case .tcp(let host, let port):
            return try await Connector.connect(host: host, port: port, until: deadline)
        case .unix(let path):
            guard let address = SocketAddress(unixPath: path) else {
                throw ProbeError(
                    .misconfigured, step: "connect to \(path)", message: "the path of the socket is too long")
            }
            return try await Connector.connect(to: [address], until: deadline)
        }
    }
}

// MARK: - Asking

extension RedisConnection {
    /// What came back for a pipeline of commands, in their order.
    public struct Replies: Sendable {
        public internal(set) var values: [RESPValue] = []
        /// Why there are fewer values than commands; nil when all were answered.
        public internal(set) var interruption: ProbeError?

        /// The reply to the command at `index`; nil when it did not come.
        public subscript(index: Int) -> RESPValue? { values.indices.contains(index) ? values[index] : nil }
    }

    /// Sends all commands in one go and reads their replies; what arrives before something goes wrong is kept.
    public mutating func replies(to commands: [RedisCommand], until deadline: Deadline) async -> Replies {
        var replies = Replies()
        do throws(ProbeError) {
            try await send(commands, until: deadline)
            while replies.values.count < commands.count {
                replies.values.append(try await receive(step: commands[replies.values.count].name, until: deadline))
            }
        } catch {
            replies.interruption = await explained(error, replies.values)
        }
        return replies
    }

    /// The reply to one command, its refusal thrown.
    public mutating func reply(to command: RedisCommand, until deadline: Deadline) async throws(ProbeError)
        -> RESPValue
    {
        let replies = await replies(to: [command], until: deadline)
        if let interruption = replies.interruption { throw interruption }
        let value = replies[0] ?? .null
        if let error = value.error { throw error.during(command.name) }
        return value
    }

    public borrowing func send(_ commands: [RedisCommand], until deadline: Deadline) async throws(ProbeError) {
        var output: [UInt8] = []
        for command in commands { command.encode(into: &output) }
        try await send(encoded: output, step: commands.first?.name ?? "send", until: deadline)
    }

    /// Sends commands that are encoded already.
    borrowing func send(encoded bytes: [UInt8], step: String, until deadline: Deadline) async throws(ProbeError) {
        try await transport.write(bytes, until: deadline, step: step)
    }

    /// Bytes that have arrived already, for whoever reads replies in a way of his own; nil when there are none. Nothing may be
    /// on its way to `receive` meanwhile.
    borrowing func readNow(into room: UnsafeMutableRawBufferPointer, step: String) throws(ProbeError) -> Int? {
        try transport.readNow(into: room, step: step)
    }

    /// - Parameter moment: as `Socket.waitForBytes` takes it.
    borrowing func waitForBytes(
        until deadline: Deadline, step: String, holdingThreadFor moment: Duration = .zero
    ) async throws(ProbeError) {
        try await transport.waitForBytes(until: deadline, step: step, holdingThreadFor: moment)
    }

    /// The next reply, whichever command it belongs to.
    ///
    /// - Throws: `.timedOut`, `.cancelled`, `.unreachable` when the connection ends first, `.protocolViolation`.
    public mutating func receive(step: String, until deadline: Deadline) async throws(ProbeError) -> RESPValue {
        while true {
            if let value = try buffered(step: step) { return value }
            let count = try await transport.read(into: &input, until: deadline, step: step)
            guard count > 0 else { throw .closed(step) }
            try feed(count, step)
        }
    }

    /// The next reply if all of it has arrived already; without the cost of an asynchronous call.
    borrowing func buffered(step: String) throws(ProbeError) -> RESPValue? { try reader.next(step: step) }

    private borrowing func feed(_ count: Int, _ step: String) throws(ProbeError) {
        try input.withUnsafeBufferPointer { (buffer) throws(ProbeError) in
            try reader.feed(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: buffer.prefix(count))), step: step)
        }
    }

    /// A server that turns a client away says why and closes: the reason counts, not the end of the connection.
    private mutating func explained(_ error: ProbeError, _ values: [RESPValue]) async -> ProbeError {
        guard error.kind == .unreachable else { return error }
        guard values.isEmpty else {
            // Only its first word: later ones answer a command, and the connection ended for another reason.
            guard values.count == 1, let refusal = values[0].error, refusal.mayEndConnection else { return error }
            return refusal.during("connect")
        }
        // Our own write may have failed first, with the reason still unread in the socket.
        do throws(ProbeError) {
            let last = try await receive(step: error.step, until: .after(.milliseconds(50)))
            return last.error?.during("connect") ?? error.advising(closedAtOnce)
        } catch let last {
            // A server of TLS 1.3 says only after the handshake what it thinks of our certificate.
            return last.kind == .tls ? last : error.advising(closedAtOnce)
        }
    }

    private var closedAtOnce: String {
        security == nil
            ? "a port that speaks TLS only (then rediss://…), a proxy without a server behind it or a firewall closes so"
            : "a proxy without a server behind it closes so, and a server that wants another client certificate"
    }
}

extension ProbeError {
    static func closed(_ step: String) -> ProbeError {
        ProbeError(.unreachable, step: step, message: "the server closed the connection")
    }

    fileprivate func advising(_ advice: String) -> ProbeError {
        ProbeError(kind, step: step, message: message, advice: self.advice ?? advice)
    }
}
