import Diagnostics

/// Something that happened while somebody watches: a line for people, or a line of JSON.
public struct EventLine: Sendable {
    private let time: Timestamp
    private let source: String
    private let kind: String
    private let weight: Remark.Weight
    private let text: String
    private let details: [(name: String, value: String?)]

    /// - Parameters:
    ///   - source: who told it.
    ///   - kind: in the words of whoever told it.
    ///   - details: for programs only.
    public init(
        time: Timestamp, source: String, kind: String, weight: Remark.Weight, text: String,
        details: [(name: String, value: String?)] = []
    ) {
        self.time = time
        self.source = source
        self.kind = kind
        self.weight = weight
        self.text = text
        self.details = details
    }

    /// `2026-01-31T23:59:59Z  sentinel-1  +sdown  does not reach master mymaster (10.0.0.5:6379)`.
    public func text(layout: TextLayout) -> String {
        let word = terminalSafe(kind).padded(to: 16)
        let painted =
            switch weight {
            case .trouble: layout.ink.red(word)
            case .careful: layout.ink.yellow(word)
            case .fine: layout.ink.green(word)
            }
        return "\(time)  \(terminalSafe(source).padded(to: 16))  \(painted)  \(terminalSafe(text))\n"
    }

    public var json: String {
        let head: [(String, JSONValue)] = [
            ("time", .string("\(time)")), ("event", .string(kind)), ("source", .string(source)),
            ("weight", .string(weight.rawValue)), ("text", .string(text)),
        ]
        return JSONValue.object(head + details.map { ($0.name, .optional($0.value)) }).serialized(isOneLine: true)
    }
}
