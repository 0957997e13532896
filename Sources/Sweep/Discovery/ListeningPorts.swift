import Glibc
import Network

/// TCP ports at which something listens on this machine, from the kernel's own table (proc(5), /proc/net/tcp).
struct ListeningPorts: Sendable {
    /// By port, the addresses that are listened at, in the kernel's order.
    private let addresses: [UInt16: [String]]

    /// What the kernel says now; nothing where /proc is not there.
    static func now() -> ListeningPorts {
        let v4 = (try? TextFile.read("/proc/net/tcp", upTo: 8 << 20)) ?? []
        let v6 = (try? TextFile.read("/proc/net/tcp6", upTo: 8 << 20)) ?? []
        return ListeningPorts(tcp: String(decoding: v4, as: UTF8.self), tcp6: String(decoding: v6, as: UTF8.self))
    }

    init(tcp: String, tcp6: String) {
        var addresses: [UInt16: [String]] = [:]
        for line in tcp.split(separator: "\n").dropFirst() + tcp6.split(separator: "\n").dropFirst() {
            guard let (address, port) = Self.listener(line) else { continue }
            addresses[port, default: []].append(address)
        }
        self.addresses = addresses
    }

    /// Where to reach a listener on this machine: loopback where it answers there, else its own address.
    func host(at port: UInt16) -> String? {
        guard let found = addresses[port] else { return nil }
        if found.contains(where: { $0 == "127.0.0.1" || $0 == "0.0.0.0" || $0 == "::" }) { return "127.0.0.1" }
        return found.contains("::1") ? "::1" : found.first
    }

    /// `sl local_address rem_address st …`, with `0A` for a listening socket.
    private static func listener(_ line: Substring) -> (String, UInt16)? {
        let fields = line.split(separator: " ", maxSplits: 4)
        guard fields.count >= 4, fields[3] == "0A" else { return nil }
        let parts = fields[1].split(separator: ":")
        guard parts.count == 2, let port = UInt16(parts[1], radix: 16), let address = address(parts[0]) else {
            return nil
        }
        return (address, port)
    }

    /// The kernel prints each 32-bit word of an address in the machine's byte order.
    private static func address(_ hex: Substring) -> String? {
        let words = stride(from: 0, to: hex.count, by: 8).compactMap { UInt32(hex.dropFirst($0).prefix(8), radix: 16) }
        let family = words.count == 1 ? AF_INET : AF_INET6
        guard words.count == 1 || words.count == 4 else { return nil }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard inet_ntop(family, words, &text, socklen_t(text.count)) != nil else { return nil }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
