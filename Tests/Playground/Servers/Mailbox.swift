import Foundation
import Synchronization

/// A server that takes what is posted to it and keeps it, for webhooks.
public final class Mailbox: Sendable {
    public struct Letter: Sendable {
        /// `POST /path`.
        public let request: String
        /// By names in small letters.
        public let headers: [String: String]
        public let body: String
    }

    public let port: UInt16
    public var url: String { "http://127.0.0.1:\(port)" }
    private let kept = Mutex<[Letter]>([])
    private let answer = Mutex((status: 200, body: ""))

    public var letters: [Letter] { kept.withLock { $0 } }

    /// What it says from now on to whatever comes.
    public func answer(_ status: Int, body: String = "") { answer.withLock { $0 = (status, body) } }

    init(on ground: Ground) throws {
        let listener = try Listener()
        port = listener.port
        listener.serve("mailbox") { [self] connection in
            defer { close(connection) }
            Socket.setLimit(.seconds(10), on: connection)
            guard let letter = Self.read(from: connection) else { return }
            kept.withLock { $0.append(letter) }
            let (status, body) = answer.withLock { $0 }
            let head = "HTTP/1.1 \(status) It\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n"
            Socket.send(Array((head + body).utf8), to: connection)
        }
        ground.atEnd { listener.close() }
    }

    private static func read(from connection: CInt) -> Letter? {
        var bytes: [UInt8] = []
        while true {
            let more = Socket.receive(from: connection)
            guard !more.isEmpty else { return nil }
            bytes += more
            let text = String(decoding: bytes, as: UTF8.self)
            guard let gap = text.firstRange(of: "\r\n\r\n") else { continue }
            let lines = text[..<gap.lowerBound].components(separatedBy: "\r\n")
            let headers = Dictionary(
                lines.dropFirst().compactMap { line in
                    line.firstIndex(of: ":").map { colon in
                        (
                            line[..<colon].lowercased(),
                            line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
                        )
                    }
                }, uniquingKeysWith: { $1 })
            let body = text[gap.upperBound...]
            guard body.utf8.count >= Int(headers["content-length"] ?? "0") ?? 0 else { continue }
            let request = (lines.first ?? "").split(separator: " ").prefix(2).joined(separator: " ")
            return Letter(request: request, headers: headers, body: String(body))
        }
    }
}

extension Playground {
    /// A new one.
    public func mailbox() async throws -> Mailbox {
        let ground = try await startedGround()
        return try await onThread { try Mailbox(on: ground) }
    }
}
