/// The keys that one SCAN gave, with what has been learnt of them so far.
struct KeyBatch: Sendable {
    /// What is asked of every key in the first round; lengths wait until the type is known.
    struct Questions: OptionSet, Sendable, Hashable {
        let rawValue: UInt8
        static let type = Questions(rawValue: 1)
        static let memory = Questions(rawValue: 2)
        static let expiry = Questions(rawValue: 4)
        static let all: Questions = [.type, .memory, .expiry]

        /// In the order in which they are asked.
        var each: [Questions] { [.type, .memory, .expiry].filter(contains) }

        var name: String { self == .type ? "TYPE" : self == .memory ? "MEMORY USAGE" : "TTL" }
    }

    struct Key: Sendable {
        let bytes: [UInt8]
        var type = "unknown"
        var memory: Int64?
        var secondsToLive: Int64?
        var length: Int64?
        var isGone = false
    }

    let database: Int
    let questions: Questions
    var keys: [Key]

    init(_ keys: [[UInt8]], in database: Int, asking questions: Questions) {
        self.database = database
        self.questions = questions
        self.keys = keys.map { Key(bytes: $0) }
    }

    /// A key that vanishes between SCAN and here answers `none`, null or -2.
    mutating func take(_ reply: RESPValue, to question: Questions, at index: Int) {
        switch (question, reply) {
        case (.type, .status("none")), (.memory, .null), (.expiry, .integer(-2)): keys[index].isGone = true
        case (.type, .status(let type)): keys[index].type = String(type.prefix(40))
        case (.memory, .integer(let bytes)): keys[index].memory = bytes
        case (.expiry, .integer(let seconds)) where seconds >= 0: keys[index].secondsToLive = seconds
        default: break
        }
    }

    /// How many.
    mutating func removeVanished() -> Int64 {
        let before = keys.count
        keys.removeAll(where: \.isGone)
        return Int64(before - keys.count)
    }

    /// Whether the key is of a type that has a length command; modules' types have none in common.
    func hasLength(_ index: Int) -> Bool { LengthCommand.of(keys[index].type) != nil }
}

extension KeyBatch {
    func encodeQuestions(samples: Int, into output: inout [UInt8]) {
        let usage = samples == 5 ? Encoded("MEMORY", "USAGE", more: 1) : Encoded("MEMORY", "USAGE", more: 3)
        // 5 is the server's own default.
        let options = samples == 5 ? [] : RedisCommand.encodedWords("SAMPLES", String(max(0, samples)))
        for key in keys {
            if questions.contains(.type) { Encoded.type.append(to: &output, key.bytes) }
            if questions.contains(.memory) {
                usage.append(to: &output, key.bytes)
                output.append(contentsOf: options)
            }
            if questions.contains(.expiry) { Encoded.ttl.append(to: &output, key.bytes) }
        }
    }

    func encodeLengths(into output: inout [UInt8]) {
        for key in keys { LengthCommand.of(key.type)?.append(to: &output, key.bytes) }
    }
}

/// A command whose words before the key are encoded once for millions of keys.
struct Encoded: Sendable {
    private let head: [UInt8]

    static let type = Encoded("TYPE", more: 1)
    static let ttl = Encoded("TTL", more: 1)

    /// - Parameter more: words that follow, the key among them.
    init(_ words: String..., more: Int) {
        var head: [UInt8] = []
        RESPEncoding.appendHeader("*", words.count + more, to: &head)
        for word in words { RESPEncoding.append(word.utf8, to: &head) }
        self.head = head
    }

    func append(to output: inout [UInt8], _ key: [UInt8]) {
        output.append(contentsOf: head)
        RESPEncoding.append(key, to: &output)
    }
}

enum LengthCommand {
    private static let string = Encoded("STRLEN", more: 1)
    private static let list = Encoded("LLEN", more: 1)
    private static let set = Encoded("SCARD", more: 1)
    private static let sortedSet = Encoded("ZCARD", more: 1)
    private static let hash = Encoded("HLEN", more: 1)
    private static let stream = Encoded("XLEN", more: 1)

    static func of(_ type: String) -> Encoded? {
        switch type {
        case "string": string
        case "list": list
        case "set": set
        case "zset": sortedSet
        case "hash": hash
        case "stream": stream
        default: nil
        }
    }
}

extension RedisCommand {
    /// Words as they stand in the middle of a command.
    static func encodedWords(_ words: String...) -> [UInt8] {
        var output: [UInt8] = []
        for word in words { RESPEncoding.append(word.utf8, to: &output) }
        return output
    }
}
