import Diagnostics
import Network

/// One of the places that a connection string names; libpq takes lists of them, split by commas.
struct Endpoint: Sendable, Hashable {
    /// A name, an address, the directory of a unix socket, or empty for libpq's default socket.
    let host: String
    /// A numeric address that saves the look-up of `host`; empty where there is none.
    let address: String
    let port: UInt16

    var isUnixSocket: Bool { address.isEmpty && (host.isEmpty || host.hasPrefix("/") || host.hasPrefix("@")) }

    /// Splits `host`, `hostaddr` and `port` as libpq does: one port serves all hosts, an empty one is 5432.
    static func list(from values: [String: String]) throws(ProbeError) -> [Endpoint] {
        let hosts = parts(values["host"])
        let addresses = parts(values["hostaddr"])
        let ports = parts(values["port"])
        let count = max(hosts.count, addresses.count)
        guard ports.count == 1 || ports.count == count else {
            throw misconfigured("\(ports.count) ports are given for \(count) hosts")
        }
        var endpoints: [Endpoint] = []
        for index in 0..<count {
            let port = try number(ports.count == 1 ? ports[0] : ports[index])
            let address = index < addresses.count ? addresses[index] : ""
            endpoints.append(Endpoint(host: index < hosts.count ? hosts[index] : "", address: address, port: port))
        }
        return endpoints
    }

    private static func parts(_ list: String?) -> [String] {
        (list ?? "").split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }

    private static func number(_ text: String) throws(ProbeError) -> UInt16 {
        if text.isEmpty { return 5432 }
        guard let port = UInt16(text), port > 0 else { throw misconfigured("\"\(text)\" is not a port") }
        return port
    }

    private static func misconfigured(_ message: String) -> ProbeError {
        ProbeError(.misconfigured, step: "read the connection settings", message: message)
    }

    /// The same endpoint once for each numeric address of its host, so that libpq never looks a name up itself: its
    /// look-up would block. The name stays beside it; certificates are checked against it.
    func resolved(until deadline: Deadline) async throws(ProbeError) -> [Endpoint] {
        guard !isUnixSocket, address.isEmpty else { return [self] }
        let addresses = try await Resolver.addresses(of: host, port: port, until: deadline)
        return addresses.map { Endpoint(host: host, address: $0.host, port: port) }
    }
}

extension Endpoint: CustomStringConvertible {
    /// `db:5432`, `[::1]:5432`, `/run/postgresql:5432`, `local socket:5432`.
    var description: String {
        let name = host.isEmpty ? (address.isEmpty ? "local socket" : address) : host
        return name.contains(":") ? "[\(name)]:\(port)" : "\(name):\(port)"
    }
}
