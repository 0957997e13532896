import CLinux
import Glibc

/// A stretch of a block that was read. Never outlives the call that it is passed to.
typealias Bytes = UnsafeRawBufferPointer

extension UnsafeRawBufferPointer {
    /// The byte there, or zero outside: parsers can look ahead without asking for the length first.
    func byte(_ index: Int) -> UInt8 { index >= 0 && index < count ? self[index] : 0 }

    func part(_ range: Range<Int>) -> Bytes { Bytes(rebasing: self[range]) }

    func first(_ byte: UInt8, from start: Int = 0) -> Int? {
        guard let base = baseAddress, start < count, let found = memchr(base + start, CInt(byte), count - start)
        else { return nil }
        return UnsafeRawPointer(found) - base
    }

    /// The last such byte before `end`.
    func last(_ byte: UInt8, before end: Int) -> Int? {
        guard let base = baseAddress, end > 0, let found = memrchr(base, CInt(byte), end) else { return nil }
        return UnsafeRawPointer(found) - base
    }

    func first(_ word: [UInt8], from start: Int = 0) -> Int? {
        guard let base = baseAddress, start < count, !word.isEmpty else { return nil }
        let found = word.withUnsafeBytes { memmem(base + start, count - start, $0.baseAddress, $0.count) }
        return found.map { UnsafeRawPointer($0) - base }
    }

    /// The line around an index, without its line feed.
    func line(around index: Int) -> Range<Int> {
        let start = last(.lineFeed, before: index).map { $0 + 1 } ?? 0
        return start..<(first(.lineFeed, from: index) ?? count)
    }

    func starts(with word: StaticString, at index: Int) -> Bool {
        let length = word.utf8CodeUnitCount
        guard let base = baseAddress, index >= 0, index + length <= count else { return false }
        return memcmp(base + index, word.utf8Start, length) == 0
    }

    var text: String { String(decoding: self, as: UTF8.self) }
}

extension UInt8 {
    static let lineFeed = UInt8(ascii: "\n")
    static let space = UInt8(ascii: " ")
    static let quote = UInt8(ascii: "\"")

    var isDigit: Bool { self >= 0x30 && self <= 0x39 }
    var isUpper: Bool { self >= 0x41 && self <= 0x5A }
    var isLower: Bool { self >= 0x61 && self <= 0x7A }
    var isWordPart: Bool { isDigit || isUpper || isLower }
    /// What separates words: space, tab, carriage return; and NUL, which holes in files consist of.
    var isBlank: Bool { self == 0x20 || self == 0x09 || self == 0x0D || self == 0 }
    var lowered: UInt8 { isUpper ? self | 0x20 : self }
}
