import Glibc

/// Numbers as text. Right to the last bit: what is not certain to be exact goes to strtod.
enum DecimalText {
    /// Decimal, hexadecimal (C99), `NaN`, `Inf` and `Infinity` with any sign and case, as Prometheus reads values. Nil
    /// for anything else.
    static func number(_ text: UnsafeRawBufferPointer) -> Double? { exact(text) ?? slow(text) }

    /// Digits that fit into 53 bits, scaled by a power of ten that is itself exact: one rounding, the right one
    /// (Clinger 1990). Nil when that does not hold.
    private static func exact(_ text: UnsafeRawBufferPointer) -> Double? {
        var digits: UInt64 = 0
        var scale = 0
        var count = 0
        var index = text.startIndex
        var hasPoint = false
        let isNegative = text.first == UInt8(ascii: "-")
        if isNegative || text.first == UInt8(ascii: "+") { index += 1 }
        while index < text.endIndex {
            let byte = text[index]
            if byte == UInt8(ascii: "."), !hasPoint {
                hasPoint = true
            } else if byte &- 48 < 10 {
                digits = digits &* 10 &+ UInt64(byte &- 48)
                count += 1
                scale -= hasPoint ? 1 : 0
            } else {
                break
            }
            index += 1
        }
        guard 1...18 ~= count, digits < 1 << 53 else { return nil }
        if index < text.endIndex {
            guard let exponent = exponent(text[index...]) else { return nil }
            scale += exponent
        }
        guard -22...22 ~= scale else { return nil }
        let magnitude = scale < 0 ? Double(digits) / powersOfTen[-scale] : Double(digits) * powersOfTen[scale]
        return isNegative ? -magnitude : magnitude
    }

    /// `e+09`, at most three digits.
    private static func exponent(_ text: Slice<UnsafeRawBufferPointer>) -> Int? {
        guard let mark = text.first, mark | 0x20 == UInt8(ascii: "e") else { return nil }
        var digits = text.dropFirst()
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative || digits.first == UInt8(ascii: "+") { digits = digits.dropFirst() }
        guard 1...3 ~= digits.count, digits.allSatisfy({ $0 &- 48 < 10 }) else { return nil }
        let value = digits.reduce(0) { $0 * 10 + Int($1 - 48) }
        return isNegative ? -value : value
    }

    private static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]

    /// strtod would also skip blanks and take `nan(…)`: only letters, digits, signs and points get there.
    private static func slow(_ text: UnsafeRawBufferPointer) -> Double? {
        guard !text.isEmpty, text.count <= 512, text.allSatisfy(isOfNumber) else { return nil }
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: text.count + 1) { buffer in
            for (index, byte) in text.enumerated() { buffer[index] = CChar(bitPattern: byte) }
            buffer[text.count] = 0
            guard let start = buffer.baseAddress else { return nil }
            var end: UnsafeMutablePointer<CChar>?
            let value = strtod(start, &end)
            return end == start + text.count ? value : nil
        }
    }

    private static func isOfNumber(_ byte: UInt8) -> Bool {
        byte &- 48 < 10 || (byte | 0x20) &- 97 < 26 || byte == 0x2B || byte == 0x2D || byte == 0x2E
    }
}
