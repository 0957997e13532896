import Diagnostics
import Glibc

/// A TCP handshake whose first packet lives for so many hops only: what `traceroute -T` sends, without its rights.
public enum LimitedHandshake {
    public enum Reply: Sendable, Hashable {
        /// The far end took the connection or refused it: either way the packet has arrived.
        case arrived(isOpen: Bool)
        case stopped(PacketError)
    }

    /// - Returns: nil where nobody said anything by the deadline.
    /// - Throws: `.local`, `.cancelled`.
    public static func attempt(
        _ address: SocketAddress, hops: CInt, until deadline: Deadline
    ) async throws(ProbeError) -> Reply? {
        let step = "connect to \(address)"
        let type = CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = Glibc.socket(address.family, type, 0)
        guard descriptor >= 0 else { throw ProbeError(errno: errno, step: step) }
        let socket = Socket(owning: descriptor)
        DatagramSocket.Option.timeToLive.set(hops, on: descriptor, isIPv6: address.isIPv6)
        DatagramSocket.Option.receiveErrors.set(1, on: descriptor, isIPv6: address.isIPv6)
        let result = address.withPointer { Glibc.connect(descriptor, $0, $1) }
        if result != 0, errno != EINPROGRESS { return try reply(errno, descriptor, step) }
        do throws(ProbeError) {
            try await Reactor.shared.wait(for: socket.descriptor, .writable, until: deadline, step: step)
        } catch {
            guard error.kind == .timedOut else { throw error }
            return PacketError(nextOf: descriptor).map(Reply.stopped)
        }
        return try reply(Connector.pendingError(of: descriptor), descriptor, step)
    }

    private static func reply(_ code: CInt, _ descriptor: CInt, _ step: String) throws(ProbeError) -> Reply? {
        if let error = PacketError(nextOf: descriptor) { return .stopped(error) }
        switch code {
        case 0: return .arrived(isOpen: true)
        case ECONNREFUSED: return .arrived(isOpen: false)
        case ETIMEDOUT, EHOSTUNREACH, ENETUNREACH: return nil
        default: throw ProbeError(errno: code, step: step)
        }
    }
}
