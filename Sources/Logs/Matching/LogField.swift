import Diagnostics

/// Where something stands in a line. Words are what white space separates; quotes, commas and brackets around a value
/// are taken off, and the port of an address.
public enum LogField: Sendable, Hashable {
    /// Wherever something of the kind is usually found: an address behind `ip=`, `client:` or `from`; the path of a
    /// request, or the first word that begins with a slash; a name behind `user`.
    case automatic
    case first
    case last
    /// Counted from one, as awk counts.
    case word(Int)
    /// The word behind this one: `from`.
    case after(String)
    /// The value behind `key=`, `key:` or `"key":`.
    case key(String)
    /// The path behind GET, POST and the like, without its query.
    case request
    /// The first address of the line's last quoted part, which in nginx's `main` format is X-Forwarded-For; the first
    /// word when nothing was forwarded.
    case forwarded
    case none
}

extension LogField {
    /// As people write it in a configuration: `auto`, `first`, `last`, `7`, `after:from`, `key:ip`, `request`,
    /// `forwarded`, `none`.
    ///
    /// - Throws: `.misconfigured`, which says what can be written.
    public init(_ text: String) throws(ProbeError) {
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        switch (parts.first, parts.count) {
        case ("auto", 1): self = .automatic
        case ("first", 1): self = .first
        case ("last", 1): self = .last
        case ("request", 1): self = .request
        case ("forwarded", 1): self = .forwarded
        case ("none", 1): self = .none
        case ("after", 2): self = .after(parts[1])
        case ("key", 2): self = .key(parts[1])
        default: self = try Self.word(counted: text)
        }
    }

    private static func word(counted text: String) throws(ProbeError) -> LogField {
        if let number = Int(text), number >= 1 { return .word(number) }
        let name = String(text.prefix { $0 != ":" })
        throw ProbeError(
            .misconfigured, step: "read a log pattern",
            message: "'\(text)' is no place in a line" + didYouMean(name, among: names),
            advice: "use auto, first, last, request, forwarded, none, a word's number such as 7, after:WORD or key:NAME"
        )
    }

    private static let names = ["auto", "first", "last", "request", "forwarded", "none", "after", "key"]
}

extension LogPattern {
    /// From a configuration's own texts; what is not given is found automatically.
    ///
    /// - Throws: `.misconfigured` when there is nothing to look for, a text is empty or goes over a line's end, or a
    ///   place is none.
    public init(
        contains: [String], unless: [String] = [], source: String?, endpoint: String? = nil, user: String? = nil
    ) throws(ProbeError) {
        guard !contains.isEmpty else { throw Self.unusable("contains no text to look for") }
        guard (contains + unless).allSatisfy({ !$0.isEmpty && !$0.contains(where: \.isNewline) }) else {
            throw Self.unusable("has an empty text, or one with a line break: every line would fit, or none")
        }
        self.init(
            contains: contains, unless: unless, source: try Self.field(source), endpoint: try Self.field(endpoint),
            user: try Self.field(user))
    }

    private static func field(_ text: String?) throws(ProbeError) -> LogField {
        guard let text else { return .automatic }
        return try LogField(text)
    }

    private static func unusable(_ why: String) -> ProbeError {
        ProbeError(.misconfigured, step: "read a log pattern", message: "the pattern \(why)")
    }
}
