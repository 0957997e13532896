import Testing

@testable import Redis

@Suite("Commands as they are logged")
struct LoggedCommandTests {
    private func command(_ words: String...) -> LoggedCommand { LoggedCommand(words.map { Array($0.utf8) }) }

    @Test(arguments: [
        ["AUTH", "hunter2"], ["auth", "app", "hunter2"], ["HELLO", "3", "AUTH", "app", "hunter2", "SETNAME", "web"],
        ["ACL", "SETUSER", "app", "on", ">hunter2", "~*"], ["ACL", "setuser", "app", "#hunter2"],
        ["CONFIG", "SET", "requirepass", "hunter2"], ["config", "set", "maxmemory", "1gb", "masterauth", "hunter2"],
        ["CONFIG", "SET", "tls-key-file-pass", "hunter2"], ["SENTINEL", "SET", "mymaster", "auth-pass", "hunter2"],
        ["SENTINEL", "CONFIG", "SET", "sentinel-pass", "hunter2"],
        ["MIGRATE", "h", "6379", "", "0", "10", "AUTH", "hunter2", "KEYS", "a"],
        ["MIGRATE", "h", "6379", "", "0", "10", "AUTH2", "app", "hunter2", "KEYS", "a"],
    ])
    func secretsAreNeverShown(words: [String]) {
        let command = LoggedCommand(words.map { Array($0.utf8) })
        #expect(!command.shown(length: 1000).contains("hunter2"))
        #expect(command.shown(length: 1000).contains("(hidden)"))
        #expect(!command.shape.contains("hunter2"))
    }

    @Test func whatIsNoSecretStaysReadable() {
        #expect(
            command("CONFIG", "SET", "maxmemory", "1gb", "requirepass", "x").shown()
                == "CONFIG SET maxmemory 1gb requirepass (hidden)")
        #expect(
            command("HELLO", "3", "AUTH", "app", "pw", "SETNAME", "web").shown()
                == "HELLO 3 AUTH (hidden) (hidden) SETNAME web")
        #expect(command("GET", "auth").shown() == "GET auth")
    }

    @Test(arguments: [
        (["hgetall", "debate:42"], "HGETALL debate:*"), (["GET", "user:4711:cart"], "GET user:*:cart"),
        (["LRANGE", "queue", "0", "-1"], "LRANGE queue"), (["KEYS", "*"], "KEYS *"),
        (
            ["EVALSHA", "6b1bf486c81ceb7edf3c093f4c48582e38c0e791", "1", "k"],
            "EVALSHA 6b1bf486c81ceb7edf3c093f4c48582e38c0e791"
        ),
        (["XREADGROUP", "GROUP", "g", "c", "STREAMS", "events:7", ">"], "XREADGROUP events:*"),
        (["SCAN", "0", "MATCH", "session:*", "COUNT", "10"], "SCAN session:*"), (["SCAN", "0"], "SCAN"),
        (["BITOP", "AND", "dest:1", "a", "b"], "BITOP dest:*"), (["INFO", "all"], "INFO"),
        (["CLIENT", "LIST"], "CLIENT LIST"),
        (["CONFIG", "GET", "*"], "CONFIG GET"), (["AUTH", "x"], "AUTH"), (["GET", "a\u{1B}[m"], #"GET a\x1b[m"#),
        (["MEMORY", "USAGE", "k:1"], "MEMORY USAGE k:*"), ([], ""),
    ])
    func thoseThatDoTheSameHaveOneShape(words: [String], shape: String) {
        #expect(LoggedCommand(words.map { Array($0.utf8) }).shape == shape)
    }

    @Test func argumentsThatTheServerDroppedAreCounted() {
        #expect(command("MGET", "a", "b").arguments == 2)
        #expect(command("MGET", "a", "b", "... (97 more arguments)").arguments == 99)
        #expect(command("PING").arguments == 0)
    }

    @Test func whatIsLongIsCutAndWhatIsBinaryIsEscaped() {
        let text = LoggedCommand([Array("SET".utf8), [0, 255, 10], Array(repeating: 120, count: 500), []]).shown()
        #expect(text.hasPrefix(#"SET \x00\xff\n xxxx"#))
        #expect(text.contains("x… ''"))
        #expect(command("SET", String(repeating: "a ", count: 200)).shown(length: 30).count == 30)
    }
}
