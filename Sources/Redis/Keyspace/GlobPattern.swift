/// A pattern as Redis's own SCAN MATCH reads it, over bytes: `*`, `?`, `[abc]`, `[^a-z]`, and a backslash before
/// what is meant literally. It matches whole keys.
///
/// A class that is not closed ends with the pattern, a range may be written backwards, and a backslash at the very
/// end stands for itself: all as the server does it.
public struct GlobPattern: Sendable, Hashable, CustomStringConvertible {
    private enum Token: Sendable, Hashable {
        case anySequence
        case anyByte
        case byte(UInt8)
        case oneOf(Set<UInt8>, negated: Bool)

        /// Whether it takes `other`; a star is not asked.
        func takes(_ other: UInt8) -> Bool {
            switch self {
            case .anySequence, .anyByte: true
            case .byte(let byte): byte == other
            case .oneOf(let set, let negated): set.contains(other) != negated
            }
        }
    }

    public let description: String
    private let tokens: [Token]
    /// What every key that matches begins with: most are told by that alone.
    private let beginning: [UInt8]
    private let isBeginningAlone: Bool

    public init(_ pattern: String) {
        description = pattern
        var rest = Array(pattern.utf8)[...]
        var tokens: [Token] = []
        while let token = Self.nextToken(&rest) {
            // Two stars in a row say no more than one.
            if token != .anySequence || tokens.last != .anySequence { tokens.append(token) }
        }
        self.tokens = tokens
        beginning = tokens.prefix { if case .byte = $0 { true } else { false } }.compactMap {
            if case .byte(let byte) = $0 { byte } else { nil }
        }
        isBeginningAlone = tokens.count == beginning.count + 1 && tokens.last == .anySequence
    }

    public func matches(_ bytes: [UInt8]) -> Bool { bytes.withUnsafeBytes { matches($0) } }

    /// Whether all of `bytes` match. It takes at most bytes times tokens steps, whatever the pattern.
    func matches(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count >= beginning.count, bytes.prefix(beginning.count).elementsEqual(beginning) else {
            return false
        }
        return isBeginningAlone || matchesWhole(bytes)
    }

    private func matchesWhole(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var (token, position) = (0, 0)
        // The last star and how far it reaches: one byte further each time that what follows it doesn't match.
        var star: (token: Int, end: Int)?
        while position < bytes.count {
            if token < tokens.count, tokens[token] == .anySequence {
                star = (token, position)
                token += 1
            } else if token < tokens.count, tokens[token].takes(bytes[position]) {
                token += 1
                position += 1
            } else if let (starToken, end) = star {
                star = (starToken, end + 1)
                (token, position) = (starToken + 1, end + 1)
            } else {
                return false
            }
        }
        return tokens[token...].allSatisfy { $0 == .anySequence }
    }
}

extension GlobPattern {
    private static func nextToken(_ rest: inout ArraySlice<UInt8>) -> Token? {
        guard let byte = rest.popFirst() else { return nil }
        switch byte {
        case UInt8(ascii: "*"): return .anySequence
        case UInt8(ascii: "?"): return .anyByte
        case UInt8(ascii: "["): return byteClass(&rest)
        case UInt8(ascii: "\\"): return .byte(rest.popFirst() ?? byte)
        default: return .byte(byte)
        }
    }

    private static func byteClass(_ rest: inout ArraySlice<UInt8>) -> Token {
        let negated = rest.first == UInt8(ascii: "^")
        if negated { rest.removeFirst() }
        var set: Set<UInt8> = []
        while let byte = rest.popFirst(), byte != UInt8(ascii: "]") {
            if byte == UInt8(ascii: "\\"), let literal = rest.popFirst() {
                set.insert(literal)
            } else if rest.first == UInt8(ascii: "-"), rest.count >= 2 {
                rest.removeFirst()
                let end = rest.removeFirst()
                set.formUnion(min(byte, end)...max(byte, end))
            } else {
                set.insert(byte)
            }
        }
        return .oneOf(set, negated: negated)
    }
}
