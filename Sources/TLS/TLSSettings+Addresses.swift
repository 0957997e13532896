import Diagnostics
import Network

extension TLSSettings {
    /// Every address that a client may be sent to.
    ///
    /// - Throws: as `Resolver.addresses`, and `.unresolved` where none is of the kind that is asked for.
    func resolved(until deadline: Deadline) async throws(ProbeError) -> [SocketAddress] {
        var all: [SocketAddress] = []
        for host in addresses.isEmpty ? [host] : addresses {
            for address in try await Resolver.addresses(of: host, port: port, until: deadline)
            where !all.contains(address) { all.append(address) }
        }
        guard let family else { return all }
        let fitting = all.filter { $0.isIPv6 == (family == .ipv6) }
        guard fitting.isEmpty else { return fitting }
        throw ProbeError(
            .unresolved, step: "resolve \(host)", message: "it has no \(family == .ipv6 ? "IPv6" : "IPv4") address")
    }
}
