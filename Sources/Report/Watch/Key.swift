/// A key that somebody pressed, as far as `diag watch` knows it.
public enum Key: Sendable, Hashable {
    case up, down, pageUp, pageDown, home, end, enter, escape, tab, backspace
    case character(Character)
}

/// Makes keys of the bytes that a terminal sends (ECMA-48, and what xterm, VT220 and the Linux console do beside it), in
/// whatever pieces they come.
public struct KeyDecoder: Sendable {
    private var pending: [UInt8] = []

    public init() {}

    /// Whether a sequence has begun, or the Escape key was pressed: only time can tell.
    public var isUndecided: Bool { !pending.isEmpty }

    /// The keys that are whole with these bytes.
    public mutating func take(_ bytes: some Sequence<UInt8>) -> [Key] {
        pending += bytes
        var keys: [Key] = []
        while let (key, length) = first() {
            pending.removeFirst(length)
            if let key { keys.append(key) }
        }
        return keys
    }

    /// Nothing followed: what has begun was the Escape key, or is rubbish.
    public mutating func settle() -> [Key] {
        defer { pending = [] }
        return pending == [Self.escape] ? [.escape] : []
    }

    private static let escape: UInt8 = 0x1B
    /// Longer than any sequence of a key.
    private static let longest = 16

    /// The first key, or nil for what means none, and how many bytes it takes; nil when it is not whole.
    private func first() -> (Key?, Int)? {
        guard let byte = pending.first else { return nil }
        switch byte {
        case Self.escape: return sequence()
        case 0x0D, 0x0A: return (.enter, 1)
        case 0x09: return (.tab, 1)
        case 0x7F, 0x08: return (.backspace, 1)
        case 0x0E: return (.down, 1)  // ^N
        case 0x10: return (.up, 1)  // ^P
        case 0x06: return (.pageDown, 1)  // ^F
        case 0x02: return (.pageUp, 1)  // ^B
        case 0x00..<0x20: return (nil, 1)
        case 0x20..<0x7F: return (.character(Character(Unicode.Scalar(byte))), 1)
        default: return character(byte)
        }
    }

    /// Of UTF-8.
    private func character(_ byte: UInt8) -> (Key?, Int)? {
        let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
        guard pending.count >= length else { return nil }
        let text = String(decoding: pending.prefix(length), as: UTF8.self)
        guard let character = text.first, character != "\u{FFFD}" else { return (nil, 1) }
        return (.character(character), length)
    }

    /// ESC [ … final (CSI), or ESC O final (SS3).
    private func sequence() -> (Key?, Int)? {
        guard pending.count > 1 else { return nil }
        // Two Escapes are one that was pressed and whatever begins with the other.
        if pending[1] == Self.escape { return (.escape, 1) }
        guard pending[1] == UInt8(ascii: "[") || pending[1] == UInt8(ascii: "O") else { return (nil, 2) }
        guard let end = pending.dropFirst(2).firstIndex(where: { (0x40...0x7E).contains($0) }) else {
            return pending.count > Self.longest ? (nil, pending.count) : nil
        }
        let parameters = String(decoding: pending[2..<end], as: UTF8.self)
        return (Self.key(pending[end], parameters), end + 1)
    }

    private static func key(_ final: UInt8, _ parameters: String) -> Key? {
        switch Character(Unicode.Scalar(final)) {
        case "A": .up
        case "B": .down
        case "H": .home
        case "F": .end
        case "M": .enter
        case "~":
            switch parameters.split(separator: ";").first {
            case "1", "7": .home
            case "4", "8": .end
            case "5": .pageUp
            case "6": .pageDown
            default: nil
            }
        default: nil
        }
    }
}
