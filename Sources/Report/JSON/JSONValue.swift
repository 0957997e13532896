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

    /// Indented by two spaces, ending in a line feed.
    ///
    /// - Parameter size: a guess at its bytes, rather too many: room that stays unused costs nothing, while a text that
    ///   outgrows its room is there twice for a moment.
    func serialized(expecting size: Int = 0) -> String {
        var text = ""
        text.reserveCapacity(size)
        write(to: &text, indent: "\n")
        text += "\n"
        return text
    }

    private func write(to text: inout String, indent: String) {
        switch self {
        case .object(let members):
            Self.writeList(members, "{", "}", to: &text, indent) { member, text, inner in
                Self.write(member.0, to: &text)
                text += ": "
                member.1.write(to: &text, indent: inner)
            }
        case .array(let items):
            Self.writeList(items, "[", "]", to: &text, indent) { $0.write(to: &$1, indent: $2) }
        case .sequence(let items): Self.writeList(items, "[", "]", to: &text, indent) { $0.write(to: &$1, indent: $2) }
        case .string(let string): Self.write(string, to: &text)
        case .integer(let number): text += "\(number)"
        case .number(let number): text += Self.shown(number)
        case .bool(let flag): text += flag ? "true" : "false"
        case .null: text += "null"
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
        _ items: some Sequence<Item>, _ open: String, _ close: String, to text: inout String, _ indent: String,
        _ write: (Item, inout String, String) -> Void
    ) {
        let inner = indent + "  "
        var isEmpty = true
        text += open
        for item in items {
            if !isEmpty { text += "," }
            text += inner
            write(item, &text, inner)
            isEmpty = false
        }
        if !isEmpty { text += indent }
        text += close
    }

    private static func write(_ string: String, to text: inout String) {
        text += "\""
        if string.utf8.allSatisfy(isPlain) { text += string } else { writeEscaping(string, to: &text) }
        text += "\""
    }

    /// Most strings are ASCII that stands for itself.
    private static func isPlain(_ byte: UInt8) -> Bool {
        0x20..<0x7F ~= byte && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    private static func writeEscaping(_ string: String, to text: inout String) {
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value): text += escape(scalar)
            default: text.unicodeScalars.append(scalar)
            }
        }
    }

    /// `\u001b`. Delete and the C1 controls are allowed in JSON but act on a terminal that shows it.
    private static func escape(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
