import Testing

@testable import Reachability

@Suite("What the files say of names")
struct NameFilesTests {
    @Test func `resolv.conf is read as glibc reads it`() {
        let read = ResolverConfiguration(
            """
            # a comment
            domain left.out
            search a.test b.test ; another
            nameserver 10.0.0.1
            nameserver 10.0.0.2 # behind it
            nameserver fe80::1%eth0
            nameserver 10.0.0.4
            options ndots:5 timeout:2 attempts:9 rotate use-vc ndots:99 timeout:x
            """)
        #expect(read.servers == ["10.0.0.1", "10.0.0.2", "fe80::1%eth0"])
        #expect(read.ignoredServers == ["10.0.0.4"])
        #expect(read.searchDomains == ["a.test", "b.test"])
        #expect(read.ndots == 15 && read.timeout == .seconds(2) && read.attempts == 5)
        #expect(read.rotates && read.usesTCP)
        #expect(ResolverConfiguration(nil).servers == ["127.0.0.1"])
    }

    @Test(arguments: [
        ("db", ["db.a", "db.b", "db"]), ("db.x", ["db.x.a", "db.x.b", "db.x"]),
        ("db.x.y", ["db.x.y", "db.x.y.a", "db.x.y.b"]),
        ("db.", ["db."]),
    ])
    func `names with few dots are asked for in the search domains first`(name: String, expected: [String]) {
        #expect(ResolverConfiguration("search a b\noptions ndots:2").candidates(for: name) == expected)
    }

    @Test func `the hosts file has lines, comments and several names in one`() {
        let text = "127.0.0.1 localhost\n10.0.0.5\tdb DB.example # db2\n#10.0.0.6 db\n::5 x db\n"
        #expect(HostsFile(text, name: "db.").entries.map { "\($0.address)@\($0.line)" } == ["10.0.0.5@2", "::5@4"])
        #expect(HostsFile(text, name: "db.EXAMPLE").entries.count == 1)
        #expect(HostsFile(text, name: "db2").entries.isEmpty)
        #expect(HostsFile(nil, name: "db").entries.isEmpty)
    }

    @Test(arguments: [
        ("hosts: files dns", "files (/etc/hosts), then dns", true),
        (
            "hosts:files mdns4_minimal [NOTFOUND=return] dns # x",
            "files (/etc/hosts), then mdns4_minimal (multicast DNS for .local) [NOTFOUND=return], then dns", true
        ),
        ("hosts: dns [!UNAVAIL=return] files", "dns [!UNAVAIL=return], then files (/etc/hosts)", false),
        ("passwd: files", "files (/etc/hosts), then dns", true),
        ("hosts: resolve [", "resolve (systemd-resolved)", false),
    ])
    func `nsswitch.conf gives the order`(text: String, words: String, hostsFirst: Bool) {
        let order = NameServiceSwitch(text)
        #expect(order.words == words)
        #expect(order.prefersHostsFile == hostsFirst)
    }
}

@Suite("How times are spread")
struct SpreadTests {
    @Test func `nothing has no spread, and one time is all of them`() {
        #expect(Spread([]) == nil)
        #expect(Spread([3]) == Spread([3, 3]))
        #expect(Spread([3])?.jitter == 0)
    }

    @Test func `median, nearest rank and jitter`() throws {
        let spread = try #require(Spread([4, 1, 3, 2]))
        #expect((spread.least, spread.median, spread.most) == (1, 2.5, 4))
        #expect(spread.p95 == 4)
        #expect(abs(spread.jitter - 2) < 1e-9)
        #expect(Spread((1...100).map(Double.init))?.p95 == 95)
    }
}

@Suite("Places in the network")
struct ReachabilitySettingsTests {
    @Test(arguments: [
        ("db:5432", "db:5432"), ("[::1]:6379", "[::1]:6379"), ("postgres://u:S3cret@db/app?x=1", "db:5432"),
        ("rediss://:S3cret@cache:7000/0", "cache:7000"), ("https://app.test/path:1/", "app.test:443"),
        ("http://[fd00::1]/", "[fd00::1]:80"),
        ("db:05432", "db:5432"), ("fd00::1", "[fd00::1]:443"), ("db", "db:443"),
    ])
    func `are read from addresses and URIs`(text: String, address: String) throws {
        #expect(try ReachabilitySettings(text, defaultPort: 443).address == address)
    }

    @Test(arguments: ["", "db:0", "db:65536", "db:x", ":5", "a b:5", "weird://:S3cret@db/"])
    func `that cannot be read are refused without a word of them`(text: String) {
        let error = #expect(throws: (any Error).self) { try ReachabilitySettings(text) }
        #expect(!"\(error as Any)".contains("S3cret"))
    }
}
