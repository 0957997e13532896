import Diagnostics
import Testing

@testable import Redis

/// Real failovers, by real Sentinels.
@Suite("diag redis sentinel", .timeLimit(.minutes(3)))
struct SentinelSurveyTests {
    private let judgement = "sentinel.judgement.mymaster"

    @Test func allIsFoundFromOneOfThem() async throws {
        let deployment = try await LiveSentinels()
        let seen = try await deployment.settled()
        #expect(seen.failure == nil && seen.problems == [])
        let texts = seen.texts(judgement)
        #expect(
            texts.contains(
                "mymaster is \(deployment.masterAddress) for all 3 Sentinels, and says so itself, with 2 replicas"),
            "\(texts)")
        #expect(texts.contains { $0.hasPrefix("2 of 2 replicas in step") })
        #expect(texts.contains("a failover can be agreed on: quorum 2 of 3 Sentinels"))
        #expect(texts.contains("no failover since these Sentinels watch it"))
        #expect(seen.value("diag_redis_sentinel_agreement") == 1)
        #expect(seen.value("diag_redis_sentinel_quorum_ok") == 1)
        #expect(seen.rows("sentinel.servers.mymaster")?.count == 3)
    }

    @Test func aDeadMasterIsReplacedAndMissedAndComesBackTwice() async throws {
        let deployment = try await LiveSentinels()
        _ = try await deployment.settled()
        deployment.kill()
        let dead = try await deployment.look {
            $0.texts(judgement, .trouble).contains { $0.contains("does not answer") }
        }
        #expect(
            dead.texts(judgement, .trouble).contains { $0.hasPrefix("\(deployment.masterAddress) does not answer (") })

        let replaced = try await deployment.look { observation in
            observation.texts(judgement).contains {
                $0.contains("for all 3 Sentinels, and says so itself, with 1 replica")
            }
                && observation.texts(judgement).contains { $0.contains("has not come back since the failover") }
        }
        let texts = replaced.texts(judgement)
        #expect(
            texts.contains { $0.hasPrefix("\(deployment.masterAddress) has not come back since the failover") },
            "\(texts)")
        #expect(
            texts.contains {
                $0.wholeMatch(of: /127\.0\.0\.1:\d+ has been the master for .* \(config epoch \d+\)/) != nil
            }, "\(texts)")
        #expect(!texts.contains { $0.contains("their auth-pass") })

        // It comes back, and takes itself for the master until a Sentinel reaches it; ten seconds they let it.
        try await deployment.restartMaster()
        let second = try await deployment.look {
            $0.texts(judgement).contains { $0.contains("takes itself for a master too") }
        }
        let remark = try #require(second.remarks(judgement).first { $0.text.contains("takes itself for a master too") })
        #expect(remark.weight == .trouble && remark.text.hasPrefix(deployment.masterAddress))
        #expect(remark.text.contains("the Sentinels make it a replica"))
        let healed = try await deployment.look {
            $0.texts(judgement).contains { $0.hasPrefix("2 of 2 replicas in step") }
                && $0.texts(judgement, .trouble) == []
        }
        #expect(healed.texts(judgement, .trouble) == [])
    }

    /// It stood still meanwhile, and somebody goes on writing there.
    @Test func anOldMasterThatKnowsNothingOfTheFailoverIsRecognised() async throws {
        let deployment = try await LiveSentinels(replicas: 1)
        _ = try await deployment.settled()
        deployment.master.freeze()
        _ = try await deployment.look {
            $0.texts(judgement).contains {
                $0.contains("\(deployment.replicas[0].port) for all 3 Sentinels, and says so")
            }
        }
        // They make a replica of it when it has said for four such periods that it is a master.
        for sentinel in deployment.sentinels {
            try await sentinel.client()("SENTINEL", "DEBUG", "publish-period", "60000")
        }
        deployment.master.thaw()
        try await deployment.master.client().fill(upTo: .count(20))
        let seen = try await deployment.look {
            $0.texts(judgement).contains { $0.contains("takes itself for a master too") }
        }
        let remark = try #require(seen.texts(judgement).first { $0.contains("takes itself for a master too") })
        #expect(
            remark.hasPrefix("\(deployment.masterAddress) takes itself for a master too, as it was before the failover")
        )
        #expect(remark.contains(/writes there are lost, \d.* of its stream so far/), "\(remark)")
    }

    @Test func whoHasMissedAFailoverSendsClientsToTheWrongPlace() async throws {
        let deployment = try await LiveSentinels()
        _ = try await deployment.settled()
        let stray = try await deployment.sentinels[2].client()
        try await stray("SENTINEL", "REMOVE", "mymaster")
        try await stray("SENTINEL", "MONITOR", "mymaster", "127.0.0.1", "\(deployment.replicas[0].port)", "2")
        let seen = try await deployment.look { $0.value("diag_redis_sentinel_agreement") == 0 }
        let trouble = try #require(
            seen.texts(judgement, .trouble).first { $0.hasPrefix("the Sentinels disagree on mymaster") })
        #expect(trouble.contains("which is a replica of \(deployment.masterAddress): writes are refused there"))
        #expect(seen.fact("sentinel.agreement") != nil)
    }

    /// Stopped for longer than two seconds, a Sentinel distrusts its own clock.
    @Test func aSentinelThatStoodStillIsInTilt() async throws {
        let deployment = try await LiveSentinels()
        _ = try await deployment.settled()
        deployment.sentinels[2].freeze()
        let frozen = try await deployment.look {
            $0.texts(judgement, .trouble).contains { $0.contains("does not answer") }
        }
        #expect(
            frozen.texts(judgement, .trouble).contains {
                $0.hasPrefix("Sentinel 127.0.0.1:\(deployment.sentinels[2].port) does not answer")
            })
        deployment.sentinels[2].thaw()
        let seen = try await deployment.look { $0.texts(judgement, .trouble).contains { $0.contains("TILT") } }
        #expect(
            seen.texts(judgement, .trouble).contains {
                $0.hasPrefix("Sentinel 127.0.0.1:\(deployment.sentinels[2].port) is in TILT")
            })
    }

    @Test func withoutAMajorityThereIsNoFailover() async throws {
        let deployment = try await LiveSentinels()
        _ = try await deployment.settled()
        for sentinel in deployment.sentinels[1...] { sentinel.end() }
        let seen = try await deployment.look { $0.value("diag_redis_sentinel_quorum_ok") == 0 }
        let trouble = seen.texts(judgement, .trouble)
        #expect(trouble.contains { $0.hasPrefix("no failover can be agreed on, as s1 says: NOQUORUM") }, "\(trouble)")
        #expect(
            trouble.filter { $0.contains("does not answer") && $0.contains("it still counts for the majority") }.count
                == 2, "\(trouble)")
        deployment.kill()
        let stuck = try await deployment.look {
            $0.texts(judgement, .trouble).contains { $0.contains("nor does any Sentinel") }
        }
        #expect(!stuck.texts(judgement).contains { $0.contains("failover is under way") })
    }

    @Test func aReplicaThatFollowsSomebodyElseIsTrouble() async throws {
        let deployment = try await LiveSentinels()
        _ = try await deployment.settled()
        // Sentinels correct that, but not before some seconds.
        let other = deployment.replicas[1]
        try await deployment.replicas[0].client()("REPLICAOF", "127.0.0.1", "\(other.port)")
        let seen = try await deployment.look { $0.texts(judgement, .trouble).contains { $0.contains("follows") } }
        #expect(
            seen.texts(judgement, .trouble).contains {
                $0.contains("follows 127.0.0.1:\(other.port), which is not the master")
            })
    }

    @Test func aMasterUnderAnotherAddressIsFoundThroughTheConfiguration() async throws {
        var twin: LiveRedis?
        let deployment = try await LiveSentinels(replicas: 1) { master in
            let server = try await LiveRedis(["replicaof 127.0.0.1 \(master.port)"])
            _ = try await server.look([.overview]) { $0.value("diag_redis_master_link_up") == 1 }
            try await server.client()("REPLICAOF", "NO", "ONE")
            twin = server
        }
        let server = try #require(twin)
        let access = SentinelAccess(known: [server.settings])
        let seen = try await deployment.look(access: access) {
            $0.texts(judgement).contains { $0.contains("takes itself for a master too") }
        }
        let trouble = try #require(
            seen.texts(judgement, .trouble).first {
                $0.hasPrefix("127.0.0.1:\(server.port) takes itself for a master too")
            })
        #expect(trouble.contains("no Sentinel knows it"))
        let alone = try await deployment.look()
        #expect(
            !alone.texts(judgement).contains { $0.contains("takes itself for a master too") },
            "only who is configured is asked")
    }

    @Test func serversThatWantAPasswordAreAskedWithIt() async throws {
        let deployment = try await LiveSentinels(replicas: 1, password: "s3cret-word")
        let seen = try await deployment.settled()
        #expect(seen.texts(judgement).contains { $0.contains("and says so itself, with 1 replica") })
        #expect(!"\(seen)".contains("s3cret-word"))
        let without = try await deployment.look(access: SentinelAccess())
        #expect(without.texts(judgement).contains { $0.contains("wants a password to say more") })
        #expect(without.texts(judgement, .trouble) == [])
    }

    @Test func aSentinelThatDoesNotAnswerIsAFailure() async throws {
        let settings = RedisSettings(endpoint: .tcp(host: "127.0.0.1", port: LoopbackListener.unusedPort()))
        let target = Target(kind: .sentinel, name: "s", address: "\(settings.endpoint)")
        let seen = await SentinelSurveyProbe(target: target, sentinels: [("s", settings)]).observe(until: .soon)
        #expect(seen.failure?.kind == .refused)
        let server = try await LiveRedis()
        let other = await SentinelSurveyProbe(target: target, sentinels: [("s", server.settings)]).observe(until: .soon)
        #expect(other.failure?.advice?.hasPrefix("this is a Redis server, no Sentinel") == true)
    }
}

