import Glibc

/// Addresses of clients as a person names them: `10.0.0.7`, `10.0.0.0/8`, `fe80::/10`, or `local` for unix sockets.
public struct AddressRange: Sendable, Hashable {
    /// Nil: unix sockets.
    private let network: [UInt8]?
    private let bits: Int

    /// - Returns: nil when the text is none of these.
    public init?(_ text: String) {
        guard text != "local" else {
            (network, bits) = (nil, 0)
            return
        }
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let bytes = Self.bytes(String(parts[0])) else { return nil }
        let width = parts.count == 1 ? bytes.count * 8 : Int(parts[1])
        guard let width, (0...bytes.count * 8).contains(width) else { return nil }
        (network, bits) = (bytes, width)
    }

    /// - Parameter address: as the server writes it; nil through a unix socket.
    public func contains(_ address: String?) -> Bool {
        guard let network else { return address == nil }
        guard let address, let bytes = Self.bytes(address), bytes.count == network.count else { return false }
        return (0..<bits).allSatisfy { bit in (bytes[bit / 8] ^ network[bit / 8]) & (0x80 >> UInt8(bit % 8)) == 0 }
    }

    private static func bytes(_ text: String) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &bytes) == 1 { return Array(bytes.prefix(4)) }
        return inet_pton(AF_INET6, text, &bytes) == 1 ? bytes : nil
    }
}
