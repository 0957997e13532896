import Diagnostics
import Testing

@testable import Sweep

@Suite("Targets shared among several sweeps")
struct ShardTests {
    private static let targets = (0..<1000).map { Target(kind: .redis, name: "cache-\($0)", address: "10.0.0.1:6379") }

    /// The index of the shard that each belongs to.
    private static func owners(_ targets: [Target], of count: Int) throws -> [Int] {
        let shards = try (0..<count).map { try #require(Shard(index: $0, count: count)) }
        return try targets.map { target in
            let owners = shards.indices.filter { shards[$0].owns(target) }
            return try #require(owners.count == 1 ? owners[0] : nil, "\(target.name) belongs to \(owners)")
        }
    }

    @Test(arguments: [1, 2, 3, 7])
    func eachTargetBelongsToOneAndAllHaveAboutAsMany(count: Int) throws {
        let owners = try Self.owners(Self.targets, of: count)
        let sizes = (0..<count).map { index in owners.filter { $0 == index }.count }
        let fair = 1000 / count
        #expect(sizes.allSatisfy { abs($0 - fair) < fair / 4 }, "\(sizes)")
    }

    @Test func withOneMoreOnlyThoseMoveThatItGets() throws {
        let (before, after) = (try Self.owners(Self.targets, of: 4), try Self.owners(Self.targets, of: 5))
        let moved = zip(before, after).filter { $0 != $1 }
        #expect(moved.allSatisfy { $0.1 == 4 })
        #expect((150...250).contains(moved.count), "a fifth: \(moved.count)")
    }

    /// Another version must not shuffle them: each shard has a history of its own.
    @Test func whoOwnsWhatStaysTheSame() throws {
        #expect(StableHash.of("") == 0xF52A_15E9_A9B5_E89B)
        #expect(try Self.owners(Array(Self.targets.prefix(12)), of: 3) == Self.known)
    }

    private static let known = [1, 0, 1, 0, 1, 2, 1, 1, 1, 2, 0, 0]

    @Test func whatIsHeldAgainstEachOtherStaysTogether() throws {
        let sentinels = (0..<20).map { Target(kind: .sentinel, name: "s\($0)", address: "") }
        #expect(Set(try Self.owners(sentinels, of: 5)).count == 1)
        let labelled = (0..<20).map {
            Target(kind: .postgresql, name: "p\($0)", address: "", labels: ["shard": "orders"])
        }
        #expect(Set(try Self.owners(labelled, of: 5)).count == 1)
    }

    @Test(
        arguments: [
            ("0/3", nil, 0, 3), ("2/3", nil, 2, 3), ("3", "1", 1, 3), ("1/3", "2", 1, 3), ("1", "0", 0, 1),
        ] as [(String, String?, Int, Int)])
    func aShardIsNamedOrInTheEnvironment(text: String, variable: String?, index: Int, count: Int) throws {
        let environment = variable.map { [Shard.variable: $0] } ?? [:]
        #expect(try Shard(text, environment: environment) == Shard(index: index, count: count))
    }

    @Test(arguments: ["3/3", "-1/3", "0/0", "a/3", "1/2/3", "", "0", "3"])
    func whatIsNoShardIsSaidSo(text: String) {
        #expect(throws: ShardError.self) { try Shard(text, environment: [:]) }
    }
}
