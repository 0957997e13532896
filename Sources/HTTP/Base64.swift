/// RFC 4648, section 4; for basic authorization.
enum Base64 {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encoded(_ text: String) -> String {
        let bytes = Array(text.utf8)
        let groups = stride(from: 0, to: bytes.count, by: 3).map { bytes[$0..<min($0 + 3, bytes.count)] }
        return String(decoding: groups.flatMap(encoded), as: UTF8.self)
    }

    private static func encoded(_ group: ArraySlice<UInt8>) -> [UInt8] {
        let bits = (Array(group) + [0, 0]).prefix(3).reduce(0) { $0 << 8 | Int($1) }
        return [18, 12, 6, 0].enumerated().map { index, shift in
            index <= group.count ? digits[bits >> shift & 63] : UInt8(ascii: "=")
        }
    }
}
