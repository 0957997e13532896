import Diagnostics
import Testing

@testable import Redis

@Suite("diag redis acl")
struct ACLTopicTests {
    @Test func whoNeedsNoPasswordIsTrouble() async throws {
        let server = try await LiveRedis([
            "user default on nopass +@all ~* &*", "user eve on nopass +@all ~*", "user old off >hunter2",
        ])
        let seen = await server.look([.acl()])
        #expect(seen.problems == [])
        let remarks = seen.remarks("redis.acl.judgement")
        #expect(remarks.first?.weight == .trouble)
        #expect(remarks.first?.text == "user eve needs no password, and may do everything")
        #expect(
            remarks.contains {
                $0.text.contains("whoever reaches the port is the default user")
                    && $0.text.contains("its own machine only")
            })
        #expect(remarks.contains { $0.text == "nobody can log in as old" })
        #expect(seen.rows("redis.acl.users")?.count == 3)
    }

    @Test func refusalsAndFailedLoginsAreTold() async throws {
        let server = try await LiveRedis(["user app on >hunter2 ~app:* +get"])
        let client = try await server.client()
        _ = try await client.pipeline([
            ["AUTH", "app", "wrong"], ["AUTH", "app", "hunter2"], ["GET", "other:1"], ["SET", "app:1", "x"],
        ])
        let seen = await server.look([.acl()])
        let words = seen.remarks("redis.acl.judgement").map(\.text)
        #expect(words.contains { $0.hasPrefix("1 login failed in the last hour from 127.0.0.1") }, "\(words)")
        #expect(
            words.contains { $0.hasPrefix("refused 2 times in the last hour to app, lately command set to app") },
            "\(words)")
        #expect(seen.rows("redis.acl.denied")?.map { $0[4] } == [.text("set"), .text("other:1"), .text("AUTH")])
        #expect(!"\(seen)".contains("hunter2"))
    }

    @Test func whoMayNotListUsersIsToldWhatIsMissing() async throws {
        let server = try await LiveRedis(["user diag on >hunter2 +info +client|setname"])
        var settings = server.settings
        (settings.username, settings.password) = ("diag", "hunter2")
        let seen = await server.look([.acl()], settings)
        #expect(seen.failure == nil)
        #expect(seen.problems.map(\.step) == ["ACL LIST, ACL LOG, ACL WHOAMI, CONFIG GET"])
        #expect(seen.problems.first?.advice?.contains("ACL SETUSER diag +acl|list +acl|log") == true)
    }
}

@Suite("Users of an ACL")
struct ACLUserTests {
    @Test func aUserIsReadWithoutItsHashes() throws {
        let line =
            "user app on sanitize-payload #5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8 resetchannels "
            + "~app:* %R~shared:* &news:* -@all +@read +set (-@all +get ~other:*) (+@all ~*)"
        let user = try #require(ACLUser(line))
        #expect(user.name == "app" && user.isOn && !user.needsNoPassword && user.passwords == 1)
        #expect(user.root.commands == ["-@all", "+@read", "+set"])
        #expect(user.root.keys == ["~app:*", "%R~shared:*"] && user.root.channels == ["&news:*"])
        #expect(user.selectors.map(\.commands) == [["-@all", "+get"], ["+@all"]])
        #expect(user.mayEverything, "by its second selector")
        #expect(!"\(user)".contains("5e884898"))
        #expect(ACLUser("no user") == nil)
    }

    @Test(arguments: [
        ("+@all ~*", true), ("allcommands allkeys", true), ("+@all -@dangerous ~*", false), ("+@all ~app:*", false),
        ("+@all -@all +get ~*", false), ("-@all +@all ~*", true), ("", false),
    ])
    func everythingIsAllCommandsOnAllKeys(rules: String, expected: Bool) throws {
        #expect(try #require(ACLUser("user x on nopass \(rules)")).mayEverything == expected)
    }
}
