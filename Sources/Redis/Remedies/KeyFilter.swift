import Diagnostics

/// Which keys are meant.
public struct KeyFilter: Sendable, Hashable {
    /// As SCAN's MATCH reads it.
    public var pattern: String
    /// Only keys that nobody has asked for for so long (OBJECT IDLETIME; not under an LFU policy, which keeps no such time).
    public var idleLongerThan: Duration?
    /// Only keys that never expire.
    public var withoutTTL: Bool
    /// Only this type: `string`, `hash`, …
    public var type: String?

    public init(
        pattern: String, idleLongerThan: Duration? = nil, withoutTTL: Bool = false, type: String? = nil
    ) {
        self.pattern = pattern
        self.idleLongerThan = idleLongerThan
        self.withoutTTL = withoutTTL
        self.type = type
    }

    /// Whether the pattern leaves nothing out, however it is written: `*`, `?*`, `**`, `[^x]*`. A pattern is only as narrow as
    /// the characters that it names.
    public var matchesEverything: Bool {
        var isInClass = false
        var isEscaped = false
        for character in pattern {
            switch character {
            case _ where isEscaped:
                if !isInClass { return false }
                isEscaped = false
            case "\\": isEscaped = true
            case "[" where !isInClass: isInClass = true
            case "]" where isInClass: isInClass = false
            case "*", "?": break
            default: if !isInClass { return false }
            }
        }
        return true
    }

    /// `session:*, idle for more than 1 h, without a TTL, of type hash`.
    public var words: String {
        let idle = idleLongerThan.map { "idle for more than \(Units.seconds($0.seconds))" }
        let parts = [
            KeyName.escaped(Array(pattern.utf8)), idle, withoutTTL ? "without a TTL" : nil,
            type.map { "of type \($0)" },
        ]
        return parts.compactMap { $0 }.joined(separator: ", ")
    }
}
