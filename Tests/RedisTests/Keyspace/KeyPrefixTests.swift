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
        prefixes.add(key)
        #expect(prefixes.entries.map(\.pattern) == [pattern])
    }

    @Test func namesThatServeAsIDsAreCountedTogether() {
        var prefixes = KeyPrefixes(widest: 3)
        for name in ["alice", "bob", "carol", "dave", "eve"] { prefixes.add("user:\(name):cart") }
        prefixes.add("team:red:cart")
        #expect(prefixes.entries.map(\.pattern) == ["user:*", "team:red:*"])
        #expect(prefixes.entries.map(\.total.keys) == [5, 1])
    }

    @Test func whatTwoNodesFoundIsOne() {
        var (left, right) = (KeyPrefixes(widest: 3), KeyPrefixes(widest: 3))
        for name in ["alice", "bob", "carol"] { left.add("user:\(name):cart") }
        for name in ["dave", "eve", "carol"] { right.add("user:\(name):cart") }
        right.add("team:red:cart")
        left.merge(right)
        #expect(left.entries.map(\.pattern) == ["user:*", "team:red:*"])
        #expect(left.entries.map(\.total.keys) == [6, 1])
    }

    @Test func theTableStaysBounded() {
        var prefixes = KeyPrefixes(limit: 10)
        for number in 0..<100 { prefixes.add("\(number):x") }
        #expect(prefixes.entries.count == 10)
        #expect(prefixes.rest.keys == 90)
    }
}

extension KeyPrefixes {
    fileprivate mutating func add(_ key: String) {
        Array(key.utf8).withUnsafeBytes { add($0, KeyTotal(memory: 1, elements: 1, expiry: -1)) }
    }
}
