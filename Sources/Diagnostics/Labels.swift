/// A set of label names with their values, sorted by name, as Prometheus identifies a series.
public struct Labels: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    /// Name and value of one label.
    public struct Label: Sendable, Hashable {
        public let name: String
        public let value: String
    }

    private var sorted: [Label]

    public init() { sorted = [] }

    /// Of two equal names the last one wins.
    public init(_ pairs: some Sequence<(String, String)>) {
        let unique = Dictionary(pairs.map { ($0, $1) }, uniquingKeysWith: { $1 })
        sorted = unique.map(Label.init).sorted { $0.name < $1.name }
    }

    public init(dictionaryLiteral elements: (String, String)...) { self.init(elements) }

    public subscript(name: String) -> String? { sorted.first { $0.name == name }?.value }

    /// These labels with one more, or another value for it.
    public func with(_ name: String, _ value: String) -> Labels {
        Labels(map { ($0.name, $0.value) } + [(name, value)])
    }

    /// These labels and those of `other`, which wins where both have one.
    public func merging(_ other: Labels) -> Labels {
        Labels(map { ($0.name, $0.value) } + other.map { ($0.name, $0.value) })
    }

    /// Only the labels named; what `sum by (…)` keeps.
    public func keeping(_ names: some Collection<String>) -> Labels {
        Labels(filter { names.contains($0.name) }.map { ($0.name, $0.value) })
    }

    /// All but the labels named; what `sum without (…)` keeps.
    public func dropping(_ names: some Collection<String>) -> Labels {
        Labels(filter { !names.contains($0.name) }.map { ($0.name, $0.value) })
    }
}

extension Labels: RandomAccessCollection {
    public var startIndex: Int { sorted.startIndex }
    public var endIndex: Int { sorted.endIndex }
    public subscript(position: Int) -> Label { sorted[position] }
}

extension Labels: Comparable {
    public static func < (left: Labels, right: Labels) -> Bool {
        left.lexicographicallyPrecedes(right) { ($0.name, $0.value) < ($1.name, $1.value) }
    }
}

extension Labels: Codable {
    public init(from decoder: any Decoder) throws {
        self.init(try [String: String](from: decoder).map { ($0, $1) })
    }

    public func encode(to encoder: any Encoder) throws {
        try Dictionary(uniqueKeysWithValues: map { ($0.name, $0.value) }).encode(to: encoder)
    }
}

extension Labels: CustomStringConvertible {
    /// `{le="0.5",method="GET"}`, or nothing at all without labels. Values are escaped as in Prometheus's text format.
    public var description: String {
        isEmpty ? "" : "{" + map { "\($0.name)=\"\(Labels.escaped($0.value))\"" }.joined(separator: ",") + "}"
    }

    /// Backslash, double quote and line feed escaped, as the Prometheus text format 0.0.4 wants label values.
    public static func escaped(_ value: String) -> String {
        var result = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
