import Diagnostics

/// What a value of a JSON body must be: `/status == ok`, `/checks/db/latency_ms < 100`, `length /items >= 3`,
/// `/errors absent`, `/name ~ ^john`, `/region in eu, us`.
public struct JSONCheck: Sendable, Hashable, CustomStringConvertible {
    enum Rule: Sendable, Hashable {
        case exists, absent
        case equal(String)
        case different(String)
        case below(Double)
        case atMost(Double)
        case above(Double)
        case atLeast(Double)
        case fits(TextPattern)
        case fitsNot(TextPattern)
        case among([String])
    }

    public let description: String
    let pointer: JSONPointer
    /// Of an array or object its members, of a text its characters are counted.
    let isLength: Bool
    let rule: Rule

    private static let signs = ["==", "!=", "<=", ">=", "!~", "<", ">", "~", "in"]

    /// - Throws: `.misconfigured` for what is none of these.
    public init(_ text: String) throws(ProbeError) {
        description = text
        var rest = text.trimmingSpaces()[...]
        isLength = rest.hasPrefix("length ")
        if isLength { rest = rest.dropFirst(7).trimmingSpaces()[...] }
        for (word, rule) in [(" exists", Rule.exists), (" absent", .absent)] where rest.hasSuffix(word) {
            pointer = try JSONPointer(rest.dropLast(word.count).trimmingSpaces())
            self.rule = rule
            return
        }
        guard let (place, sign) = Self.firstSign(in: rest) else { throw Self.unusable(text) }
        pointer = try JSONPointer(rest[..<place.lowerBound].trimmingSpaces())
        rule = try Self.rule(sign, rest[place.upperBound...].trimmingSpaces(), text)
    }

    /// The first that stands between spaces, so that a pointer may hold any of them.
    private static func firstSign(in text: Substring) -> (Range<Substring.Index>, String)? {
        signs.compactMap { sign in text.firstRange(of: " \(sign) ").map { ($0, sign) } }
            .min { $0.0.lowerBound < $1.0.lowerBound }
    }

    private static func rule(_ sign: String, _ operand: String, _ text: String) throws(ProbeError) -> Rule {
        switch sign {
        case "==": return .equal(operand)
        case "!=": return .different(operand)
        case "~": return .fits(try TextPattern(operand))
        case "!~": return .fitsNot(try TextPattern(operand))
        case "in": return .among(operand.split(separator: ",").map { $0.trimmingSpaces() })
        default:
            guard let number = Double(operand), number.isFinite else {
                throw ProbeError(
                    .misconfigured, step: "read a JSON check", message: "\"\(text)\": \(sign) compares with a number")
            }
            return ["<": .below(number), "<=": .atMost(number), ">": .above(number)][sign] ?? .atLeast(number)
        }
    }

    private static func unusable(_ text: String) -> ProbeError {
        ProbeError(
            .misconfigured, step: "read a JSON check", message: "\"\(text)\" has no comparison",
            advice: "write /status == ok, /latency_ms < 100, length /items >= 3, /errors absent, /name ~ ^john, or "
                + "/region in eu, us, with spaces around the sign")
    }
}

// MARK: - Judging

extension JSONCheck {
    /// Whether it holds, and what was found in its place.
    func judge(_ document: JSONValue) -> (holds: Bool, found: String) {
        let value = pointer.value(in: document)
        guard let value else { return (rule == .absent, "nothing there") }
        let subject = isLength ? .number(Double(value.length)) : value
        return (holds(for: subject), subject.shown)
    }

    private func holds(for value: JSONValue) -> Bool {
        switch rule {
        case .exists: true
        case .absent: false
        case .equal(let operand): value.isWritten(operand)
        case .different(let operand): !value.isWritten(operand)
        case .among(let operands): operands.contains(where: value.isWritten)
        case .below(let limit): value.comparable.map { $0 < limit } ?? false
        case .atMost(let limit): value.comparable.map { $0 <= limit } ?? false
        case .above(let limit): value.comparable.map { $0 > limit } ?? false
        case .atLeast(let limit): value.comparable.map { $0 >= limit } ?? false
        case .fits(let pattern): pattern.fits(value.shown)
        case .fitsNot(let pattern): !pattern.fits(value.shown)
        }
    }
}

extension JSONValue {
    /// Whether a person writes it so: as JSON, or a text without its quotes.
    fileprivate func isWritten(_ operand: String) -> Bool {
        if let text, text == operand { return true }
        return JSONValue(Array(operand.utf8)) == self
    }

    /// A number, or a text that is one.
    fileprivate var comparable: Double? { number ?? string.flatMap(Double.init) }

    fileprivate var length: Int {
        switch self {
        case .array(let values): values.count
        case .object(let members): members.count
        default: shown.count
        }
    }

    /// For people, whatever it is.
    var shown: String {
        switch self {
        case .null: "null"
        case .array(let values): "a list of \(values.count)"
        case .object(let members): "an object of \(members.count)"
        default: text ?? ""
        }
    }
}
