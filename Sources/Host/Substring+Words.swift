extension Substring {
    /// Split at an ASCII character, without empty parts. By bytes: `split(separator:)` looks for the ends of Unicode's
    /// characters, which takes most of the time for the kernel's tables.
    func words(at separator: Unicode.Scalar = " ") -> [Substring] {
        utf8.split(separator: UInt8(ascii: separator)).map { Substring($0) }
    }

    var lines: [Substring] { words(at: "\n") }
}
