import Glibc

/// The interface of this machine that has an address.
public struct LocalInterface: Sendable, Hashable {
    public let name: String
    /// In bytes; nil where `/sys` does not say.
    public let mtu: Int?

    /// - Parameter host: in digits.
    public init?(ofHost host: String) {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&list) == 0 else { return nil }
        defer { freeifaddrs(list) }
        let entries = sequence(first: list) { $0?.pointee.ifa_next }.lazy.compactMap { $0?.pointee }
        guard let entry = entries.first(where: { Self.host(of: $0) == host }), let name = entry.ifa_name else {
            return nil
        }
        self.name = String(cString: name)
        mtu = Self.mtu(of: self.name)
    }

    private static func host(of entry: ifaddrs) -> String? {
        guard let address = entry.ifa_addr else { return nil }
        switch CInt(address.pointee.sa_family) {
        case AF_INET: return SocketAddress(address, length: socklen_t(MemoryLayout<sockaddr_in>.size))?.host
        case AF_INET6: return SocketAddress(address, length: socklen_t(MemoryLayout<sockaddr_in6>.size))?.host
        default: return nil
        }
    }

    private static func mtu(of name: String) -> Int? {
        let descriptor = open("/sys/class/net/\(name)/mtu", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 16)
        let count = read(descriptor, &buffer, buffer.count)
        return Int(String(decoding: buffer.prefix(max(0, count)).prefix { $0 != 10 }, as: UTF8.self))
    }
}
