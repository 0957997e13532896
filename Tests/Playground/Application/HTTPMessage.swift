import Foundation

/// As much of a request as the application looks at.
struct HTTPRequest {
    let method: String
    /// Without the query.
    let path: String
    let token: String?

    /// `nil` when what came is not a request. A body is not waited for.
    static func read(from descriptor: CInt) -> HTTPRequest? {
        var bytes: [UInt8] = []
        while !bytes.contains(subsequence: Array("\r\n\r\n".utf8)) {
            let more = Socket.receive(from: descriptor)
            guard !more.isEmpty, bytes.count < 65536 else { return nil }
            bytes += more
        }
        return HTTPRequest(head: String(decoding: bytes, as: UTF8.self))
    }

    init?(head: String) {
        let lines = head.split(whereSeparator: \.isNewline)
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count == 3 else { return nil }
        method = String(words[0])
        path = String(words[1].prefix { $0 != "?" })
        let beginning = "authorization: bearer "
        token = lines.first { $0.lowercased().hasPrefix(beginning) }.map { String($0.dropFirst(beginning.count)) }
    }
}

struct HTTPAnswer {
    let status: Int
    let type: String
    let body: String

    init(_ status: Int, type: String = "application/json", body: String) {
        self.status = status
        self.type = type
        self.body = body
    }

    init(_ status: Int, json: String) { self.init(status, body: json + "\n") }

    /// From a capture: the head, an empty line, the body.
    init(captured name: String) throws {
        let text = try Captures.text(name)
        guard let gap = text.firstRange(of: "\n\n"), let status = Int(text.dropFirst(9).prefix(3)) else {
            throw PlaygroundError("the capture \(name) is not an answer")
        }
        self.init(status, body: String(text[gap.upperBound...]))
    }

    /// HTTP/1.0: the end of the connection is the end of the answer.
    func bytes(withBody: Bool) -> [UInt8] {
        let head = "HTTP/1.0 \(status) \(reason)\r\nContent-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
        return Array((head + (withBody ? body : "")).utf8)
    }

    private var reason: String {
        switch status {
        case 200: "OK"
        case 401: "Unauthorized"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 429: "Too Many Requests"
        case 500: "Internal Server Error"
        case 503: "Service Unavailable"
        default: "Status"
        }
    }
}

extension [UInt8] {
    fileprivate func contains(subsequence: [UInt8]) -> Bool {
        String(decoding: self, as: UTF8.self).utf8.firstRange(of: subsequence) != nil
    }
}
