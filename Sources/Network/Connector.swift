import Diagnostics
import Glibc

/// A connection that has just been made, with what it took.
public struct Connection: ~Copyable {
    public let socket: Socket
    /// The address that answered.
    public let address: SocketAddress
    /// Of the handshake of the attempt that succeeded, by the kernel where it tells (`TCPHandshake`); name resolution is
    /// not in it.
    public let connectTime: Duration
    /// Of the look-up before it; nil for addresses that were already there, or one in digits.
    public fileprivate(set) var resolveTime: Duration?

    /// What `ConnectionWay` is made of once the work is done.
    public var start: ConnectionStart {
        ConnectionStart(resolve: resolveTime, connect: connectTime, descriptor: socket.descriptor)
    }

    /// Gives up the times and keeps the socket.
    public consuming func takeSocket() -> Socket { socket }
}

/// Connects stream sockets without blocking.
public enum Connector {
    /// Resolves `host` and connects to the first of its addresses that answers.
    ///
    /// - Throws: as `Resolver.addresses` and `connect(to:until:)` do.
    public static func connect(
        host: String, port: UInt16, until deadline: Deadline
    ) async throws(ProbeError) -> Connection {
        if let address = Resolver.numeric(host, port: port) { return try await connect(to: [address], until: deadline) }
        let start = ContinuousClock.now
        let addresses = try await Resolver.addresses(of: host, port: port, until: deadline)
        let time = start.duration(to: .now)
        var connection = try await connect(to: addresses, until: deadline)
        connection.resolveTime = time
        return connection
    }

    /// Tries the addresses in turn; each gets an even share of the time that is left, so that a silent first address
    /// leaves time for the others.
    ///
    /// - Throws: the error of the only address, or one that names every address with what went wrong there.
    public static func connect(
        to addresses: [SocketAddress], until deadline: Deadline
    ) async throws(ProbeError) -> Connection {
        var errors: [(SocketAddress, ProbeError)] = []
        for (index, address) in addresses.enumerated() {
            let share = deadline.remaining / (addresses.count - index)
            do {
                return try await connect(to: address, until: deadline.within(share))
            } catch {
                guard error.kind != .cancelled else { throw error }
                errors.append((address, error))
            }
        }
        throw summary(of: errors)
    }

    private static func connect(to address: SocketAddress, until deadline: Deadline) async throws(ProbeError)
        -> Connection
    {
        let step = "connect to \(address)"
        let descriptor = socket(
            address.family, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { throw ProbeError(errno: errno, step: step) }
        let socket = Socket(owning: descriptor)
        let start = ContinuousClock.now
        if let code = beginConnecting(descriptor, address), code != EINPROGRESS {
            throw ProbeError(errno: code, step: step)
        }
        try await Reactor.shared.wait(for: descriptor, .writable, until: deadline, step: step)
        let code = pendingError(of: descriptor)
        guard code == 0 else { throw ProbeError(errno: code, step: step) }
        let handshake = TCPHandshake.duration(of: descriptor)
        return Connection(socket: socket, address: address, connectTime: handshake ?? start.duration(to: .now))
    }

    /// Nil when connected at once (unix sockets are), or the errno.
    private static func beginConnecting(_ descriptor: CInt, _ address: SocketAddress) -> CInt? {
        if !address.isUnix {
            var on: CInt = 1
            setsockopt(descriptor, CInt(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<CInt>.size))
        }
        let result = address.withPointer { Glibc.connect(descriptor, $0, $1) }
        return result == 0 ? nil : errno
    }

    /// How a non-blocking connect ended: connect(2), "use getsockopt(2) to read the SO_ERROR option".
    static func pendingError(of descriptor: CInt) -> CInt {
        var code: CInt = 0
        var length = socklen_t(MemoryLayout<CInt>.size)
        return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length) == 0 ? code : errno
    }

    /// One error that names every address with what went wrong there.
    public static func summary(of errors: [(SocketAddress, ProbeError)]) -> ProbeError {
        guard let last = errors.last else {
            return ProbeError(.unresolved, step: "connect", message: "the name has no address")
        }
        guard errors.count > 1 else { return last.1 }
        let list = errors.map { "\($0.0) \($0.1.message)" }.joined(separator: "; ")
        return ProbeError(last.1.kind, step: "connect", message: list, advice: last.1.advice)
    }
}
