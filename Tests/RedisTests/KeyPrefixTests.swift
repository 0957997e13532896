import Testing

@testable import Redis

@Suite("Prefixes found from the keys")
struct KeyPrefixTests {
    @Test(arguments: [
        ("debate:42:rounds", "debate:*"), ("debate:open", "debate:*"), ("app:session:3f9a", "app:session:*"),
        ("a:b:c:d:e", "a:b:c:*"), ("2024:01:x", "2024:*"), ("a/b:c", "a/b:*"), ("path/to/file", "path/to/*"),
        ("snake_case_7", "snake_case_*"), ("plain", ""), ("", ""), (":leading", ":*"), ("a::b", "a:*"),
    ])
    func segmentsEndAtTheFirstID(key: String, pattern: String) {
        var prefixes = KeyPrefixes()
        prefixes.add(Self.record(key))
        #expect(prefixes.entries.map(\.pattern) == [pattern])
    }

    @Test func namesThatServeAsIDsAreCountedTogether() {
        var prefixes = KeyPrefixes(widest: 3)
        for name in ["alice", "bob", "carol", "dave", "eve"] { prefixes.add(Self.record("user:\(name):cart")) }
        prefixes.add(Self.record("team:red:cart"))
        #expect(prefixes.entries.map(\.pattern) == ["user:*", "team:red:*"])
        #expect(prefixes.entries.map(\.total.keys) == [5, 1])
    }

    @Test func theTableStaysBounded() {
        var prefixes = KeyPrefixes(limit: 10)
        for number in 0..<100 { prefixes.add(Self.record("\(number):x")) }
        #expect(prefixes.entries.count == 10)
        #expect(prefixes.rest.keys == 90)
    }

    private static func record(_ key: String) -> KeyRecord {
        KeyRecord(
            database: 0, name: KeyName(Array(key.utf8)), type: "string", memory: 1, elements: 1, secondsToLive: nil)
    }
}
