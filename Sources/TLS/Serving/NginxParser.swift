/// nginx's configuration language: directives of words that end in `;` or hold a block. Pure, and never trips over what is
/// no configuration.
struct NginxParser {
    struct Directive: Sendable, Hashable {
        let name: String
        let arguments: [String]
        let block: [Directive]?
        let line: Int
    }

    private var bytes: ArraySlice<UInt8>
    private var line = 1

    /// Blocks nested deeper than this are no configuration, and would only use up the stack.
    private static let deepest = 64

    private init(_ text: [UInt8]) { bytes = text[...] }

    /// As far as the text can be read.
    static func directives(in text: [UInt8]) -> [Directive] {
        var parser = NginxParser(text)
        return parser.block(depth: 0)
    }

    private mutating func block(depth: Int) -> [Directive] {
        var directives: [Directive] = []
        var words: [String] = []
        var start = 0
        while let token = next() {
            switch token {
            case .word(let word):
                if words.isEmpty { start = line }
                words.append(word)
            case .end:
                if let name = words.first { directives.append(directive(name, words, nil, start)) }
                words = []
            case .open:
                let inner = depth < Self.deepest ? block(depth: depth + 1) : []
                if let name = words.first { directives.append(directive(name, words, inner, start)) }
                words = []
            case .close: return directives
            }
        }
        return directives
    }

    private func directive(_ name: String, _ words: [String], _ block: [Directive]?, _ line: Int) -> Directive {
        Directive(name: name, arguments: Array(words.dropFirst()), block: block, line: line)
    }

    private enum Token {
        case word(String)
        case end, open, close
    }

    private mutating func next() -> Token? {
        while let byte = bytes.first {
            switch byte {
            case UInt8(ascii: "\n"):
                line += 1
                bytes.removeFirst()
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): bytes.removeFirst()
            case UInt8(ascii: "#"): bytes = bytes.drop { $0 != UInt8(ascii: "\n") }
            case UInt8(ascii: ";"): return take(.end)
            case UInt8(ascii: "{"): return take(.open)
            case UInt8(ascii: "}"): return take(.close)
            case UInt8(ascii: "\""), UInt8(ascii: "'"): return .word(quoted(by: byte))
            default: return .word(bare())
            }
        }
        return nil
    }

    private mutating func take(_ token: Token) -> Token {
        bytes.removeFirst()
        return token
    }

    private mutating func quoted(by quote: UInt8) -> String {
        bytes.removeFirst()
        var word: [UInt8] = []
        while let byte = bytes.popFirst(), byte != quote {
            if byte == UInt8(ascii: "\n") { line += 1 }
            if byte == UInt8(ascii: "\\"), let escaped = bytes.popFirst() {
                word.append(escaped)
            } else {
                word.append(byte)
            }
        }
        return String(decoding: word, as: UTF8.self)
    }

    /// `${name}` is a part of a word, its braces are no block.
    private mutating func bare() -> String {
        var word: [UInt8] = []
        while let byte = bytes.first {
            let isVariable = byte == UInt8(ascii: "{") && word.last == UInt8(ascii: "$")
            guard isVariable || !Self.ends.contains(byte) else { break }
            bytes.removeFirst()
            word.append(byte)
            if byte == UInt8(ascii: "\\"), let escaped = bytes.popFirst() { word[word.count - 1] = escaped }
            guard isVariable else { continue }
            word += bytes.prefix { $0 != UInt8(ascii: "}") && $0 != UInt8(ascii: "\n") }
            bytes = bytes.drop { $0 != UInt8(ascii: "}") && $0 != UInt8(ascii: "\n") }
            if bytes.first == UInt8(ascii: "}") { word.append(bytes.removeFirst()) }
        }
        return String(decoding: word, as: UTF8.self)
    }

    private static let ends = Set(" \t\r\n;{}".utf8)
}
