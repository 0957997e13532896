import Diagnostics
import Network
import Playground
import Testing

@testable import Reachability

@Suite("Looking a name up at everybody")
struct NameLookUpTests {
    private static func exchange(
        _ type: DNSMessage.RecordType, _ outcome: DNSClient.Exchange.Outcome
    ) -> DNSClient.Exchange {
        DNSClient.Exchange(
            query: DNSQuery(DNSName(labels: []), type, id: 1), outcome: outcome, time: .milliseconds(2), attempts: 1,
            usedTCP: false)
    }

    private static func answer(_ addresses: [String]) -> DNSClient.Exchange.Outcome {
        .answer(DNSAnswer(verdict: addresses.isEmpty ? .noData : .addresses(addresses), ttl: 60))
    }

    private static func server(_ address: String, _ outcome: DNSClient.Exchange.Outcome) -> NameLookUp.Server {
        let other: DNSClient.Exchange.Outcome = if case .answer = outcome { answer([]) } else { outcome }
        return .init(
            address: address,
            inquiries: [.init(name: "db.test", a: exchange(.a, outcome), aaaa: exchange(.aaaa, other))])
    }

    private static func judgement(_ resolv: String, hosts: String = "", _ servers: [NameLookUp.Server]) -> [String] {
        let addresses = Resolver.numeric("10.0.0.5", port: 5432).map { [$0] } ?? []
        return NameLookUp(
            name: "db.test",
            files: .init(
                hosts: HostsFile(hosts, name: "db.test"), order: NameServiceSwitch(nil),
                configuration: ResolverConfiguration(resolv)), servers: servers, system: .success(addresses),
            systemTime: .milliseconds(2)
        ).judgement
    }

    private static let two = "nameserver 10.0.0.2\nnameserver 10.0.0.3\n"

    @Test func `all well is one clause`() {
        let said = Self.judgement(
            Self.two,
            [Self.server("10.0.0.2", Self.answer(["10.0.0.5"])), Self.server("10.0.0.3", Self.answer(["10.0.0.5"]))])
        #expect(said == ["db.test resolves in 2 ms by 10.0.0.2"])
    }

    @Test(arguments: [
        ("", 1, "10.0.0.3 does not answer: it is asked only when those before it do not answer"),
        ("", 0, "10.0.0.2 does not answer: every look-up waits 5 s first"),
        ("options timeout:2", 0, "10.0.0.2 does not answer: every look-up waits 2 s first"),
        ("options rotate", 1, "10.0.0.3 does not answer: every second look-up waits 5 s (rotate)"),
    ])
    func `what a silent resolver costs depends on its place`(options: String, silent: Int, clause: String) {
        let servers = ["10.0.0.2", "10.0.0.3"].enumerated().map { index, address in
            Self.server(address, index == silent ? .silent : Self.answer(["10.0.0.5"]))
        }
        #expect(Self.judgement(Self.two + options, servers).dropFirst() == [clause])
    }

    @Test func `resolvers that disagree are named with what each says`() {
        let servers = [
            Self.server("10.0.0.2", Self.answer(["10.0.0.5"])), Self.server("10.0.0.3", Self.answer(["10.0.0.9"])),
        ]
        #expect(
            Self.judgement(Self.two, servers).last
                == "the resolvers disagree: 10.0.0.2 says 10.0.0.5, 10.0.0.3 says 10.0.0.9")
        let turned = [
            Self.server("10.0.0.2", Self.answer(["10.0.0.5", "10.0.0.6"])),
            Self.server("10.0.0.3", Self.answer(["10.0.0.6", "10.0.0.5"])),
        ]
        #expect(Self.judgement(Self.two, turned).count == 1)
    }

    @Test func `SERVFAIL and a port without a server are told apart from silence`() {
        let failed = Self.server("10.0.0.2", .answer(DNSAnswer(verdict: .failed("SERVFAIL"), ttl: nil)))
        let closed = Self.server("10.0.0.3", .unreachable("Connection refused"))
        let said = Self.judgement(Self.two, [failed, closed])
        #expect(said[1] == "10.0.0.2 answers SERVFAIL: every look-up asks it in vain first")
        #expect(said[2] == "10.0.0.3 answers connection refused: every look-up asks it in vain first")
    }

    @Test func `a name in the hosts file needs no resolver`() {
        let said = Self.judgement(Self.two, hosts: "10.0.0.5 db.test", [])
        #expect(said == ["db.test is in /etc/hosts (10.0.0.5)"])
    }

    @Test func `a real server is asked along the search domains`() async throws {
        let server = try await Playground.shared.dns(
            "dns-search", ["local=/test/", "host-record=db.inner.test,10.0.0.5"])
        let files = NameLookUp.Files(
            hosts: HostsFile(nil, name: "db"), order: NameServiceSwitch(nil),
            configuration: ResolverConfiguration(
                "nameserver 127.0.0.1\nsearch outer.test inner.test\noptions ndots:5"))
        let found = await NameLookUp.take(
            "db", port: 5432, files: files, resolverPort: server.port, until: .after(.seconds(20)))
        #expect(found.servers.first?.inquiries.map(\.name) == ["db.outer.test", "db.inner.test"])
        #expect(found.servers.first?.deciding?.addresses == ["10.0.0.5"])
        let search = found.evidence.first { $0.id == "net.search" }
        #expect(search == nil || "\(search as Any)".contains("db.outer.test"))
    }
}
