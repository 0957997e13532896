/// A JSON document (RFC 8259) whose keys keep the order they are given in, so that two runs diff cleanly.
enum JSONValue {
    case object([(String, JSONValue)])
    case array([JSONValue])
    /// An array whose items are made one by one as they are written: all at once, a large one would be many times its text.
    case sequence(AnySequence<JSONValue>)
    case string(String)
    case integer(Int64)
    /// Not a number and infinities become null: JSON has none.
    case number(Double)
    case bool(Bool)
    case null

    static func list(_ items: some Sequence<JSONValue>) -> JSONValue { .sequence(AnySequence(items)) }

    static func optional(_ text: String?) -> JSONValue { text.map(JSONValue.string) ?? .null }
    static func optional(_ number: Double?) -> JSONValue { number.map(JSONValue.number) ?? .null }

    /// Indented by two spaces, as UTF-8, for small documents.
    var utf8: [UInt8] { Array(serialized().utf8) }

    /// Indented by two spaces, or all in one line; ending in a line feed.
    func serialized(isOneLine: Bool = false) -> String {
        var bytes: [UInt8] = []
        write(isOneLine: isOneLine) { bytes += $0 }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The same as UTF-8, piece by piece: the document of some thousand targets is tens of megabytes, and nobody has to hold
    /// it whole.
    func write(isOneLine: Bool = false, to sink: ([UInt8]) -> Void) {
        withoutActuallyEscaping(sink) { sink in
            var text = Text(sink: sink)
            write(to: &text, indent: isOneLine ? Self.noLines : 0)
            text.append(UInt8(ascii: "\n"))
            text.flush()
        }
    }

    /// Bytes, as appending to a `String` takes several times as long, and a sweep's document has ten thousand pieces.
    private struct Text {
        private var bytes: [UInt8] = []
        private let sink: ([UInt8]) -> Void

        init(sink: @escaping ([UInt8]) -> Void) {
            self.sink = sink
            bytes.reserveCapacity(Self.piece + 4096)
        }

        private static let piece = 64 << 10

        mutating func append(_ byte: UInt8) { bytes.append(byte) }
        mutating func append(contentsOf more: some Sequence<UInt8>) { bytes.append(contentsOf: more) }
        static func += (text: inout Text, more: some Sequence<UInt8>) { text.append(contentsOf: more) }

        mutating func flushIfLong() { if bytes.count >= Self.piece { flush() } }

        mutating func flush() {
            sink(bytes)
            bytes.removeAll(keepingCapacity: true)
        }
    }

    private func write(to text: inout Text, indent: Int) {
        switch self {
        case .object(let members):
            Self.writeList(members, "{", "}", to: &text, indent) { member, text, inner in
                Self.write(member.0, to: &text)
                text += ": ".utf8
                member.1.write(to: &text, indent: inner)
            }
        case .array(let items):
            Self.writeList(items, "[", "]", to: &text, indent) { $0.write(to: &$1, indent: $2) }
        case .sequence(let items): Self.writeList(items, "[", "]", to: &text, indent) { $0.write(to: &$1, indent: $2) }
        case .string(let string): Self.write(string, to: &text)
        case .integer(let number): text += String(number).utf8
        case .number(let number): text += Self.shown(number).utf8
        case .bool(let flag): text += (flag ? "true" : "false").utf8
        case .null: text += "null".utf8
        }
    }

    private static func shown(_ number: Double) -> String {
        guard number.isFinite else { return "null" }
        return number == number.rounded() && abs(number) < 1e15 ? "\(Int64(number))" : "\(number)"
    }
}

// MARK: - Characters

extension JSONValue {
    private static func writeList<Item>(
        _ items: some Sequence<Item>, _ open: Unicode.Scalar, _ close: Unicode.Scalar, to text: inout Text,
        _ indent: Int, _ write: (Item, inout Text, Int) -> Void
    ) {
        var isEmpty = true
        text.append(UInt8(ascii: open))
        for item in items {
            if !isEmpty { text.append(UInt8(ascii: ",")) }
            beginLine(&text, indent + 2)
            write(item, &text, indent + 2)
            text.flushIfLong()
            isEmpty = false
        }
        if !isEmpty { beginLine(&text, indent) }
        text.append(UInt8(ascii: close))
    }

    /// An indent that stays below zero however deep the document is.
    private static let noLines = Int.min / 2

    private static func beginLine(_ text: inout Text, _ indent: Int) {
        guard indent >= 0 else { return }
        text.append(UInt8(ascii: "\n"))
        text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indent))
    }

    private static func write(_ string: String, to text: inout Text) {
        text.append(UInt8(ascii: "\""))
        if string.utf8.allSatisfy(isPlain) { text += string.utf8 } else { writeEscaping(string, to: &text) }
        text.append(UInt8(ascii: "\""))
    }

    /// Most strings are ASCII that stands for itself.
    private static func isPlain(_ byte: UInt8) -> Bool {
        0x20..<0x7F ~= byte && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    private static func writeEscaping(_ string: String, to text: inout Text) {
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\"".utf8
            case "\\": text += "\\\\".utf8
            case "\n": text += "\\n".utf8
            case "\r": text += "\\r".utf8
            case "\t": text += "\\t".utf8
            case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value): text += escape(scalar).utf8
            default: text += String(scalar).utf8
            }
        }
    }

    /// `\u001b`. Delete and the C1 controls are allowed in JSON but act on a terminal that shows it.
    private static func escape(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
