import Foundation
import Playground
import Testing

/// In a network of namespaces, where routers are real and can be broken. It takes root, which CI is.
@Suite("diag net in a network of its own", .enabled(if: NetworkLab.obstacle == nil, "\(NetworkLab.obstacle ?? "")"))
struct NetCommandTests {
    private struct Lab {
        let playground = Playground()
        let network: NetworkLab
        let home = Home()

        init() async throws {
            network = try await playground.networkLab()
            try network.listen(port: 5432)
        }

        /// The evidence of the first target, by id, as JSON has it.
        func net(_ words: String...) async throws -> (outcome: Outcome, evidence: [String: [String: Any]]) {
            let words = ["net"] + words + ["--format", "json", "--count", "3", "--interval", "20ms"]
            let outcome = try await Diag.run(words, in: home, behind: network.words(at: .client))
            let target = try #require((try outcome.json["targets"] as? [[String: Any]])?.first)
            let pieces = target["evidence"] as? [[String: Any]] ?? []
            return (
                outcome,
                Dictionary(pieces.map { ($0["id"] as? String ?? "", $0) }, uniquingKeysWith: { first, _ in first })
            )
        }

        func end() async { await playground.stop() }
    }

    private func rows(_ evidence: [String: Any]?) -> [[String: Any]] { evidence?["rows"] as? [[String: Any]] ?? [] }
    private func sentence(_ evidence: [String: Any]?) -> String { evidence?["fact"] as? String ?? "" }

    @Test(arguments: [false, true], [false, true])
    func `each router on the way is seen, by datagrams and by connecting`(isIPv6: Bool, byTCP: Bool) async throws {
        let lab = try await Lab()
        let place: (NetworkLab.Node) -> String = { isIPv6 ? lab.network.address6($0) : lab.network.address($0) }
        let server = place(.server)
        let (outcome, evidence) = try await lab.net(
            isIPv6 ? "[\(server)]:5432" : "\(server):5432", byTCP ? "--tcp" : "--verbose")
        let path = rows(evidence["net.path"])
        #expect(path.map { $0["address"] as? String } == [place(.first), place(.second), server], "\(outcome)")
        #expect(path.last?["note"] as? String == "the host itself")
        #expect(sentence(evidence["net.mtu"]).contains("arrive whole"))
        // Neighbours that have just met over IPv6 take a second: that is a slow connection.
        #expect(outcome.status <= 1)
        await lab.end()
    }

    @Test func `a narrower link is found with who says so, and one that nobody tells of as a black hole`() async throws
    {
        let lab = try await Lab()
        let (near, far) = (lab.network.interface(.first, side: 1), lab.network.interface(.second, side: 0))
        let server = "\(lab.network.address(.server)):5432"
        try lab.network.ip(.first, "link", "set", near, "mtu", "1400")
        let narrow = sentence(try await lab.net(server).evidence["net.mtu"])
        #expect(narrow.contains("1400 pass, says \(lab.network.address(.first))"), "\(narrow)")
        // The near end sends packets that the far end silently drops.
        try lab.network.ip(.first, "link", "set", near, "mtu", "1500")
        try lab.network.ip(.second, "link", "set", far, "mtu", "1400")
        let (outcome, evidence) = try await lab.net(server)
        #expect(sentence(evidence["net.mtu"]).contains("only 1400 bytes arrive and no router says so"), "\(outcome)")
        #expect(sentence(evidence["net.judgement"]).contains("packets of more than 1400 bytes vanish"))
        await lab.end()
    }

    @Test(arguments: [
        ("prohibit", "administratively prohibited"), ("unreachable", "host unreachable"),
        ("blackhole", "the last to answer"),
    ])
    func `where packets stop is said, and why where a router tells`(kind: String, words: String) async throws {
        let lab = try await Lab()
        let server = lab.network.address(.server)
        try lab.network.ip(.second, "route", "add", kind, server + "/32")
        let (outcome, evidence) = try await lab.net("\(server):5432", "--timeout", "3s")
        #expect(sentence(evidence["net.judgement"]).contains(words), "\(outcome)")
        #expect(outcome.status == 2)
        await lab.end()
    }

