import Foundation
import Glibc
import Synchronization

/// A network of one's own: a client, two routers and a server, each a network namespace, joined by cables, with IPv4 and
/// IPv6. Nothing of it reaches the machine's own network. It takes root and a kernel with namespaces.
///
///     client 10.x.1.1 ── 10.x.1.2 first 10.x.2.1 ── 10.x.2.2 second 10.x.3.1 ── 10.x.3.2 server
public final class NetworkLab: Sendable {
    public enum Node: String, CaseIterable, Sendable {
        case client = "c"
        case first = "f"
        case second = "s"
        case server = "t"
    }

    private let prefix: String
    private let network: Int
    private let ground: Ground

    /// Why no lab can be had here; nil where one can.
    public static let obstacle: String? = {
        guard geteuid() == 0 else { return "network namespaces take root" }
        guard let tool = try? Tool.ip.path() else { return "ip(8) is missing" }
        let name = "diag-try-\(getpid())"
        guard runs(tool, ["netns", "add", name]) else { return "this kernel gives no network namespaces" }
        _ = runs(tool, ["netns", "delete", name])
        return nil
    }()

    private static let made = Atomic(0)

    private init(on ground: Ground) {
        let number = Self.made.add(1, ordering: .relaxed).newValue
        prefix = "dl\(String(getpid(), radix: 36))\(String(number, radix: 36))"
        network = number % 200
        self.ground = ground
    }

    static func start(on ground: Ground) throws -> NetworkLab {
        let lab = NetworkLab(on: ground)
        ground.atEnd { lab.end() }
        try lab.build()
        return lab
    }

    public func address(_ node: Node, side: Int = 0) -> String { address(Self.place(node, side), isIPv6: false) }
    public func address6(_ node: Node, side: Int = 0) -> String { address(Self.place(node, side), isIPv6: true) }

    /// The words that go before a command to run it at a node.
    public func words(at node: Node) throws -> [String] { [try Tool.ip.path(), "netns", "exec", name(node)] }

    /// `ip` with these words, at a node: to break a route, to narrow a link.
    public func ip(_ node: Node, _ words: String...) throws { try ip(["-n", name(node)] + words) }

    /// The name of a node's interface: 0 towards the client, 1 towards the server.
    public func interface(_ node: Node, side: Int) -> String { "\(prefix)\(node.rawValue)\(side)" }

    /// A listener at the server that takes connections and closes them.
    public func listen(port: UInt16) throws {
        let script = """
            import socket
            for family in (socket.AF_INET6,):
                s = socket.socket(family)
                s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
                s.bind(("::", \(port)))
                s.listen(64)
            print("listening", flush=True)
            while True:
                s.accept()[0].close()
            """
        try run("listener \(port)", words(at: .server) + [Tool.python.path(), "-c", script], until: "listening")
    }

    /// The lines of `/etc/resolv.conf` at a node: `ip netns exec` puts the files of `/etc/netns/NAME` in place.
    public func resolve(at node: Node, _ lines: String...) throws {
        let folder = "/etc/netns/" + name(node)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        ground.atEnd {
            try? FileManager.default.removeItem(atPath: folder)
            // The folder of all of them goes with the last: it fails while others are in it.
            rmdir("/etc/netns")
        }
        try (lines.joined(separator: "\n") + "\n").write(
            toFile: folder + "/resolv.conf", atomically: true, encoding: .utf8)
    }

    /// A DNS server at a node, with lines of dnsmasq's configuration.
    public func dns(_ node: Node, side: Int = 0, _ records: [String]) throws {
        let folder = try ground.makeFolder("lab-dns-\(node.rawValue)")
        let lines =
            [
                "no-resolv", "no-hosts", "keep-in-foreground", "bind-interfaces", "user=root",
                "listen-address=\(address(node, side: side))", "pid-file=\(folder)/dnsmasq.pid", "log-facility=-",
            ] + records
        try ground.write(lines.joined(separator: "\n") + "\n", to: folder + "/dnsmasq.conf")
        try run(
            "dns \(node)", words(at: node) + [Tool.dnsmasq.path(), "-C", folder + "/dnsmasq.conf"], until: "started")
    }
}

