import Diagnostics
import Network
import Testing

@testable import Redis

@Suite("Whose connections are going to be closed")
struct KillPlanTests {
    private static let clients = ClientEntry.all(
        """
        id=1 addr=10.0.0.1:1000 name=diag age=1 idle=0 flags=N cmd=client user=default
        id=2 addr=10.0.0.2:1000 name=web age=9000 idle=8000 flags=N cmd=get user=app
        id=3 addr=10.0.0.2:1001 name=web age=9000 idle=10 flags=N cmd=set user=app
        id=4 addr=10.0.0.3:1000 name= age=9000 idle=8500 flags=b cmd=blpop user=worker
        id=5 addr=10.0.0.4:1000 name= age=9000 idle=8500 flags=S cmd=replconf user=default
        id=6 addr=10.0.0.5:1000 name= age=9000 idle=8500 flags=P sub=1 cmd=subscribe user=app
        id=7 addr=/run/redis.sock:0 name=cron age=9000 idle=9000 flags=U cmd=get user=app
        """)
    private static let writing = RemedyCommand(tail: ["cache"], whole: ["redis", "kill-client", "cache"])

    private func plan(_ choice: KillClientsRun.Choice) -> KillPlan {
        KillPlan(choice, Self.clients, own: 1, writing: Self.writing)
    }

    private func named(_ words: String...) -> KillPlan { plan(.named(words.compactMap { ClientReference($0) })) }

    @Test func theOneThatIsNamedAndNobodyElse() {
        let plan = named("3")
        #expect(plan.deeds.map(\.subject) == ["3@10.0.0.2:1001"])
        #expect(plan.deeds.map(\.outcome) == [.planned])
        #expect(plan.command == "diag redis kill-client 3@10.0.0.2:1001 cache --yes")
    }

    @Test func anIdThatBelongsToAnotherByNowIsLeftAlone() {
        let plan = named("3@10.9.9.9:1", "99", "1")
        #expect(plan.deeds.map(\.outcome) == [.refused, .absent, .refused])
        #expect(plan.deeds[0].reason?.contains("the server has restarted") == true)
        #expect(plan.deeds[2].reason == "this is diag's own connection")
        #expect(plan.command == nil)
    }

    @Test func whatIsQuietOnPurposeIsSparedUnlessItIsNamed() {
        let idle = plan(.matching(ClientFilter(idleLongerThan: .seconds(3600))))
        #expect(idle.deeds.filter { $0.outcome == .planned }.map(\.subject) == ["7@unix", "2@10.0.0.2:1000"])
        #expect(Set(idle.deeds.filter { $0.outcome == .spared }.map(\.subject)).count == 3)
        #expect(idle.command == "diag redis kill-client cache --yes")
        #expect(named("5").deeds[0].warnings.contains { $0.contains("replica") })
    }

    @Test(
        arguments: [
            (ClientFilter(users: ["app"]), [2, 3, 7]), (ClientFilter(names: ["cron"]), [7]),
            (ClientFilter(users: ["app"], limit: 1), [7]),
            (ClientFilter(addresses: [AddressRange("10.0.0.0/30")].compactMap { $0 }), [2, 3]),
            (ClientFilter(addresses: [AddressRange("local")].compactMap { $0 }), [7]),
            (ClientFilter(users: ["nobody"]), []),
        ] as [(ClientFilter, [Int64])])
    func aFilterChooses(filter: ClientFilter, ids: [Int64]) {
        let planned = plan(.matching(filter)).deeds.filter { $0.outcome == .planned }
        #expect(Set(planned.map(\.subject)).count == ids.count)
        #expect(ids.allSatisfy { id in planned.contains { $0.subject.hasPrefix("\(id)@") } })
    }

    @Test func whoHasDoneSomethingMeanwhileIsNoLongerIdle() {
        var plan = plan(.matching(ClientFilter(idleLongerThan: .seconds(3600))))
        plan.leaveOutWhoIsNotIdle(
            ClientEntry.all("id=2 addr=10.0.0.2:1000 idle=1 flags=N\nid=7 addr=/run/redis.sock:0 idle=9001 flags=U"))
        #expect(plan.commands.map { String(decoding: $0.words[3], as: UTF8.self) } == ["7"])
        plan.settle([.integer(1)], nil)
        #expect(plan.deeds.map(\.outcome).filter { $0 != .spared } == [.done, .absent])
    }

    @Test(
        arguments: [
            (.integer(1), .done), (.integer(0), .absent), (.error("NOPERM this user has no permissions"), .failed),
            (nil, .failed),
        ] as [(Answered?, Deed.Outcome)])
    func theServersAnswerIsWhatCameOfIt(reply: Answered?, outcome: Deed.Outcome) {
        var plan = named("2")
        plan.settle([reply?.value], nil)
        #expect(plan.deeds.map(\.outcome) == [outcome])
    }
}
