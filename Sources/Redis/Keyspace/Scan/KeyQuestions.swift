/// What is asked of a key, as a set of bits; each bit is one command and one reply.
struct KeyQuestions: OptionSet, Sendable, Hashable {
    let rawValue: UInt8

    static let type = KeyQuestions(rawValue: 1)
    static let length = KeyQuestions(rawValue: 2)
    static let memory = KeyQuestions(rawValue: 4)
    static let expiry = KeyQuestions(rawValue: 8)
    static let encoding = KeyQuestions(rawValue: 16)
    static let all: KeyQuestions = [.type, .length, .memory, .expiry, .encoding]

    /// In the order in which they are asked and answered.
    static let order: [KeyQuestions] = [.type, .length, .memory, .expiry, .encoding]

    /// The command, for errors.
    var name: String {
        switch self {
        case .type: "TYPE"
        case .length: "read lengths"
        case .memory: "MEMORY USAGE"
        case .expiry: "TTL"
        case .encoding: "OBJECT ENCODING"
        default: "SCAN"
        }
    }
}

/// Commands whose words before the key are encoded once for millions of keys.
struct KeyCommands: Sendable {
    private let type = Encoded("TYPE", more: 1).head
    private let expiry = Encoded("TTL", more: 1).head
    private let encoding = Encoded("OBJECT", "ENCODING", more: 1).head
    private let lengths: [[UInt8]] =
        [[]] + ["STRLEN", "LLEN", "SCARD", "ZCARD", "HLEN", "XLEN"].map { Encoded($0, more: 1).head }
    private let memory: [UInt8]
    private let memoryOptions: [UInt8]
    static let asking = Encoded("ASKING", more: 0).head

    /// - Parameter samples: of MEMORY USAGE; 5 is the server's own default.
    init(samples: Int) {
        let usual = samples == 5
        memory = Encoded("MEMORY", "USAGE", more: usual ? 1 : 3).head
        var options: [UInt8] = []
        if !usual { for word in ["SAMPLES", String(max(0, samples))] { RESPEncoding.append(word.utf8, to: &options) } }
        memoryOptions = options
    }

    /// - Parameters:
    ///   - key: as a bulk string, with its length before and its line's end behind, just as SCAN gives it.
    ///   - type: of the key, as it is known or taken to be: it decides how the length is asked for.
    func append(
        _ questions: KeyQuestions, about key: UnsafeRawBufferPointer, of type: KeyType, asking: Bool,
        to output: inout [UInt8]
    ) {
        func ask(_ head: [UInt8], _ tail: [UInt8] = []) {
            if asking { output.append(contentsOf: Self.asking) }
            output.append(contentsOf: head)
            output.append(contentsOf: key)
            if !tail.isEmpty { output.append(contentsOf: tail) }
        }
        if questions.contains(.type) { ask(self.type) }
        if questions.contains(.length) { ask(lengths[Int(type.rawValue)]) }
        if questions.contains(.memory) { ask(memory, memoryOptions) }
        if questions.contains(.expiry) { ask(expiry) }
        if questions.contains(.encoding) { ask(encoding) }
    }
}
