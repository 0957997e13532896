import Diagnostics
import Testing

@testable import Host

@Suite("A host's network")
struct NetworkTests {
    static let head = """
        Inter-|   Receive                                                |  Transmit
         face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed

        """
    /// As a host with a card, a guest's cable and loopback has it; the card's numbers are the arguments.
    private static func files(
        errors: Int, drops: Int, again: Int, overflows: Int, carrierChanges: Int = 1, tracked: Int = 900
    ) -> [String: String] {
        [
            "/proc/net/dev": head + """
                    lo: 100 2 0 0 0 0 0 0 100 2 0 0 0 0 0 0
                  eth0:123456789 1000 \(errors) \(drops) 0 0 0 0 987654321 900 3 4 0 0 0 0
                veth12ab: 5 1 9 9 0 0 0 0 5 1 9 9 0 0 0 0
                  bad: 1 2 3

                """,
            "/proc/net/snmp": """
            Ip: Forwarding DefaultTTL
            Ip: 1 64
            Tcp: RtoAlgorithm MaxConn OutSegs RetransSegs EstabResets
            Tcp: 1 -1 1000 \(again) 7

            """,
            "/proc/net/netstat": """
            TcpExt: ListenOverflows ListenDrops TCPAbortOnTimeout
            TcpExt: \(overflows) \(overflows) 2

            """,
            "/proc/sys/net/netfilter/nf_conntrack_count": "\(tracked)\n",
            "/proc/sys/net/netfilter/nf_conntrack_max": "1000\n",
            "/sys/class/net/eth0/operstate": "up\n", "/sys/class/net/eth0/speed": "1000\n",
            "/sys/class/net/eth0/mtu": "1500\n", "/sys/class/net/eth0/duplex": "half\n",
            "/sys/class/net/eth0/carrier": "1\n", "/sys/class/net/eth0/carrier_changes": "\(carrierChanges)\n",
            "/sys/class/net/lo/speed": "-1\n", "/sys/class/net/lo/operstate": "unknown\n",
        ]
    }

    private func counters(_ files: [String: String]) throws -> NetworkCounters {
        let host = try TemporaryHost(files)
        return NetworkCounters.read(HostFiles(root: host.root))
    }

    private func told(_ report: NetworkReport) -> Observation.Content {
        var content = Observation.Content()
        report.write(to: &content)
        return content
    }

    @Test func `interfaces are read with what /sys says of them`() throws {
        let seen = try counters(Self.files(errors: 5, drops: 6, again: 10, overflows: 0))
        #expect(seen.interfaces.map(\.name) == ["lo", "eth0", "veth12ab"])
        let card = try #require(seen.interfaces.first { $0.name == "eth0" })
        #expect(card.received == .init(bytes: 123_456_789, packets: 1000, errors: 5, dropped: 6))
        #expect(card.sent == .init(bytes: 987_654_321, packets: 900, errors: 3, dropped: 4))
        #expect((card.speed, card.mtu, card.hasCarrier, card.duplex) == (1000, 1500, true, "half"))
        #expect(seen.interfaces[0].speed == nil)
        #expect(seen["Tcp.RetransSegs"] == 10)
        #expect(seen["Tcp.MaxConn"] == -1)
        #expect(seen.tracked?.used == 900)
    }

    @Test func `samples leave out loopback and the guests' cables`() throws {
        let seen = told(
            NetworkReport(counters: try counters(Self.files(errors: 5, drops: 6, again: 10, overflows: 1)), bootID: "b")
        )
        let errors = seen.samples.filter { $0.metric == HostMetrics.networkErrors }
        #expect(
            errors.map(\.labels) == [
                ["device": "eth0", "direction": "receive"], ["device": "eth0", "direction": "transmit"],
            ])
        #expect(errors.map(\.value) == [5, 3])
        #expect(errors.map(\.identity) == ["b", "b"])
        #expect(seen.samples.first { $0.metric == HostMetrics.conntrackUsed }?.value == 0.9)
        #expect(seen.samples.first { $0.metric == HostMetrics.listenDrops }?.value == 1)
    }

    @Test func `of two readings what was added counts`() throws {
        let first = try counters(Self.files(errors: 5, drops: 6, again: 10, overflows: 3))
        let last = try counters(Self.files(errors: 9, drops: 6, again: 12, overflows: 4, carrierChanges: 3))
        let seen = told(NetworkReport(counters: last, earlier: (first, 2), bootID: nil))
        let trouble = try #require(seen.evidence.sentence("host.network.trouble"))
        #expect(trouble.contains("eth0 counts errors now (4 more)"))
        #expect(!trouble.contains("drops packets now"))
        #expect(trouble.contains("the carrier of eth0 came or went just now"))
        #expect(trouble.contains("eth0 runs at half duplex"))
        #expect(trouble.contains("1 connections were dropped at full accept queues just now"))
        #expect(seen.evidence.sentence("host.network.tcp")?.hasPrefix("100 % sent again just now (2 of 2)") == true)
    }

    @Test func `a connection table that is nearly full says what happens then`() throws {
        let seen = told(
            NetworkReport(
                counters: try counters(Self.files(errors: 0, drops: 0, again: 0, overflows: 0, tracked: 950)),
                bootID: nil))
        #expect(seen.evidence.sentence("host.network.conntrack")?.contains("new connections are dropped") == true)
    }

    @Test func `from inside of a container it is the host's network that is read`() throws {
        var files = Self.files(errors: 0, drops: 0, again: 0, overflows: 0)
        files["/proc/1/net/dev"] = Self.head + "  eno1: 1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0\n"
        #expect(try counters(files).interfaces.map(\.name) == ["eno1"])
    }

    @Test(arguments: ["", "Tcp:", "Tcp: a\nTcp: 1 2", "Tcp: a b\nUdp: 1 2\n", "Tcp: a\nTcp: x\nTcp: 5\n", ": :\n: 5"])
    func `rubbish has no counters`(text: String) {
        #expect(NetworkCounters.protocols(text).values.allSatisfy { $0 == 5 })
    }

    @Test func `this machine's network is looked at twice`() async {
        let target = Target(kind: .host, name: "host", address: "this host")
        let seen = await HostNetworkProbe(target: target, span: .milliseconds(50)).observe(until: .after(.seconds(20)))
        #expect(seen.failure == nil)
        #expect(seen.evidence.map(\.id).contains("host.network.interfaces"))
        #expect(seen.samples.allSatisfy { HostMetrics.all.contains($0.metric) })
        let nowhere = HostNetworkProbe(target: target, settings: HostSettings(root: "/nowhere"))
        #expect(await nowhere.observe(until: .after(.seconds(20))).failure?.kind == .local)
    }
}

extension [Evidence] {
    func sentence(_ id: String) -> String? {
        for piece in self where piece.id == id { if case .fact(let sentence) = piece.body { return sentence } }
        return nil
    }
}
