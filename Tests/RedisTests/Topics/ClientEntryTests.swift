import Testing

@testable import Redis

@Suite("CLIENT LIST, of every version")
struct ClientEntryTests {
    @Test(arguments: [
        // 3.2, 6.2, 7.4, 8.2, Valkey 9.1
        "id=5 addr=10.0.0.3:51234 fd=6 name=web age=9 idle=2 flags=N db=3 sub=0 psub=0 multi=-1 qbuf=0 qbuf-free=0 obl=0 oll=0 "
            + "omem=20 events=r cmd=get",
        "id=5 addr=10.0.0.3:51234 laddr=127.0.0.1:17011 fd=7 name=web age=9 idle=2 flags=N db=3 sub=0 psub=0 multi=-1 qbuf=26 "
            + "qbuf-free=40928 argv-mem=10 obl=0 oll=0 omem=20 tot-mem=61466 events=r cmd=get user=app redir=-1",
        "id=5 addr=10.0.0.3:51234 laddr=127.0.0.1:17012 fd=12 name=web age=9 idle=2 flags=N db=3 sub=0 psub=0 ssub=0 multi=-1 "
            + "watch=0 qbuf=26 qbuf-free=20448 argv-mem=10 multi-mem=0 rbs=16384 rbp=16384 obl=0 oll=0 omem=20 tot-mem=61466 "
            + "events=r cmd=get user=app redir=-1 resp=3 lib-name=redis-py lib-ver=5.0.1",
        "id=5 addr=10.0.0.3:51234 laddr=127.0.0.1:17013 fd=12 name=web age=9 idle=2 flags=N db=3 sub=0 psub=0 ssub=0 multi=-1 "
            + "watch=0 qbuf=26 qbuf-free=20448 argv-mem=10 multi-mem=0 rbs=16384 rbp=16384 obl=0 oll=0 omem=20 tot-mem=61466 "
            + "events=r cmd=get user=app redir=-1 resp=3 lib-name=redis-py lib-ver=5.0.1 io-thread=0 tot-net-in=26 tot-net-out=0 "
            + "tot-cmds=0",
        "id=5 addr=10.0.0.3:51234 laddr=127.0.0.1:17015 fd=9 name=web age=9 idle=2 flags=N capa= db=3 sub=0 psub=0 ssub=0 "
            + "multi=-1 watch=0 qbuf=0 qbuf-free=0 argv-mem=10 multi-mem=0 rbs=16392 rbp=16392 obl=0 oll=0 omem=20 tot-mem=61466 "
            + "events=r cmd=get user=app redir=-1 resp=3 lib-name=redis-py lib-ver=5.0.1 tot-net-in=26",
    ])
    func isRead(line: String) throws {
        let client = try #require(ClientEntry(line))
        #expect(client.id == 5)
        #expect(client.address == "10.0.0.3:51234" && client.host == "10.0.0.3")
        #expect(client.name == "web" && client.command == "get" && client.database == 3)
        #expect(client.age == 9 && client.idle == 2)
        #expect(client.output == 20)
        #expect(client.user == (line.contains("user=") ? "app" : nil))
        #expect(client.memory == (line.contains("tot-mem") ? 61_466 : nil))
        #expect(client.library == (line.contains("lib-ver") ? "redis-py 5.0.1" : nil))
        #expect(client.protocolVersion == (line.contains("resp") ? 3 : nil))
        #expect(ClientClass(client) == .normal)
    }

    @Test func oddAddressesAndNamesAreRead() throws {
        let unix = try #require(ClientEntry("id=1 addr=/run/my redis/socket:0 fd=3 name= flags=U cmd=NULL"))
        #expect(unix.address == "/run/my redis/socket:0" && unix.host == "/run/my redis/socket" && unix.isUnix)
        #expect(unix.name == nil && unix.command == nil)
        let six = try #require(ClientEntry("id=2 addr=[fe80::1]:4711 name=a=b flags=N"))
        #expect(six.host == "fe80::1" && six.name == "a=b")
        #expect(ClientEntry("no client") == nil)
        #expect(ClientEntry("addr=1.2.3.4:5 name=old") == nil, "before 2.8.12 there was no id")
        #expect(ClientEntry.all("id=1 flags=N\nrubbish\nid=2 flags=N\n").map(\.id) == [1, 2])
    }

    @Test(arguments: [
        ("flags=S", ClientClass.replica), ("flags=SO", .normal), ("flags=P sub=1", .pubsub),
        ("flags=N psub=2", .pubsub),
        ("flags=b", .normal),
    ])
    func aClassDecidesWhichLimitHolds(fields: String, expected: ClientClass) throws {
        #expect(ClientClass(try #require(ClientEntry("id=1 \(fields)"))) == expected)
    }

    @Test func limitsOfOutputAreRead() {
        let limits = OutputLimits("normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60")
        #expect(limits[.normal] == OutputLimits.Limit(hard: nil, soft: nil, seconds: 0))
        #expect(limits[.replica]?.hard == 268_435_456 && limits[.replica]?.soft == 67_108_864)
        #expect(limits[.pubsub]?.seconds == 60)
        #expect(OutputLimits("replica 10 5 1")[.replica]?.hard == 10)
        #expect(OutputLimits(nil)[.normal] == nil && OutputLimits("rubbish")[.normal] == nil)
        let client = ClientEntry("id=1 flags=P omem=16777216")
        #expect(client.flatMap(limits.share) == 0.5)
    }
}
