import Glibc

/// Two connected, non-blocking unix sockets, closed when dropped.
final class LoopbackPair: Sendable {
    let near: CInt
    let far: CInt

    init() {
        var ends: [CInt] = [-1, -1]
        let type = CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        precondition(socketpair(AF_UNIX, type, 0, &ends) == 0, "no socket pair")
        near = ends[0]
        far = ends[1]
    }

    deinit {
        close(near)
        close(far)
    }

    /// Makes the near end readable.
    func sendFromFar(_ text: String = "x") {
        _ = Array(text.utf8).withUnsafeBytes { write(far, $0.baseAddress, $0.count) }
    }
}
