import Glibc
import Synchronization

/// A reply of Redis.
public indirect enum RedisReply: Sendable, Hashable {
    case text(String)
    case number(Int)
    case list([RedisReply])
    case null

    public var text: String? { if case .text(let text) = self { text } else { nil } }

    public var list: [RedisReply] { if case .list(let list) = self { list } else { [] } }

    /// A list of names and values, as Sentinel gives them.
    public var fields: [String: String] {
        let words = list.map { $0.text ?? "" }
        return Dictionary(stride(from: 0, to: words.count - 1, by: 2).map { (words[$0], words[$0 + 1]) }) { $1 }
    }
}

/// An error reply, its first word the kind: `OOM`, `NOGOODSLAVE`.
public struct RedisError: Error, CustomStringConvertible {
    public let description: String
}

/// One blocking connection, for bringing faults about. Use it on threads that may block.
public final class RedisConnection: Sendable {
    private let stream: Mutex<Stream>

    init(port: UInt16, password: String?, user: String? = nil) throws {
        stream = Mutex(Stream(try Socket.connected(to: port)))
        guard let password else { return }
        try command(["AUTH"] + (user.map { [$0] } ?? []) + [password])
    }

    /// Sends one command and gives its reply.
    @discardableResult
    public func command(_ words: [String]) throws -> RedisReply {
        let reply = try pipeline([words])[0]
        return try reply.get()
    }

    @discardableResult
    public func command(_ words: String...) throws -> RedisReply { try command(words) }

    /// Sends all commands at once and gives each one's reply.
    public func pipeline(_ commands: [[String]]) throws -> [Result<RedisReply, RedisError>] {
        try stream.withLock { stream in
            let bytes = commands.flatMap(encoded)
            guard Socket.send(bytes, to: stream.descriptor) else { throw PlaygroundError.system("send to Redis") }
            var replies: [Result<RedisReply, RedisError>] = []
            for _ in commands { replies.append(try stream.reply()) }
            return replies
        }
    }

    /// A line of INFO.
    public func info(_ field: String) throws -> String? {
        let lines = try command("INFO", "everything").text?.split(whereSeparator: \.isNewline) ?? []
        return lines.first { $0.hasPrefix(field + ":") }.map { String($0.dropFirst(field.count + 1)) }
    }
}

private func encoded(_ words: [String]) -> [UInt8] {
    var bytes = Array("*\(words.count)\r\n".utf8)
    for word in words { bytes += Array("$\(word.utf8.count)\r\n\(word)\r\n".utf8) }
    return bytes
}

/// Sole owner of one socket, with what has been read from it and not yet been used.
private struct Stream: ~Copyable {
    let descriptor: CInt
    private var buffer: [UInt8] = []
    private var position = 0

    init(_ descriptor: CInt) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// An error reply inside a list counts as its text.
    mutating func reply() throws -> Result<RedisReply, RedisError> {
        let line = try line()
        let rest = String(line.dropFirst())
        switch line.first {
        case "+": return .success(.text(rest))
        case "-": return .failure(RedisError(description: rest))
        case ":": return .success(.number(Int(rest) ?? 0))
        case "$": return .success(try bulk(Int(rest) ?? -1))
        case "*": return .success(try list(Int(rest) ?? -1))
        default: throw PlaygroundError("not a reply of Redis: \(line.prefix(40))")
        }
    }

    private mutating func bulk(_ length: Int) throws -> RedisReply {
        guard length >= 0 else { return .null }
        let bytes = try take(length + 2).dropLast(2)
        return .text(String(decoding: bytes, as: UTF8.self))
    }

    private mutating func list(_ count: Int) throws -> RedisReply {
        guard count >= 0 else { return .null }
        var items: [RedisReply] = []
        for _ in 0..<count {
            switch try reply() {
            case .success(let item): items.append(item)
            case .failure(let error): items.append(.text(error.description))
            }
        }
        return .list(items)
    }

    private mutating func line() throws -> String {
        while true {
            if let end = buffer[position...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { position = end + 1 }
                return String(decoding: buffer[position..<(end - 1)], as: UTF8.self)
            }
            try fill()
        }
    }

    private mutating func take(_ count: Int) throws -> [UInt8] {
        while buffer.count - position < count { try fill() }
        defer { position += count }
        return Array(buffer[position..<(position + count)])
    }

    private mutating func fill() throws {
        buffer.removeFirst(position)
        position = 0
        let bytes = Socket.receive(from: descriptor)
        guard !bytes.isEmpty else { throw PlaygroundError("Redis closed the connection or was silent too long") }
        buffer += bytes
    }
}