// MARK: - Building

extension NetworkLab {
    private func name(_ node: Node) -> String { prefix + node.rawValue }

    /// The number of a cable and the end of it that a side of a node is.
    private static func place(_ node: Node, _ side: Int) -> (cable: Int, end: Int) {
        switch node {
        case .client: (1, 1)
        case .first: side == 0 ? (1, 2) : (2, 1)
        case .second: side == 0 ? (2, 2) : (3, 1)
        case .server: (3, 2)
        }
    }

    private func address(_ place: (cable: Int, end: Int), isIPv6: Bool) -> String {
        isIPv6
            ? "fd00:\(String(network, radix: 16)):\(place.cable)::\(place.end)"
            : "10.\(network).\(place.cable).\(place.end)"
    }

    private func build() throws {
        for node in Node.allCases {
            try ip(["netns", "add", name(node)])
            try ip(node, "link", "set", "lo", "up")
        }
        try cable(.client, 0, .first, 0)
        try cable(.first, 1, .second, 0)
        try cable(.second, 1, .server, 0)
        for router in [Node.first, .second] {
            for setting in ["ipv4.ip_forward", "ipv6.conf.all.forwarding"] {
                try run("sysctl", words(at: router) + ["sysctl", "-qw", "net.\(setting)=1"])
            }
        }
        for isIPv6 in [false, true] { try route(isIPv6) }
    }

    private func cable(_ near: Node, _ nearSide: Int, _ far: Node, _ farSide: Int) throws {
        let names = (interface(near, side: nearSide), interface(far, side: farSide))
        try ip(["link", "add", names.0, "type", "veth", "peer", "name", names.1])
        for (node, side, name) in [(near, nearSide, names.0), (far, farSide, names.1)] {
            try ip(["link", "set", name, "netns", self.name(node)])
            let place = Self.place(node, side)
            try ip(node, "addr", "add", address(place, isIPv6: false) + "/24", "dev", name)
            try ip(node, "addr", "add", address(place, isIPv6: true) + "/64", "dev", name, "nodad")
            try ip(node, "link", "set", name, "up")
        }
    }

    private func route(_ isIPv6: Bool) throws {
        let family = isIPv6 ? "-6" : "-4"
        let gateway: (Node, Int) -> String = { self.address(Self.place($0, $1), isIPv6: isIPv6) }
        let net: (Int) -> String = { cable in
            isIPv6 ? "fd00:\(String(self.network, radix: 16)):\(cable)::/64" : "10.\(self.network).\(cable).0/24"
        }
        try ip(.client, family, "route", "add", "default", "via", gateway(.first, 0))
        try ip(.first, family, "route", "add", net(3), "via", gateway(.second, 0))
        try ip(.second, family, "route", "add", net(1), "via", gateway(.first, 1))
        try ip(.server, family, "route", "add", "default", "via", gateway(.second, 1))
    }

    /// Namespaces take their ends of the cables with them, once nobody runs in them any more.
    private func end() {
        guard let tool = try? Tool.ip.path() else { return }
        for node in Node.allCases { _ = runs(tool, ["netns", "delete", name(node)]) }
    }

    private func ip(_ words: [String]) throws { try run("ip", [Tool.ip.path()] + words) }

    /// To its end; or, with `text`, until it has written that.
    private func run(_ name: String, _ words: [String], until text: String? = nil) throws {
        let output = ground.folder + "/lab-\(UUID().uuidString)"
        let child = try ground.startAsOneself(name, words, output: output)
        guard let text else {
            try child.waitForEnd(within: .seconds(20))
            if child.exitStatus != 0 { try child.checkRunning() }
            return
        }
        try waitUntil("\(name) has begun") {
            try child.checkRunning()
            return (try String(contentsOfFile: output, encoding: .utf8)).contains(text)
        }
    }
}

/// Whether a program ends well.
private func runs(_ path: String, _ words: [String]) -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = words
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
}

extension Playground {
    /// A network of a test's own; see `NetworkLab.obstacle` first.
    public func networkLab() async throws -> NetworkLab {
        let ground = try await startedGround()
        return try await onThread { try NetworkLab.start(on: ground) }
    }
}
