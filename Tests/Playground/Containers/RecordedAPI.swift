import Foundation
import Glibc
import Synchronization

/// An HTTP server in this process that answers what was recorded of another: by path, from a table; anything else is a 404.
/// It takes GET only, and remembers what it was asked.
public final class RecordedAPI: Sendable {
    public struct Answer: Sendable {
        let status: Int
        let type: String
        let body: [UInt8]
        /// In pieces, as Docker sends what it does not know the length of.
        let isChunked: Bool

        public init(_ status: Int, _ body: [UInt8], type: String = "application/json", isChunked: Bool = false) {
            self.status = status
            self.type = type
            self.body = body
            self.isChunked = isChunked
        }

        public static func json(_ text: String, status: Int = 200) -> Answer { Answer(status, Array(text.utf8)) }
    }

    /// Of the unix socket, where it listens at one.
    public let path: String?
    public let port: UInt16
    private let answers: [String: Answer]
    private let missing: Answer
    private let seen = Mutex<[String]>([])
    private let descriptor: CInt

    /// Method and path with its query, in order.
    public var questions: [String] { seen.withLock { $0 } }

    /// - Parameters:
    ///   - unixSocket: where to listen; nil: an unused port of 127.0.0.1.
    ///   - answers: by path, with its query or, where that is not there, without it.
    public init(
        unixSocket: String? = nil, _ answers: [String: Answer],
        missing: Answer = .json(#"{"message":"not found"}"#, status: 404)
    ) throws {
        self.answers = answers
        self.missing = missing
        path = unixSocket
        (descriptor, port) = try Self.listening(at: unixSocket)
        let descriptor = descriptor
        detach("recorded API") { [weak self] in
            while true {
                let connection = accept(descriptor, nil, nil)
                guard connection >= 0 else { break }
                guard let self else {
                    Glibc.close(connection)
                    break
                }
                detach("recorded answer") { self.serve(connection) }
            }
            Glibc.close(descriptor)
        }
    }

    private static func listening(at path: String?) throws -> (CInt, UInt16) {
        if let path {
            let descriptor = try Socket.makeUnix()
            unlink(path)
            let bound = withUnixAddress(path) { bind(descriptor, $0, $1) }
            guard bound == 0, listen(descriptor, 64) == 0 else { throw PlaygroundError.system("listen at \(path)") }
            return (descriptor, 0)
        }
        let port = try Ports.unused()
        let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        let bound = withLoopback(port) { bind(descriptor, $0, $1) }
        guard bound == 0, listen(descriptor, 64) == 0 else { throw PlaygroundError.system("listen at \(port)") }
        return (descriptor, port)
    }

    deinit { shutdown(descriptor, CInt(SHUT_RDWR)) }

    private func serve(_ connection: CInt) {
        defer { Glibc.close(connection) }
        var buffer = [UInt8](repeating: 0, count: 16_384)
        var bytes: [UInt8] = []
        while !bytes.suffix(4).elementsEqual([13, 10, 13, 10]) {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return }
            bytes += buffer.prefix(count)
        }
        let words = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n").first?.split(separator: " ") ?? []
        guard words.count == 3 else { return }
        seen.withLock { $0.append("\(words[0]) \(words[1])") }
        let path = String(words[1])
        let bare = String(path.prefix { $0 != "?" })
        send(words[0] == "GET" ? answers[path] ?? answers[bare] ?? missing : .json("{}", status: 405), to: connection)
    }

    private func send(_ answer: Answer, to connection: CInt) {
        let head = "HTTP/1.1 \(answer.status) X\r\nContent-Type: \(answer.type)\r\nConnection: close\r\n"
        var bytes = Array(head.utf8)
        if answer.isChunked {
            bytes += Array("Transfer-Encoding: chunked\r\n\r\n".utf8)
            var rest = answer.body[...]
            while !rest.isEmpty {
                let piece = rest.prefix(7)
                bytes += Array("\(String(piece.count, radix: 16))\r\n".utf8) + piece + [13, 10]
                rest = rest.dropFirst(piece.count)
            }
            bytes += Array("0\r\n\r\n".utf8)
        } else {
            bytes += Array("Content-Length: \(answer.body.count)\r\n\r\n".utf8) + answer.body
        }
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(connection, $0.baseAddress.map { $0 + sent }, bytes.count - sent, CInt(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            sent += count
        }
    }
}