@Suite("What Sentinels publish", .timeLimit(.minutes(3)))
struct SentinelEventTests {
    @Test(
        arguments: [
            (
                "+switch-master", "mymaster 10.0.0.5 6379 10.0.0.6 6379",
                "the master of mymaster is 10.0.0.6:6379 now, and no longer 10.0.0.5:6379", "mymaster"
            ),
            ("+sdown", "master mymaster 10.0.0.5 6379", "does not reach master mymaster (10.0.0.5:6379)", "mymaster"),
            (
                "-sdown", "slave 10.0.0.7:6379 10.0.0.7 6379 @ mymaster 10.0.0.5 6379",
                "reaches replica 10.0.0.7:6379 of mymaster again", "mymaster"
            ),
            (
                "+odown", "master mymaster 10.0.0.5 6379 #quorum 3/2",
                "enough of them agree that master mymaster (10.0.0.5:6379) is down (3 say so, 2 are needed)", "mymaster"
            ),
            (
                "-role-change", "slave ::1:6379 ::1 6379 @ m 10.0.0.5 6379 new reported role is master",
                "replica [::1]:6379 of m says that it is a master now", "m"
            ),
            (
                "+sentinel", "sentinel 8a1033a3 10.0.0.9 26379 @ mymaster 10.0.0.5 6379",
                "has found Sentinel 10.0.0.9:26379 of mymaster", "mymaster"
            ),
            (
                "+tilt", "#tilt mode entered",
                "enters TILT: its clock jumped or it stood still; it takes no part for 30 s", nil
            ),
            ("+something-new", "what nobody knows yet", "what nobody knows yet", nil),
            ("+switch-master", "odd", "odd", "odd"),
        ] as [(String, String, String, String?)])
    func areToldInPlainWords(kind: String, payload: String, text: String, master: String?) {
        let event = SentinelEvent(kind, payload, from: "s1")
        #expect(event.text == text)
        #expect(event.master == master)
    }

