/// What INFO says, whole: every line is kept under its section, and what `diag` uses is typed.
///
/// Lines are `name:value` under a `# Section`. Versions, forks and modules add lines of their own and proxies leave
/// some out, so that nothing here is certain to be there: a field that is missing or no number is nil.
public struct RedisInfo: Sendable, Hashable {
    /// A section as it was served: `# Memory` and its lines in their order.
    public struct Section: Sendable, Hashable {
        public let name: String
        public internal(set) var fields: [Field]
    }

    public struct Field: Sendable, Hashable {
        public let name: String
        public let value: String
    }

    public private(set) var sections: [Section] = []
    /// Lines that were neither a heading nor `name:value`, of which nothing is made.
    public private(set) var badLines = 0
    private var values: [String: String] = [:]

    /// More than this no server says; what comes after it is left out.
    private static let mostLines = 20_000

    public init(_ text: String) {
        let lines = text.utf8.split(maxSplits: Self.mostLines, whereSeparator: { $0 == 10 || $0 == 13 })
        for line in lines.prefix(Self.mostLines) { read(Substring(line)) }
    }

    /// The value of a field, whichever section it stands in; the last one where a name comes twice.
    public subscript(name: String) -> String? { values[name] }

    private mutating func read(_ line: Substring) {
        if line.hasPrefix("#") { return open(line.drop { $0 == "#" || $0 == " " }) }
        guard let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")), colon != line.startIndex else {
            badLines += 1
            return
        }
        if sections.isEmpty { open("") }
        let field = Field(name: String(line[..<colon]), value: String(line[line.index(after: colon)...]))
        sections[sections.count - 1].fields.append(field)
        values[field.name] = field.value
    }

    private mutating func open(_ name: Substring) {
        sections.append(Section(name: String(name), fields: []))
    }
}

extension RedisInfo {
    func integer(_ name: String) -> Int64? { values[name].flatMap { Int64($0) } }

    /// Finite only: a division by zero on the server's side prints `nan` or `inf`.
    func number(_ name: String) -> Double? { values[name].flatMap { Double($0) }.flatMap { $0.isFinite ? $0 : nil } }

    func flag(_ name: String) -> Bool? { integer(name).map { $0 != 0 } }

    /// The value, unless it is empty.
    func text(_ name: String) -> String? { values[name].flatMap { $0.isEmpty ? nil : $0 } }
}

/// `a=1,b=2,c=x`, as a value of INFO that has parts.
struct InfoParts {
    private let values: [Substring: Substring]

    init(_ text: some StringProtocol) {
        let pairs = Substring(text).split(separator: ",").compactMap { pair -> (Substring, Substring)? in
            guard let equals = pair.firstIndex(of: "=") else { return nil }
            return (pair[..<equals], pair[pair.index(after: equals)...])
        }
        values = Dictionary(pairs, uniquingKeysWith: { $1 })
    }

    func text(_ name: Substring) -> String? { values[name].map(String.init) }
    func integer(_ name: Substring) -> Int64? { values[name].flatMap { Int64($0) } }
    func number(_ name: Substring) -> Double? { values[name].flatMap { Double($0) } }
}
