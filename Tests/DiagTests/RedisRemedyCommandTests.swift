import Foundation
import Playground
import Testing

@Suite("Commands that change what is in Redis", .serialized)
struct RedisRemedyCommandTests {
    /// Of its own: others must not find their keys deleted.
    private static let playground = Playground()

    @Test func areShownAndThenDoneByTheCommandThatIsPrinted() async throws {
        let servers = try await Self.playground.redis()
        try await write(servers, 150, "purge")
        let home = try home(servers)
        let shown = try await Diag.run("redis", "purge", "--pattern", "purge:*", in: home)
        #expect(shown.status == 0)
        #expect(shown.output.contains("would delete     150 keys (purge:*) in db0 at 127.0.0.1:\(servers.master.port)"))
        let command = try #require(shown.lines.last?.trimmingCharacters(in: .whitespaces))
        #expect(command == "diag redis purge --pattern 'purge:*' --at-most 265 --yes")
        #expect(try await count(servers, "purge:*") == 150)
        let words = ["redis", "purge", "--pattern", "purge:*", "--at-most", "265", "--yes"]
        let done = try await Diag.run(words, in: home)
        #expect(done.status == 0)
        #expect(done.output.contains("150 deleted"))
        #expect(done.lines.last?.contains("as default (client name diag) purge on cache") == true)
        #expect(try await count(servers, "purge:*") == 0)
        let again = try await Diag.run(words + ["--format", "json"], in: home)
        #expect(again.status == 0)
        try await expectSchema("remedy", of: again.output)
        let deeds = try #require(try again.json["deeds"] as? [[String: Any]])
        #expect(deeds.compactMap { $0["outcome"] as? String } == ["absent"])
    }

    @Test func giveATTL() async throws {
        let servers = try await Self.playground.redis()
        try await write(servers, 20, "expire")
        let home = try home(servers)
        let done = try await Diag.run("redis", "expire", "--pattern", "expire:*", "--in", "1h", "--yes", in: home)
        #expect(done.status == 0)
        #expect(done.output.contains("set TTL of"))
        let ttl = try await onThreadThrowing { try servers.connection(to: servers.master).command("TTL", "expire:3") }
        if case .number(let seconds) = ttl { #expect((3000...3960).contains(seconds)) } else { Issue.record("no TTL") }
    }

    @Test func closeTheClientThatIsShown() async throws {
        let servers = try await Self.playground.redis()
        let victim = try await onThreadThrowing { try servers.connection(to: servers.master) }
        let reply = try await onThreadThrowing { try victim.command("CLIENT", "ID") }
        guard case .number(let id) = reply else { throw DiagError("no id") }
        let home = try home(servers)
        let shown = try await Diag.run("redis", "kill-client", "\(id)", in: home)
        let command = try #require(shown.lines.last?.trimmingCharacters(in: .whitespaces))
        #expect(command.wholeMatch(of: /diag redis kill-client \d+@127\.0\.0\.1:\d+ --yes/) != nil)
        let done = try await Diag.run(command.split(separator: " ").dropFirst().map(String.init), in: home)
        #expect(done.status == 0)
        #expect(done.output.contains("closed"))
        await #expect(throws: (any Error).self) { try await onThreadThrowing { try victim.command("PING") } }
    }

    @Test func sayWithTheirExitCodeWhatIsLeftUndone() async throws {
        let servers = try await Self.playground.redis()
        try await write(servers, 150, "left")
        let home = try home(servers)
        let bounded = try await Diag.run(
            "redis", "purge", "--pattern", "left:*", "--at-most", "100", "--yes", in: home)
        #expect(bounded.status == 1)
        #expect(bounded.output.contains("100 deleted until then"))
        let everything = try await Diag.run("redis", "purge", "--pattern", "*", "--yes", in: home)
        #expect(everything.status == 3)
        #expect(everything.output.contains("--every-key"))
        let unconfirmed = try await Diag.run("redis", "flushdb", "--yes", in: home)
        #expect(unconfirmed.status == 1)
        #expect(unconfirmed.output.contains("nobody confirmed it"))
        let replica = try await Diag.run(
            "redis", "purge", "--pattern", "left:*", "127.0.0.1:\(servers.replica.port)", "--yes",
            environment: ["REDISCLI_AUTH": servers.administrator.password])
        #expect(replica.status == 3)
        #expect(replica.output.contains("is a replica of 127.0.0.1:\(servers.master.port)"))
        let nobody = try await Diag.run("redis", "flushdb", "127.0.0.1:1", "--yes", "--confirm", "db0 1")
        #expect(nobody.status == 3)
        #expect(try await count(servers, "left:*") == 50)
    }

    @Test func neverPrintAPasswordInWhatIsToBeCopied() async throws {
        let servers = try await Self.playground.redis()
        try await write(servers, 3, "secret")
        let password = servers.administrator.password
        let url = "redis://:\(password)@127.0.0.1:\(servers.master.port)"
        for words in [["purge", "--pattern", "secret:*"], ["flushdb"], ["kill-client", "--idle-longer-than", "1h"]] {
            let shown = try await Diag.run(["redis"] + words + [url])
            #expect(shown.status == 0)
            #expect(!shown.everything.contains(password))
        }
    }

    /// `script` gives the command a terminal, and what is typed there.
    @Test(arguments: [("db3 4", 0), ("db0 4", 1), ("yes", 1)])
    func whoSitsBeforeATerminalIsAsked(typed: String, status: Int32) async throws {
        let servers = try await Self.playground.redis()
        let seen = try await onThreadThrowing { () -> [RedisReply] in
            let connection = try servers.connection(to: servers.master)
            try connection.command("SELECT", "3")
            return try (0..<4).map { try connection.command("SET", "a:\($0)", "x") }
        }
        #expect(seen.count == 4)
        let outcome = try await Diag.run(
            ["redis", "flushdb", "--database", "3", "127.0.0.1:\(servers.master.port)", "--yes", "--color", "never"],
            environment: ["REDISCLI_AUTH": servers.administrator.password],
            behind: ["/bin/sh", "-c", #"printf '\#(typed)\n' | script -qec "$0 $*" /dev/null"#])
        #expect(outcome.output.contains("Type 'db3 4' to go on"))
        #expect(outcome.output.contains(status == 0 ? "4 keys deleted" : "what was confirmed is not what is there"))
        #expect(outcome.status == status)
    }

    private func write(_ servers: RedisServers, _ count: Int, _ prefix: String) async throws {
        try await onThreadThrowing {
            let commands = (0..<count).map { ["SET", "\(prefix):\($0)", "x"] }
            for reply in try servers.connection(to: servers.master).pipeline(commands) { _ = try reply.get() }
        }
    }

    private func count(_ servers: RedisServers, _ pattern: String) async throws -> Int {
        try await onThreadThrowing {
            let words = ["SCAN", "0", "MATCH", pattern, "COUNT", "100000"]
            return try servers.connection(to: servers.master).command(words).list.last?.list.count ?? 0
        }
    }

    private func home(_ servers: RedisServers) throws -> Home {
        let home = Home()
        try home.configure(
            """
            targets:
              redis:
                - name: cache
                  url: redis://127.0.0.1:\(servers.master.port)
                  password_file: \(servers.administrator.passwordFile)
            """)
        return home
    }
}
