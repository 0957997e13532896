/// Lines that a program wrote, for others to read: bounded, and without the secrets that such lines are known to hold.
///
/// It is data all the same: each renderer escapes what would act on a terminal.
enum LogText {
    /// - Parameter limit: in characters.
    static func safe(_ text: String, limit: Int) -> String {
        let flat = text.split(whereSeparator: \.isNewline).joined(separator: " ⏎ ")
        let redacted = redacted(flat)
        return redacted.count > limit ? redacted.prefix(limit) + "…" : redacted
    }

    /// The last lines, the newest at the end.
    static func lines(_ bytes: [UInt8], most: Int, limit: Int = 400) -> [String] {
        bytes.split(separator: 10, omittingEmptySubsequences: true).suffix(most).map { line in
            let text = line.last == 13 ? line.dropLast() : line
            // Longer ones are cut before they are taken apart.
            return safe(String(decoding: text.prefix(limit * 8), as: UTF8.self), limit: limit)
        }
    }

    private static let secretNames = [
        "password", "passwd", "pwd", "secret", "token", "api_key", "apikey", "api-key", "access_key", "private_key",
        "client_secret", "authorization", "cookie",
    ]

    /// `postgres://app:…@db`, `password=…`, `"token": "…"`, `Authorization: Bearer …`.
    static func redacted(_ line: String) -> String { withoutNamedSecrets(withoutUserInfo(line)) }

    private static func withoutUserInfo(_ line: String) -> String {
        var (result, rest) = ("", line[...])
        while let scheme = rest.firstRange(of: "://") {
            result += rest[..<scheme.upperBound]
            rest = rest[scheme.upperBound...]
            let authority = rest.prefix { !" /?#\"'<>\t".contains($0) }
            guard let at = authority.lastIndex(of: "@") else { continue }
            let user = authority[..<at]
            result += user.contains(":") ? user.prefix { $0 != ":" } + ":…" : "…"
            rest = rest[at...]
        }
        return result + rest
    }

    private static func withoutNamedSecrets(_ line: String) -> String {
        let lower = line.lowercased()
        // The same places in both: lowercasing may change a text's length only beyond ASCII.
        guard lower.utf8.count == line.utf8.count, secretNames.contains(where: lower.contains) else { return line }
        var bytes = Array(line.utf8)
        let folded = Array(lower.utf8)
        for name in secretNames { hide(Array(name.utf8), in: folded, &bytes) }
        return String(decoding: bytes.filter { $0 != hidden }, as: UTF8.self)
    }

    /// Never part of UTF-8.
    private static let hidden: UInt8 = 0xFF

    /// Takes out the value behind each `name=` or `name: `, and puts dots in its place.
    private static func hide(_ name: [UInt8], in folded: [UInt8], _ bytes: inout [UInt8]) {
        var start = 0
        while start + name.count < folded.count {
            guard folded[start...].starts(with: name) else {
                start += 1
                continue
            }
            start += name.count
            if let value = valueRange(after: start, in: folded) {
                for (offset, index) in value.enumerated() where bytes[index] != hidden {
                    bytes[index] = offset < 3 ? UInt8(ascii: ".") : hidden
                }
                start = value.upperBound
            }
        }
    }

    /// Behind quotes, one `=` or `:`, spaces, and the word `bearer` or `basic`.
    private static func valueRange(after start: Int, in text: [UInt8]) -> Range<Int>? {
        var index = start
        func skip(_ wanted: (UInt8) -> Bool) { while index < text.count, wanted(text[index]) { index += 1 } }
        let isQuote: (UInt8) -> Bool = {
            $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'") || $0 == UInt8(ascii: "\\")
        }
        let isSpace: (UInt8) -> Bool = { $0 == 32 || $0 == 9 }
        skip(isQuote)
        skip(isSpace)
        guard index < text.count, text[index] == UInt8(ascii: "=") || text[index] == UInt8(ascii: ":") else {
            return nil
        }
        index += 1
        skip(isSpace)
        skip(isQuote)
        for word in ["bearer ", "basic "] where text[index...].starts(with: word.utf8) { index += word.utf8.count }
        let first = index
        let end = Set(" \t\"',;&}])".utf8)
        skip { !end.contains($0) }
        return index > first ? first..<index : nil
    }
}
