import Diagnostics
import Redis
import Testing

@Suite("What a server refuses, and why")
struct RefusalTests {
    @Test(arguments: [
        ("NOAUTH Authentication required.", RedisError.Reason.authenticationRequired),
        ("ERR operation not permitted", .authenticationRequired),
        ("WRONGPASS invalid username-password pair or user is disabled.", .wrongPassword),
        ("ERR invalid password", .wrongPassword),
        ("ERR Client sent AUTH, but no password is set", .noPasswordConfigured),
        (
            "ERR AUTH <password> called without any password configured for the default user. Are you sure your "
                + "configuration is correct?", .noPasswordConfigured
        ),
        ("NOPERM this user has no permissions to run the 'info' command", .notPermitted),
        ("DENIED Redis is running in protected mode because protected mode is enabled", .protectedMode),
        ("ERR max number of clients reached", .tooManyClients),
        ("ERR max number of clients + cluster connections reached", .tooManyClients),
        ("LOADING Redis is loading the dataset in memory", .loading),
        ("BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.", .busy),
        ("MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.", .masterDown),
        ("ERR unknown command 'INFO', with args beginning with: ", .unknownCommand),
        ("ERR unknown subcommand 'x'. Try CLIENT HELP.", .unknownCommand),
        ("ERR Unknown subcommand or wrong number of arguments for 'x'", .unknownCommand),
        ("IDONTKNOW I have not enough information to reply. Please ask another Sentinel.", .uninformed),
        ("MOVED 3999 127.0.0.1:6381", .moved), ("ERR something new", .other), ("", .other),
    ])
    func isToldApart(message: String, reason: RedisError.Reason) {
        #expect(RedisError(message).reason == reason)
        #expect((RedisError(message).advice == nil) == (reason == .other))
    }

    @Test func onlyItsFirstLineAndNotAllOfAFloodIsKept() {
        #expect(RedisError("ERR one\r\ntwo").message == "ERR one")
        #expect(RedisError("ERR " + String(repeating: "x", count: 5000)).message.count < 500)
    }

    @Test func aRenamedInfoIsNamedSo() async throws {
        let server = try await LiveRedis(["rename-command INFO \"\""])
        let failure = try #require(await observe(server).failure)
        #expect(failure.step == "INFO")
        #expect(failure.advice?.contains("renamed") == true)
    }

    @Test func aForbiddenOrRenamedConfigCostsNothing() async throws {
        let server = try await LiveRedis(["rename-command CONFIG \"\"", "rename-command CLIENT \"\"", "maxmemory 50mb"])
        let observation = await observe(server)
        #expect(observation.failure == nil)
        #expect(observation.problems == [])
        #expect(observation.value("diag_redis_memory_max_bytes") == 52_428_800)
    }

    private func observe(_ server: LiveRedis) async -> Observation {
        let target = Target(kind: .redis, name: "cache", address: "\(server.settings.endpoint)")
        return await RedisProbe(target: target, settings: server.settings).observe(until: .after(.seconds(5)))
    }
}
