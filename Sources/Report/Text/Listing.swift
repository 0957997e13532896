/// Named things with what they are for, such as the questions that can be asked: for a person a paragraph each, in JSON
/// an object each.
public struct Listing: Sendable {
    public struct Entry: Sendable {
        public let name: String
        /// Whole sentences.
        public let text: String
        /// By the keys that JSON has for them; a person reads the values only.
        public let details: [(key: String, value: String)]

        public init(name: String, text: String, details: [(key: String, value: String)]) {
            self.name = name
            self.text = text
            self.details = details
        }
    }

    private let entries: [Entry]

    public init(_ entries: [Entry]) { self.entries = entries }

    public var json: String {
        let objects = entries.map { entry in
            JSONValue.object(
                [("name", .string(entry.name)), ("purpose", .string(entry.text))]
                    + entry.details.map { ($0.key, .string($0.value)) })
        }
        return JSONValue.array(objects).serialized()
    }

    public func text(layout: TextLayout) -> String {
        entries.map { entry in
            let details = terminalSafe(entry.details.map(\.value).joined(separator: " · "))
            let width = min(layout.width, 100) - 2
            let lines =
                wrapped(terminalSafe(entry.text), to: width, indent: "")
                + wrapped(details, to: width, indent: "").map(layout.ink.faint)
            return layout.ink.bold(terminalSafe(entry.name)) + "\n" + lines.map { "  \($0)\n" }.joined()
        }.joined()
    }
}
