/// Internet addresses in running text.
enum Address {
    /// The address in a word, without brackets, quotes, port and key (`ip=`): `[2001:db8::1]:443,` gives `2001:db8::1`. A word that
    /// isn't an address (a host name) only loses what stands around it.
    static func host(in line: Bytes, _ word: Range<Int>) -> Range<Int> {
        let opening = line.part(word).first(UInt8(ascii: "[")).map { word.lowerBound + $0 }
        if let opening, let closing = line.part(word).first(UInt8(ascii: "]")).map({ word.lowerBound + $0 }),
            isIPv6(line.part(opening + 1..<max(closing, opening + 1)))
        {
            return opening + 1..<closing
        }
        let value = line.part(word).last(UInt8(ascii: "="), before: word.count).map { word.lowerBound + $0 + 1 }
        return withoutPort(line, line.trimmed((value ?? word.lowerBound)..<word.upperBound))
    }

    static func isAddress(in line: Bytes, _ word: Range<Int>) -> Bool {
        let host = line.part(host(in: line, word))
        return isIPv4(host) || isIPv6(host)
    }

    /// Of an IPv4 address or a name: an IPv6 address without brackets has more than one colon.
    private static func withoutPort(_ line: Bytes, _ range: Range<Int>) -> Range<Int> {
        let text = line.part(range)
        guard let colon = text.first(UInt8(ascii: ":")), text.first(UInt8(ascii: ":"), from: colon + 1) == nil,
            text.part(colon + 1..<text.count).allSatisfy(\.isDigit)
        else { return range }
        return range.lowerBound..<range.lowerBound + colon
    }

    static func isIPv4(_ text: Bytes) -> Bool {
        guard (7...15).contains(text.count) else { return false }
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                (1...3).contains(part.count) && part.allSatisfy(\.isDigit)
                    && part.reduce(0) { $0 * 10 + Int($1 - 0x30) } <= 255
            }
    }

    /// By its looks: groups of at most four hexadecimal digits, eight of them or a double colon, and some digit (unlike
    /// `Abc::Fed`); perhaps a zone (`%eth0`) and an IPv4 address at the end.
    static func isIPv6(_ text: Bytes) -> Bool {
        let address = Bytes(rebasing: text[..<(text.first(UInt8(ascii: "%")) ?? text.count)])
        guard (2...45).contains(address.count), address.contains(where: \.isDigit) else { return false }
        var groups = address.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard groups.count >= 3 else { return false }
        var count = groups.count
        if let last = groups.last, isIPv4(Bytes(rebasing: last)) {
            groups.removeLast()
            count += 1
        }
        let hasGap = address.first(Array("::".utf8)) != nil
        return count <= 9 && (hasGap || count == 8)
            && groups.allSatisfy { $0.count <= 4 && $0.allSatisfy { $0.isHexadecimal } }
    }
}

extension UInt8 {
    fileprivate var isHexadecimal: Bool { isDigit || (lowered >= 0x61 && lowered <= 0x66) }
}
