/// A reply of the server as it came, in RESP2, the protocol that every Redis and Valkey speaks unasked.
public enum RESPValue: Sendable, Hashable {
    /// `+OK`
    case status(String)
    /// A bulk string. Bytes, not text: keys and values are binary.
    case bytes([UInt8])
    case integer(Int64)
    case null
    case array([RESPValue])
    /// A refusal is an answer too: the commands behind it in the pipeline are still answered.
    case error(RedisError)
}

extension RESPValue {
    /// The text of a status or bulk string, with what is not UTF-8 replaced; nil for everything else.
    public var text: String? {
        switch self {
        case .status(let text): text
        case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
        default: nil
        }
    }

    /// An integer, or a string that is one.
    public var integer: Int64? {
        switch self {
        case .integer(let number): number
        case .bytes, .status: text.flatMap { Int64($0) }
        default: nil
        }
    }

    public var array: [RESPValue]? {
        if case .array(let values) = self { values } else { nil }
    }

    public var error: RedisError? {
        if case .error(let error) = self { error } else { nil }
    }

    /// An array of names and values in turn, as CONFIG GET and the Sentinel commands answer; nil when it is none.
    /// What is not text is left out, of two equal names the last one wins.
    public var fields: [String: String]? {
        guard let values = array else { return nil }
        var fields: [String: String] = [:]
        for index in stride(from: 0, to: values.count - 1, by: 2) {
            guard let name = values[index].text, let value = values[index + 1].text else { continue }
            fields[name] = value
        }
        return fields
    }
}