    /// Collects events until they are as meant.
    private func events(
        of deployment: LiveSentinels, until isMeant: @escaping @Sendable ([SentinelEvent]) -> Bool,
        _ act: @escaping () async throws -> Void
    ) async throws -> [SentinelEvent] {
        let named = [("s1", deployment.sentinels[0].settings)]
        let (stream, continuation) = AsyncStream.makeStream(of: SentinelEvent.self)
        let following = Task { try await SentinelEvents(sentinels: named).run { continuation.yield($0) } }
        var seen: [SentinelEvent] = []
        var hasActed = false
        for await event in stream {
            seen.append(event)
            if !hasActed, seen.filter({ $0.kind == "connected" }).count == 3 {
                hasActed = true
                try await act()
            }
            if hasActed, isMeant(seen) { break }
        }
        following.cancel()
        _ = try? await following.value
        return seen
    }

    @Test func aRealFailoverIsFollowedAsItHappens() async throws {
        let deployment = try await LiveSentinels()
        _ = try await deployment.settled()
        let seen = try await events(of: deployment) { events in
            Set(events.filter { $0.kind == "+switch-master" }.map(\.sentinel)).count == 3
        } _: {
            deployment.kill()
        }
        let kinds = Set(seen.map(\.kind))
        #expect(
            kinds.isSuperset(of: [
                "+sdown", "+odown", "+try-failover", "+elected-leader", "+selected-slave", "+switch-master",
            ]))
        let switched = seen.filter { $0.kind == "+switch-master" }
        #expect(switched.first?.text.hasSuffix("and no longer \(deployment.masterAddress)") == true)
        #expect(switched.allSatisfy { $0.master == "mymaster" })
        #expect(switched.allSatisfy { $0.weight == .trouble && $0.isTurningPoint })
    }

    @Test func aSentinelThatDiesIsToldAndTheOthersGoOn() async throws {
        let deployment = try await LiveSentinels(replicas: 1)
        _ = try await deployment.settled()
        let dying = deployment.sentinels[2]
        let seen = try await events(of: deployment) { events in
            events.contains { $0.kind == "lost" }
                && events.contains { $0.kind == "+sdown" && $0.payload.hasPrefix("sentinel") }
        } _: {
            dying.end()
        }
        let lost = try #require(seen.first { $0.kind == "lost" })
        #expect(lost.sentinel == "127.0.0.1:\(dying.port)")
        #expect(seen.filter { $0.kind == "lost" }.count == 1, "said once, however often it is tried again")
    }

    @Test func aSentinelThatComesBackIsListenedToAgain() async throws {
        let deployment = try await LiveSentinels(replicas: 1)
        _ = try await deployment.settled()
        let port = deployment.sentinels[2].port
        deployment.sentinels[2].end()
        let revived = Task { [port] in
            try await Task.sleep(for: .milliseconds(500))
            return try await LiveRedis(["sentinel monitor other 127.0.0.1 1 1"], sentinel: true, port: port)
        }
        let named = [("s3", RedisSettings(endpoint: .tcp(host: "127.0.0.1", port: port)))]
        let (stream, continuation) = AsyncStream.makeStream(of: SentinelEvent.self)
        let following = Task { try await SentinelEvents(sentinels: named).run { continuation.yield($0) } }
        var kinds: [String] = []
        for await event in stream {
            kinds.append(event.kind)
            if event.kind == "connected" { break }
        }
        following.cancel()
        #expect(kinds == ["lost", "connected"])
        _ = try await revived.value
    }
}
