extension String {
    /// As a POSIX shell reads it as one word: in single quotes when it would see more in it.
    public var shellWord: String {
        !isEmpty && utf8.allSatisfy(Self.isPlainInShell) ? self : "'" + replacing("'", with: #"'\''"#) + "'"
    }

    private static func isPlainInShell(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "@/:._-+,=%".utf8.contains(byte)
        }
    }
}
