/// A domain name as its labels, without the empty one of the root.
///
/// Two names are the same whatever the case of their ASCII letters (RFC 4343).
struct DNSName: Sendable {
    /// The longest on the wire, lengths and root included (RFC 1035, 2.3.4).
    static let longest = 255
    static let longestLabel = 63

    let labels: [[UInt8]]

    init(labels: [[UInt8]]) { self.labels = labels }

    /// `db.example.org`, with or without the dot at its end. Bytes beyond ASCII go out as they are.
    ///
    /// - Returns: nil for a name that has no place on the wire: empty or overlong labels, or too long in all.
    init?(_ text: String) {
        let name = text.hasSuffix(".") ? text.dropLast() : text[...]
        let labels =
            name.isEmpty
            ? [] : name.split(separator: ".", omittingEmptySubsequences: false).map { Array($0.utf8) }
        guard labels.allSatisfy({ (1...Self.longestLabel).contains($0.count) }),
            labels.reduce(1, { $0 + $1.count + 1 }) <= Self.longest
        else { return nil }
        self.labels = labels
    }

    /// As it goes out, never compressed.
    var bytes: [UInt8] { labels.flatMap { [UInt8($0.count)] + $0 } + [0] }

    private var folded: [[UInt8]] {
        labels.map { $0.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 } }
    }
}

extension DNSName: Hashable {
    static func == (left: DNSName, right: DNSName) -> Bool { left.folded == right.folded }
    func hash(into hasher: inout Hasher) { hasher.combine(folded) }
}

extension DNSName: CustomStringConvertible {
    /// In the form of zone files (RFC 1035, 5.1): what could be taken for something else is `\.` or `\DDD`.
    var description: String {
        labels.isEmpty ? "." : labels.map { $0.map(Self.shown).joined() }.joined(separator: ".")
    }

    private static func shown(_ byte: UInt8) -> String {
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "\\"): "\\" + String(UnicodeScalar(byte))
        case 0x21...0x7E: String(UnicodeScalar(byte))
        default: "\\" + String(repeating: "0", count: 3 - "\(byte)".count) + "\(byte)"
        }
    }
}
