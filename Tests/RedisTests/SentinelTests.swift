import Diagnostics
import Redis
import Testing

@Suite("Looking at real Sentinels")
struct SentinelTests {
    /// Three Sentinels of one master with one replica, quick to take it for down.
    private struct Deployment {
        let master: LiveRedis
        let replica: LiveRedis
        let sentinels: [LiveRedis]

        init() async throws {
            let (master, second) = (try await LiveRedis(), LoopbackListener.unusedPort())
            self.master = master
            replica = try await LiveRedis(
                ["replicaof 127.0.0.1 \(master.port)", "repl-diskless-sync-delay 0"], port: second)
            let lines = [
                "sentinel monitor mymaster 127.0.0.1 \(master.port) 2", "sentinel down-after-milliseconds mymaster 500",
                "sentinel failover-timeout mymaster 3000",
            ]
            var sentinels: [LiveRedis] = []
            for _ in 0..<3 { sentinels.append(try await LiveRedis(lines, sentinel: true)) }
            self.sentinels = sentinels
        }

        func observations() async -> [Observation] {
            var observations: [Observation] = []
            for (index, sentinel) in sentinels.enumerated() {
                observations.append(await SentinelTests.observe(sentinel, name: "s\(index)"))
            }
            return observations
        }

        /// The observations once all three satisfy `condition`; what was seen last when they don't in time.
        func observations(until condition: (Observation) -> Bool) async throws -> [Observation] {
            for _ in 0..<300 {
                let observations = await observations()
                if observations.allSatisfy(condition) { return observations }
                try await Task.sleep(for: .milliseconds(100))
            }
            return await observations()
        }
    }

    fileprivate static func observe(_ sentinel: LiveRedis, name: String = "s") async -> Observation {
        let target = Target(kind: .sentinel, name: name, address: "\(sentinel.settings.endpoint)")
        let probe = SentinelProbe(target: target, settings: sentinel.settings)
        return await probe.observe(until: .after(.seconds(5)))
    }

    @Test(.timeLimit(.minutes(2))) func aRealFailoverIsSeenByAllAndAgreedUpon() async throws {
        let deployment = try await Deployment()
        let before = try await deployment.observations { observation in
            observation.value("diag_redis_sentinel_sentinels") == 3
                && observation.value("diag_redis_sentinel_replicas_ok") == 1
        }
        for observation in before {
            #expect(observation.failure == nil)
            #expect(observation.problems == [])
            #expect(observation.masterLabels?["address"] == "127.0.0.1:\(deployment.master.port)")
            #expect(observation.value("diag_redis_sentinel_master_ok") == 1)
            #expect(observation.value("diag_redis_sentinel_quorum") == 2)
            #expect(observation.value("diag_redis_sentinel_quorum_ok") == 1)
        }
        #expect(SentinelAgreement(observations: before).disagreements == [])
        #expect(SentinelAgreement(observations: before).masters.map(\.candidates.count) == [1])

        deployment.master.freeze()
        let moved = "127.0.0.1:\(deployment.replica.port)"
        let after = try await deployment.observations { $0.masterLabels?["address"] == moved }
        for observation in after { #expect(observation.masterLabels?["address"] == moved) }
        let agreed = SentinelAgreement(observations: after)
        #expect(agreed.disagreements == [])
        #expect(agreed.masters.first?.candidates.first?.address == moved)
        #expect((agreed.masters.first?.candidates.first?.configEpoch ?? 0) > 0)
    }

    @Test func aMasterThatWasNeverReachedHasNoRunID() async throws {
        let unused = LoopbackListener.unusedPort()
        let sentinel = try await LiveRedis(["sentinel monitor ghost 127.0.0.1 \(unused) 2"], sentinel: true)
        let observation = await Self.observe(sentinel)
        #expect(observation.failure == nil)
        #expect(observation.masterLabels?["run_id"] == "")
        #expect(observation.value("diag_redis_sentinel_master_ok") == 0)
        #expect(observation.value("diag_redis_sentinel_quorum_ok") == 0)
        #expect(observation.fact("sentinel.quorum.ghost")?.hasPrefix("NOQUORUM") == true)
        #expect(observation.fact("sentinel.master.ghost")?.contains("it does not answer") == true)
    }

    @Test func aRedisServerIsNoSentinel() async throws {
        let server = try await LiveRedis()
        let failure = try #require(await Self.observe(server).failure)
        #expect(failure.advice?.hasPrefix("this is a Redis server, no Sentinel") == true)
    }
}

extension Observation {
    fileprivate var masterLabels: Labels? {
        samples.first { $0.metric.name == "diag_redis_sentinel_master_info" }?.labels
    }
}

@Suite("Whether Sentinels agree")
struct SentinelAgreementTests {
    private static func view(
        _ sentinel: String, _ address: String, runID: String? = "a", epoch: Int64 = 1, knows peers: Set<String> = []
    ) -> SentinelAgreement.View {
        SentinelAgreement.View(
            sentinel: sentinel, ownID: sentinel, peerIDs: peers, master: "mymaster", address: address, runID: runID,
            configEpoch: epoch)
    }

    @Test func aHostnameAndAnAddressOfOneRunIDAreTheSameMaster() {
        let agreement = SentinelAgreement([Self.view("s1", "cache:6379"), Self.view("s2", "10.0.0.1:6379")])
        #expect(agreement.masters.count == 1)
        #expect(agreement.disagreements == [])
        #expect(agreement.evidence == nil)
    }

    @Test func aSentinelThatHasNotYetSeenARestartAgrees() {
        let views = [
            Self.view("s1", "10.0.0.1:6379", runID: "new"), Self.view("s2", "10.0.0.1:6379", runID: "old"),
            Self.view("s3", "10.0.0.1:6379", runID: nil),
        ]
        #expect(SentinelAgreement(views).disagreements == [])
    }

    @Test func sentinelsThatKnowEachOtherAndNameDifferentServersDisagree() throws {
        let views = [
            Self.view("s1", "10.0.0.1:6379", runID: "a", epoch: 1, knows: ["s2"]),
            Self.view("s2", "10.0.0.2:6379", runID: "b", epoch: 2, knows: ["s1", "s3"]),
            Self.view("s3", "10.0.0.2:6379", runID: "b", epoch: 2, knows: ["s1", "s2"]),
        ]
        let master = try #require(SentinelAgreement(views).disagreements.first)
        #expect(master.candidates.map(\.address) == ["10.0.0.2:6379", "10.0.0.1:6379"])
        #expect(master.candidates.map(\.sentinels) == [["s2", "s3"], ["s1"]])
        #expect(SentinelAgreement(views).evidence?.id == "sentinel.disagreement")
    }

    @Test func twoInstallationsWithAMasterOfTheSameNameAreNotCompared() {
        let views = [
            Self.view("s1", "10.0.0.1:6379", runID: "a", knows: ["s2"]),
            Self.view("s2", "10.0.0.1:6379", runID: "a", knows: ["s1"]),
            Self.view("t1", "10.9.0.1:6379", runID: "z", knows: ["t2"]),
        ]
        let agreement = SentinelAgreement(views)
        #expect(agreement.masters.count == 2)
        #expect(agreement.disagreements == [])
    }
}
