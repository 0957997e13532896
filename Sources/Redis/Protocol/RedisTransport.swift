import Diagnostics
import Network

/// The stream of bytes under a connection: a TCP or unix socket. TLS has its place here and nowhere else.
struct RedisTransport: ~Copyable {
    private let socket: Socket

    init(_ socket: consuming Socket) { self.socket = socket }

    borrowing func read(
        into buffer: inout [UInt8], until deadline: Deadline, step: String
    ) async throws(ProbeError) -> Int {
        try await socket.read(into: &buffer, until: deadline, step: step)
    }

    borrowing func write(_ bytes: [UInt8], until deadline: Deadline, step: String) async throws(ProbeError) {
        try await socket.write(bytes, until: deadline, step: step)
    }
}