    /// Through the whole of it: /etc/resolv.conf of the client's namespace, which `ip netns` puts in place.
    @Test func `resolvers that disagree, or one that is dead, are said`() async throws {
        let lab = try await Lab()
        let server = lab.network.address(.server)
        let other = lab.network.address(.second)
        try lab.network.dns(.server, ["local=/test/", "host-record=db.inner.test,\(server)"])
        try lab.network.dns(.second, ["local=/test/", "host-record=db.inner.test,10.1.2.3"])
        try lab.network.resolve(
            at: .client, "search outer.test inner.test", "options ndots:3 timeout:1",
            "nameserver \(server)", "nameserver \(lab.network.address(.second, side: 1))", "nameserver \(other)")
        let (outcome, evidence) = try await lab.net("db:5432")
        let judgement = sentence(evidence["net.judgement"])
        #expect(judgement.contains("db resolves in "), "\(outcome)")
        #expect(
            judgement.contains("the resolvers disagree: \(server) says \(server), \(other) says 10.1.2.3"), "\(outcome)"
        )
        #expect(judgement.contains("answers connection refused: it is asked only when"), "\(outcome)")
        #expect(sentence(evidence["net.addresses"]).hasPrefix("\(server), in that order"))
        let (missing, _) = try await lab.net("nobody:5432")
        #expect(missing.output.contains("NXDOMAIN"))
        #expect(missing.status == 2)
        await lab.end()
    }
}

@Suite("diag net")
struct NetWordsTests {
    @Test func `a configured target of any kind is found by its name, and each place once`() async throws {
        let redis = try await Playground.shared.redis()
        let home = Home()
        try home.configure(
            """
            targets:
              redis:
                - {name: cache, url: "redis://127.0.0.1:\(redis.master.port)"}
              network:
                - {name: way, address: "127.0.0.1:\(redis.master.port)"}
              logs:
                - {name: auth, path: /var/log/auth.log}
            """)
        let named = try await Diag.run("net", "cache", "--count", "1", in: home)
        #expect(named.status == 0, "\(named)")
        #expect(named.output.hasPrefix("network cache (127.0.0.1:\(redis.master.port))"))
        let all = try await Diag.run("net", "--count", "1", "--format", "json", in: home)
        let targets = try #require(try all.json["targets"] as? [[String: Any]])
        #expect(targets.map { ($0["target"] as? [String: Any])?["name"] as? String } == ["cache", "this-host"])
        let file = try await Diag.run("net", "auth", in: home)
        #expect(file.status == 64)
        #expect(file.errors.contains("it is not in the network: /var/log/auth.log"))
    }

    @Test func `a network target is swept`() async throws {
        let hostile = try await Playground.shared.hostile()
        let home = Home()
        try home.configure(
            "targets: {network: [{name: way, address: '127.0.0.1:\(hostile.port(.refusing))'}]}")
        let outcome = try await Diag.run("sweep", in: home)
        #expect(outcome.status == 2)
        #expect(outcome.output.contains("port does not answer"))
        #expect(outcome.output.contains("diag net way"))
    }

    @Test func `the latency alert's evidence says where the time goes`() async throws {
        let redis = try await Playground.shared.redis()
        let home = Home()
        try home.configure(
            """
            targets: {redis: [{name: cache, url: "redis://localhost:\(redis.master.port)"}]}
            alerts: {NetworkLatencyHigh: {threshold: 0.000001}}
            """)
        let outcome = try await Diag.run("sweep", "--only", "NetworkLatencyHigh", "--verbose", in: home)
        #expect(outcome.output.contains(#/The way there: name .*, connect .*, round trips .* ± /#), "\(outcome)")
        #expect(outcome.output.contains("diag net cache"))
    }

    @Test func `a resolver that nobody listens at is a condition where it is wanted`() async throws {
        let home = Home()
        try home.write("nameserver 127.0.0.77\n", to: "host/etc/resolv.conf")
        try home.write("MemTotal: 1000 kB\nMemAvailable: 900 kB\n", to: "host/proc/meminfo")
        try home.write("/ 4096 100 90 90 100 90 90\n", to: "host/statvfs")
        try home.configure(
            """
            targets: {host: [{name: this-host, root: \(home.path("host"))}]}
            alerts: {DNSResolverDown: {for: 0s}}
            """)
        let outcome = try await Diag.run("sweep", "--only", "DNSResolverDown", in: home)
        #expect(outcome.status == 2, "\(outcome)")
        #expect(outcome.output.contains("127.0.0.77"))
        let without = try await Diag.run("sweep", "--format", "json", in: home)
        #expect(without.output.contains("diag_dns_resolver_up"))
    }
}
