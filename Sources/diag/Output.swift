import Glibc
import Network
import Report
import Synchronization

/// Writes results to standard output and everything else to standard error.
enum Output {
    /// All of the text.
    ///
    /// - Throws: `OutputError` when it cannot be written; not when the reader has gone away.
    static func write(_ text: String) throws(OutputError) {
        StatusLine.clear()
        var text = text
        if let error = text.withUTF8({ error(inWriting: UnsafeRawBufferPointer($0)) }) { throw error }
    }

    /// All of the bytes; throws as the other does.
    static func write(_ bytes: [UInt8]) throws(OutputError) {
        StatusLine.clear()
        if let error = bytes.withUnsafeBytes({ error(inWriting: $0) }) { throw error }
    }

    /// True once a write found that nobody reads any more.
    static var hasNoReader: Bool { readerHasGone.load(ordering: .relaxed) }

    private static let readerHasGone = Atomic(false)

    private static func error(inWriting bytes: UnsafeRawBufferPointer) -> OutputError? {
        var written = 0
        while written < bytes.count {
            let count = Glibc.write(STDOUT_FILENO, bytes.baseAddress.map { $0 + written }, bytes.count - written)
            if count >= 0 {
                written += count
            } else if errno == EPIPE {
                readerHasGone.store(true, ordering: .relaxed)
                return nil
            } else if errno == EAGAIN {
                waitForRoom()
            } else if errno != EINTR {
                return OutputError(message: "standard output: \(describe(errno: errno))")
            }
        }
        return nil
    }

    /// Another process may have made the pipe or terminal that we share with it non-blocking.
    private static func waitForRoom() {
        var output = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
        poll(&output, 1, -1)
    }

    static func complain(_ text: String) { show(text.hasSuffix("\n") ? text : text + "\n") }

    /// To standard error, as it is.
    static func show(_ text: String) {
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}

/// The output could not be written whole.
struct OutputError: Error, CustomStringConvertible {
    let message: String
    var description: String { message }
}
