import Diagnostics

/// Labels as one text and back, as Prometheus writes them: `{le="0.5",method="GET"}`, nothing at all without labels. Equal
/// labels are equal texts, as labels are sorted.
enum LabelsText {
    static func text(_ labels: Labels) -> String { labels.description }

    /// No labels for a text that is not ours.
    static func labels(_ text: String) -> Labels {
        guard text.first == "{", text.last == "}" else { return [:] }
        var reader = Reader(rest: text.utf8.dropFirst().dropLast())
        var pairs: [(String, String)] = []
        while let pair = reader.next() { pairs.append(pair) }
        return Labels(pairs)
    }

    private struct Reader {
        var rest: Substring.UTF8View

        /// Nil at the end, and where the text is not what `text` writes.
        mutating func next() -> (String, String)? {
            guard let equals = rest.firstIndex(of: UInt8(ascii: "=")) else { return nil }
            let name = String(Substring(rest[..<equals]))
            // Past the equals sign and the opening quote.
            rest = rest[rest.index(after: equals)...].dropFirst()
            guard let value = value() else { return nil }
            if rest.first == UInt8(ascii: ",") { rest = rest.dropFirst() }
            return (name, value)
        }

        /// Up to the closing quote, which it takes along.
        private mutating func value() -> String? {
            var bytes: [UInt8] = []
            while let byte = rest.popFirst() {
                switch byte {
                case UInt8(ascii: "\""): return String(decoding: bytes, as: UTF8.self)
                case UInt8(ascii: "\\"):
                    guard let escaped = rest.popFirst() else { return nil }
                    bytes.append(escaped == UInt8(ascii: "n") ? UInt8(ascii: "\n") : escaped)
                default: bytes.append(byte)
                }
            }
            return nil
        }
    }
}
