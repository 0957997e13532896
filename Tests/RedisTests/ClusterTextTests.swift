import Diagnostics
import Testing

@testable import Redis

@Suite("What cluster nodes say")
struct ClusterTextTests {
    @Test func keysBelongToTheSlotsThatTheServerSays() async throws {
        #expect(HashSlot.of(Array("123456789".utf8)) == 0x31C3)
        let server = try await LiveRedis(["cluster-enabled yes", "cluster-port \(LoopbackListener.unusedPort())"])
        var connection = try await RedisConnection.connect(server.settings, until: .after(.seconds(20)))
        let keys = [
            "", "foo", "{user1000}.following", "user1000", "foo{}{bar}", "foo{{bar}}zap", "{bar", "foo{bar}{zap}", "}{",
            "{}", "a}b{c}", "naïve", "\r\n\0",
        ]
        let questions = keys.map { RedisCommand("CLUSTER", "KEYSLOT", $0) }
        let replies = await connection.replies(to: questions, until: .after(.seconds(20)))
        #expect(replies.values == keys.map { .integer(Int64(HashSlot.of(Array($0.utf8)))) })
    }

    @Test func aLineIsReadWhole() throws {
        let line =
            "07c37df 127.0.0.1:30004@31004,host.internal,shard-id=ab myself,slave 67ed2db 0 1426238317239 4 connected"
        let node = try #require(ClusterNode(line: line[...]))
        #expect(node.address == "127.0.0.1:30004")
        #expect(node.hostname == "host.internal")
        #expect(node.isMyself && node.isReplica && !node.isMaster && node.isHealthy)
        #expect(node.masterID == "67ed2db")
        #expect(node.configEpoch == 4)
    }

    @Test func slotsAndThoseOnTheirWayAreRead() throws {
        let line = "a ::1:30001@31001 myself,master - 0 0 1 connected 0-5460 5470 [93->-b] [94-<-c]"
        let node = try #require(ClusterNode(line: line[...]))
        #expect(node.address == "[::1]:30001")
        #expect(node.slots.ranges == [0...5460, 5470...5470])
        #expect(node.slots.count == 5462)
        #expect(node.migrating == [.init(slot: 93, other: "b")])
        #expect(node.importing == [.init(slot: 94, other: "c")])
    }

    @Test(arguments: [
        "a :0@0 master,noaddr - 0 0 1 disconnected", "a 1.2.3.4:5@6 master,fail? - 0 0 1 connected 1-2",
        "a 1.2.3.4:5@6 handshake - 0 0 0 connected",
    ])
    func whoIsNotWellIsNotHealthy(line: String) {
        #expect(ClusterNode(line: line[...])?.isHealthy == false)
    }

    @Test(arguments: ["", "a", "a b c d e f g h", "a 1.2.3.4 master - 0 0 1 connected", "a 1:2 m - 0 0 x connected"])
    func whatIsNoLineIsPassedOver(line: String) {
        #expect(ClusterNode(line: line[...]) == nil)
    }

    @Test(
        arguments: [[], [0...16_383], [0...0], [5...6, 7...9, 100...200], [10...20, 15...30]] as [[ClosedRange<Int>]])
    func whatIsNotCoveredIsTheRest(ranges: [ClosedRange<Int>]) {
        let slots = SlotRanges(ranges)
        #expect(slots.count + slots.complement.count == HashSlot.count)
        #expect(slots.complement.complement == slots)
        #expect(slots.intersection(slots.complement).isEmpty)
        #expect(slots.union(slots.complement).ranges == [0...16_383])
    }
}
