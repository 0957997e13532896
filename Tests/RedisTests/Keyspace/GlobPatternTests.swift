import Diagnostics
import Redis
import Testing

@Suite("Patterns as Redis reads them")
struct GlobPatternTests {
    private static let cases: [(pattern: String, key: String, matches: Bool)] = [
        ("debate:*", "debate:1", true), ("debate:*", "debate:", true), ("debate:*", "xdebate:1", false),
        ("*", "", true), ("", "", true), ("", "a", false), ("h?llo", "hello", true), ("h?llo", "hllo", false),
        ("h[ae]llo", "hallo", true), ("h[^e]llo", "hello", false), ("h[a-b]llo", "hbllo", true),
        ("h[b-a]llo", "hbllo", true), ("a\\*", "a*", true), ("a\\*", "ab", false), ("a\\", "a\\", true),
        ("[a", "a", true), ("[a", "b", false), ("[]", "]", false), ("[]a]", "a]", false), ("[^]", "x", true),
        ("[\\]]", "]", true), ("[a-", "-", true), ("[a-]", "b", false), ("[a\\-c]", "-", true), ("[a\\-c]", "b", false),
        ("a**b*c", "axxbyyc", true), ("*a*b", "aab", true), ("*a*b", "aabx", false), ("**", "x", true),
        ("a[", "a", false), ("[", "[", false), ("[^", "x", true), ("[a-z", "c", true),
    ]

    @Test(arguments: cases)
    func areMatched(pattern: String, key: String, expected: Bool) {
        #expect(GlobPattern(pattern).matches(Array(key.utf8)) == expected)
    }

    /// HSCAN MATCH over a hash with one field is the way to ask a server about one string only.
    @Test func areMatchedAlikeByTheServer() async throws {
        let server = try await LiveRedis()
        var connection = try await RedisConnection.connect(to: server.settings.endpoint, until: .after(.seconds(10)))
        for (index, example) in Self.cases.enumerated() {
            let commands = [
                RedisCommand("HSET", "h\(index)", example.key, "1"),
                RedisCommand("HSCAN", "h\(index)", "0", "MATCH", example.pattern),
            ]
            let replies = await connection.replies(to: commands, until: .after(.seconds(10)))
            let found = replies[1]?.array?.last?.array?.isEmpty == false
            #expect(found == example.matches, "\(example)")
        }
    }

    @Test func aPatternThatWouldExplodeDoesNot() {
        let pattern = GlobPattern(String(repeating: "a*", count: 100) + "b")
        #expect(!pattern.matches([UInt8](repeating: UInt8(ascii: "a"), count: 10_000)))
    }
}
