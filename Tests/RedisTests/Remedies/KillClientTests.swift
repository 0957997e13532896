import Diagnostics
import Playground
import Redis
import Testing

@Suite("Closing connections of clients", .timeLimit(.minutes(3)))
struct KillClientTests {
    private func id(_ client: Client) async throws -> Int64 { try #require(try await client.integer("CLIENT", "ID")) }

    @Test(arguments: RedisInstallation.all)
    func theOneThatIsNamedAndNobodyElse(of installation: RedisInstallation) async throws {
        let server = try await LiveRedis(of: installation)
        let (victim, other) = (try await server.client(), try await server.client())
        try await victim("CLIENT", "SETNAME", "worker")
        let reference = try #require(ClientReference("\(try await id(victim))"))
        let shown = await server.killClients(.named([reference]), .shown)
        #expect(shown.outcomes == [.planned])
        #expect(shown.content.deeds[0].name.contains("\"worker\""))
        let exact = try #require(ClientReference(shown.content.deeds[0].subject))
        let done = await server.killClients(.named([exact]))
        #expect(done.outcomes == [.done])
        await #expect(throws: ProbeError.self) { try await victim("PING") }
        try await other("PING")
        #expect(await server.killClients(.named([exact])).outcomes == [.absent])
    }

    @Test func nobodyWhoHasTheIdOfAnother() async throws {
        let server = try await LiveRedis()
        let victim = try await server.client()
        let stale = try #require(ClientReference("\(try await id(victim))@10.9.9.9:1234"))
        let seen = await server.killClients(.named([stale]))
        #expect(seen.outcomes == [.refused])
        try await victim("PING")
    }

    @Test func thoseThatMatchAndNotWhoIsQuietOnPurpose() async throws {
        let server = try await LiveRedis(["user app on nopass ~* &* +@all"])
        let (idle, busy, waiting) = (try await server.client(), try await server.client(), try await server.client())
        for client in [idle, busy, waiting] { try await client("AUTH", "app", "x") }
        try await waiting.send("BLPOP", "nothing", "0")
        try await Task.sleep(for: .seconds(3))
        try await busy("PING")
        let filter = ClientFilter(users: ["app"], idleLongerThan: .seconds(1))
        let seen = await server.killClients(.matching(filter))
        #expect(seen.outcomes == [.done, .spared])
        await #expect(throws: ProbeError.self) { try await idle("PING") }
        try await busy("PING")
        #expect(try await busy("CLIENT", "LIST").text?.contains("cmd=blpop") == true)
    }

    @Test func aMissingRightIsNamed() async throws {
        let server = try await LiveRedis([
            "user reader on >geheim ~* +info +client|list +client|id +client|setname",
            "user default on nopass ~* &* +@all",
        ])
        let victim = try await server.client()
        var settings = server.settings
        (settings.username, settings.password) = ("reader", "geheim")
        let reference = try #require(ClientReference("\(try await id(victim))"))
        let seen = await server.killClients(.named([reference]), .done, settings)
        #expect(seen.outcomes == [.failed])
        #expect(seen.content.deeds[0].command == "on the server: ACL SETUSER <user> +client|kill")
        try await victim("PING")
    }
}
