import Diagnostics

/// The way to a value inside a JSON document (RFC 6901): `/checks/0/name`, with `~1` for `/` and `~0` for `~`; `#` stands
/// for the whole document, which has no other visible pointer.
public struct JSONPointer: Sendable, Hashable, CustomStringConvertible {
    private let tokens: [String]
    public let description: String

    /// - Throws: `.misconfigured` for a text that is no pointer.
    public init(_ text: String) throws(ProbeError) {
        description = text
        guard text != "#" else {
            tokens = []
            return
        }
        guard text.hasPrefix("/") else {
            throw Self.unusable("\"\(text)\" is no JSON pointer: it begins with /, or is # for the whole document")
        }
        var tokens: [String] = []
        for token in text.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            tokens.append(try Self.unescaped(token))
        }
        self.tokens = tokens
    }

    /// `~1` before `~0` (RFC 6901, 4), so that `~01` becomes `~1`; a tilde of another kind is an error there.
    private static func unescaped(_ token: Substring) throws(ProbeError) -> String {
        var (result, rest) = ("", token[...])
        while let character = rest.popFirst() {
            guard character == "~" else {
                result.append(character)
                continue
            }
            switch rest.popFirst() {
            case "0": result.append("~")
            case "1": result.append("/")
            default: throw unusable("a ~ in a JSON pointer is followed by 0 or 1")
            }
        }
        return result
    }

    private static func unusable(_ message: String) -> ProbeError {
        ProbeError(.misconfigured, step: "read a JSON pointer", message: message)
    }

    /// Nil when it leads to nothing.
    func value(in document: JSONValue) -> JSONValue? {
        var value = document
        for token in tokens {
            guard let next = Self.step(from: value, token) else { return nil }
            value = next
        }
        return value
    }

    /// An index has no leading zeros (RFC 6901, 4); `-` names what is behind the end, where nothing is.
    private static func step(from value: JSONValue, _ token: String) -> JSONValue? {
        guard let array = value.array else { return value[token] }
        guard let index = Int(token), "\(index)" == token, array.indices.contains(index) else { return nil }
        return array[index]
    }
}
