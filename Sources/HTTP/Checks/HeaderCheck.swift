import Diagnostics

/// What a header field must be: `Strict-Transport-Security` (there), `!Server` (not there), `Content-Type: text/html`
/// (just that), `Content-Type ~ json` and `Server !~ nginx/1\.1`; with `?` behind the name it may also be missing.
public struct HeaderCheck: Sendable, Hashable, CustomStringConvertible {
    enum Rule: Sendable, Hashable {
        case present, absent
        case equal(String)
        case fits(TextPattern)
        case fitsNot(TextPattern)
    }

    public let description: String
    let name: String
    let rule: Rule
    let mayBeMissing: Bool

    /// - Throws: `.misconfigured` for what is none of these.
    public init(_ text: String) throws(ProbeError) {
        description = text
        let (head, rule) = try Self.parts(text)
        var name = head.trimmingSpaces()
        mayBeMissing = name.hasSuffix("?")
        if mayBeMissing { name.removeLast() }
        guard !name.isEmpty, name.utf8.allSatisfy(Self.isTokenByte) else {
            throw ProbeError(
                .misconfigured, step: "read a header check", message: "\"\(text)\" names no header field",
                advice: "write NAME, !NAME, NAME: VALUE, NAME ~ REGEX or NAME !~ REGEX")
        }
        self.name = name
        self.rule = rule
    }

    private static func parts(_ text: String) throws(ProbeError) -> (String, Rule) {
        if let sign = text.firstRange(of: " !~ ") {
            return (String(text[..<sign.lowerBound]), .fitsNot(try TextPattern(String(text[sign.upperBound...]))))
        }
        if let sign = text.firstRange(of: " ~ ") {
            return (String(text[..<sign.lowerBound]), .fits(try TextPattern(String(text[sign.upperBound...]))))
        }
        if let colon = text.firstIndex(of: ":") {
            return (String(text[..<colon]), .equal(text[text.index(after: colon)...].trimmingSpaces()))
        }
        return text.hasPrefix("!") ? (String(text.dropFirst()), .absent) : (text, .present)
    }

    /// RFC 9110, 5.6.2.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }

    /// A server may send a name several times. One that fits is enough; one that must not fit is too many.
    func judge(_ head: HTTPHead) -> (holds: Bool, found: String) {
        let values = head.headers.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
        guard !values.isEmpty else { return (rule == .absent || mayBeMissing, "not there") }
        let found = values.joined(separator: ", ")
        return switch rule {
        case .present: (true, found)
        case .absent: (false, found)
        case .equal(let wanted): (values.contains(wanted), found)
        case .fits(let pattern): (values.contains(where: pattern.fits), found)
        case .fitsNot(let pattern): (!values.contains(where: pattern.fits), found)
        }
    }
}
