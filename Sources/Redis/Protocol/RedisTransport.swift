import Diagnostics
import Network
import TLS

/// The stream of bytes under a connection: a TCP or unix socket, as it is or with TLS.
enum RedisTransport: ~Copyable {
    case plain(Socket)
    case encrypted(TLSStream)

    /// Reads what there is, waiting for it at most until the deadline; zero when the other side has closed.
    borrowing func read(
        into buffer: inout [UInt8], until deadline: Deadline, step: String
    ) async throws(ProbeError) -> Int {
        switch self {
        case .plain(let socket): try await socket.read(into: &buffer, until: deadline, step: step)
        case .encrypted(let stream): try await stream.read(into: &buffer, until: deadline, step: step)
        }
    }

    /// Reads what has arrived already; nil when nothing has.
    borrowing func readNow(into room: UnsafeMutableRawBufferPointer, step: String) throws(ProbeError) -> Int? {
        switch self {
        case .plain(let socket): try socket.readNow(into: room, step: step)
        case .encrypted(let stream): try stream.readNow(into: room, step: step)
        }
    }

    borrowing func waitForBytes(
        until deadline: Deadline, step: String, holdingThreadFor moment: Duration = .zero
    ) async throws(ProbeError) {
        switch self {
        case .plain(let socket):
            try await socket.waitForBytes(until: deadline, step: step, holdingThreadFor: moment)
        case .encrypted(let stream):
            try await stream.waitForBytes(until: deadline, step: step, holdingThreadFor: moment)
        }
    }

    borrowing func write(_ bytes: [UInt8], until deadline: Deadline, step: String) async throws(ProbeError) {
        switch self {
        case .plain(let socket): try await socket.write(bytes, until: deadline, step: step)
        case .encrypted(let stream): try await stream.write(bytes, until: deadline, step: step)
        }
    }
}
