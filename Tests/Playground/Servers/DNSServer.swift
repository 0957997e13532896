import Glibc

/// A real DNS server (dnsmasq) that knows what its configuration says and asks nobody else.
public struct DNSServer: Sendable {
    public let host = "127.0.0.1"
    public let port: UInt16
    private let process: Child

    /// - Parameter records: lines of dnsmasq's configuration: `host-record=`, `cname=`, `local=`.
    static func start(_ name: String, _ records: [String], on ground: Ground) throws -> DNSServer {
        let folder = try ground.makeFolder(name)
        let port = try Ports.unused()
        let settings = [
            "no-resolv", "no-hosts", "keep-in-foreground", "bind-interfaces", "listen-address=127.0.0.1",
            "port=\(port)", "log-facility=\(folder)/dnsmasq.log", "pid-file=\(folder)/dnsmasq.pid",
            "max-ttl=3600", "local-ttl=60",
        ]
        try ground.write((settings + records).joined(separator: "\n") + "\n", to: folder + "/dnsmasq.conf")
        let process = try ground.start(
            name, .dnsmasq, ["-C", folder + "/dnsmasq.conf"], folder: folder, log: folder + "/output")
        try waitUntil("dnsmasq answers on port \(port)") {
            try process.checkRunning()
            return try Socket.canConnect(to: port)
        }
        return DNSServer(port: port, process: process)
    }
}

extension Playground {
    /// A DNS server of a test's own, which knows these records (lines of dnsmasq's configuration).
    ///
    /// - Parameter name: of its folder; unique in the playground.
    public func dns(_ name: String, _ records: [String]) async throws -> DNSServer {
        let ground = try await startedGround()
        return try await onThread { try DNSServer.start(name, records, on: ground) }
    }
}
