import Diagnostics
import Glibc
import Testing

@testable import Network

@Suite("Reading and writing")
struct SocketTests {
    @Test func readsWhatIsThereAndZeroAtTheEnd() async throws {
        let ends = pair()
        let far = ends.far
        let socket = Socket(owning: ends.near)
        _ = write(far, "hello", 5)
        var buffer = [UInt8](repeating: 0, count: 64)
        #expect(try await socket.read(into: &buffer, until: .after(.seconds(5)), step: "read") == 5)
        #expect(buffer.prefix(5).elementsEqual("hello".utf8))
        close(far)
        #expect(try await socket.read(into: &buffer, until: .after(.seconds(5)), step: "read") == 0)
    }

    @Test func writesMoreThanTheSocketTakesAtOnce() async throws {
        let ends = pair()
        let far = ends.far
        let socket = Socket(owning: ends.near)
        let reader = Task.detached { drain(far) }
        try await socket.write([UInt8](repeating: 7, count: 4_000_000), until: .after(.seconds(20)), step: "write")
        shutdown(socket.descriptor, CInt(SHUT_WR))
        #expect(await reader.value == 4_000_000)
        close(far)
    }

    @Test func writingToAClosedPeerIsAnErrorAndNoSignal() async throws {
        let ends = pair()
        let far = ends.far
        let socket = Socket(owning: ends.near)
        close(far)
        var kind: ProbeError.Kind?
        do { try await socket.write([1, 2, 3], until: .after(.seconds(5)), step: "write") } catch { kind = error.kind }
        #expect(kind == .unreachable)
    }

    private func pair() -> (near: CInt, far: CInt) {
        var ends: [CInt] = [-1, -1]
        socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends)
        _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
        return (ends[0], ends[1])
    }
}

/// Reads to the end, on a thread of the test's own pool: it ends as soon as the writer is done.
private func drain(_ descriptor: CInt) -> Int {
    var buffer = [UInt8](repeating: 0, count: 65536)
    var total = 0
    while case let count = read(descriptor, &buffer, buffer.count), count > 0 { total += count }
    return total
}
