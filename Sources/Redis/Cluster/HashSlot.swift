/// Which of a cluster's 16,384 slots a key belongs to (Redis Cluster Specification, "Key distribution model").
public enum HashSlot {
    public static let count = 16_384

    /// Of a key as bytes. Where it has a hash tag, `{user1}.cart`, only what is between the first brace and the next
    /// closing one counts, unless that is nothing.
    public static func of(_ key: some RandomAccessCollection<UInt8>) -> Int {
        Int(crc16(tag(of: key))) % count
    }

    private static func tag<Key: RandomAccessCollection<UInt8>>(of key: Key) -> Key.SubSequence {
        guard let open = key.firstIndex(of: UInt8(ascii: "{")) else { return key[...] }
        let rest = key[key.index(after: open)...]
        guard let close = rest.firstIndex(of: UInt8(ascii: "}")), close != rest.startIndex else { return key[...] }
        return rest[..<close]
    }

    /// CRC16 of the XMODEM kind: polynomial 0x1021, begun with zero.
    private static func crc16(_ bytes: some Collection<UInt8>) -> UInt16 {
        bytes.reduce(0) { crc, byte in (crc << 8) ^ table[Int(UInt8(crc >> 8) ^ byte)] }
    }

    private static let table: [UInt16] = (0..<256).map { index in
        (0..<8).reduce(UInt16(index) << 8) { crc, _ in crc & 0x8000 != 0 ? (crc << 1) ^ 0x1021 : crc << 1 }
    }
}
