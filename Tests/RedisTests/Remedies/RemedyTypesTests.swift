import Diagnostics
import Testing

@testable import Redis

@Suite("What a person writes for a remedy, and what it means")
struct RemedyTypesTests {
    @Test(arguments: [
        ("*", true), ("**", true), ("?*", true), ("*?*", true), ("[^x]*", true), ("[a-z]*", true), ("", true),
        ("session:*", false), ("*:cache", false), ("*a*", false), (#"\**"#, false), ("]*", false),
        (#"[\]]*"#, true), ("[a]b*", false),
    ])
    func aPatternIsAsNarrowAsTheCharactersThatItNames(pattern: String, matchesEverything: Bool) {
        #expect(KeyFilter(pattern: pattern).matchesEverything == matchesEverything)
    }

    @Test func aFilterIsToldInWords() {
        let filter = KeyFilter(pattern: "a\n*", idleLongerThan: .seconds(3600), withoutTTL: true, type: "hash")
        #expect(filter.words == #"a\n*, idle for more than 1 h, without a TTL, of type hash"#)
    }

    private static let idle = KeyFilter(pattern: "a*", idleLongerThan: .seconds(60), withoutTTL: true, type: "hash")

    @Test(
        arguments: [
            ([.text("hash"), .integer(-1), .integer(61)], .matches(ttl: nil)),
            ([.text("hash"), .integer(-1), .integer(60)], .other),
            ([.text("hash"), .integer(500), .integer(61)], .other),
            ([.text("hash"), .integer(-2), .null], .gone), ([.text("hash"), .integer(-1), .null], .gone),
            ([.text("none"), .integer(-2), .null], .gone), ([.text("set"), .integer(-1), .integer(61)], .other),
            (
                [.text("hash"), .integer(-1), .error("ERR no such key")], .gone
            ),
            (
                [.text("hash"), .error("NOPERM no"), .integer(61)],
                .refused(RedisError("NOPERM no"), asking: "PTTL")
            ),
        ] as [([Answered], KeyCheck.Answer)])
    func aKeyIsWhatItsAnswersSay(replies: [Answered], answer: KeyCheck.Answer) {
        #expect(KeyCheck(Self.idle, asksTTL: false).answer(replies.map(\.value)[...]) == answer)
        #expect(KeyCheck(Self.idle, asksTTL: false).commands(for: [1]).count == 3)
    }

    @Test(
        arguments: [
            (nil, false, false), (nil, true, false), (1000, false, true), (1000, true, true), (66_000, true, true),
            (67_000, true, false), (67_000, false, true),
        ] as [(Int64?, Bool, Bool)])
    func aKeyKeepsItsTTL(ttl: Int64?, shortens: Bool, isSpared: Bool) {
        let deed = KeyDeed.expire(after: .seconds(60), jitter: .seconds(6), shortens: shortens)
        #expect(deed.spares(ttl: ttl) == isSpared)
        #expect(!KeyDeed.delete.spares(ttl: ttl))
    }

    @Test func theCommandsAreThoseThatTheServerKnows() {
        func words(_ deed: KeyDeed, _ version: String) -> [String] {
            deed.command(for: Array("k".utf8), KeyDeed.Style(RedisInfo("redis_version:\(version)"))).words
                .map { String(decoding: $0, as: UTF8.self) }
        }
        let expire = KeyDeed.expire(after: .seconds(2), jitter: .zero, shortens: false)
        #expect(words(.delete, "3.2.12") == ["DEL", "k"])
        #expect(words(.delete, "4.0.0") == ["UNLINK", "k"])
        #expect(words(expire, "6.2.0") == ["PEXPIRE", "k", "2000"])
        #expect(words(expire, "7.0.0") == ["PEXPIRE", "k", "2000", "NX"])
        let shorter = KeyDeed.expire(after: .seconds(2), jitter: .seconds(2), shortens: true)
        #expect(words(shorter, "7.0.0").last == "LT")
        let times = (0..<100).compactMap { _ in Int(words(shorter, "7.0.0")[2]) }
        #expect(times.allSatisfy { (2000...4000).contains($0) })
        #expect(Set(times).count > 10)
    }

    @Test(
        arguments: [
            ("4711", "4711"), ("4711@10.0.0.3:51234", "4711@10.0.0.3:51234"), ("10.0.0.3:51234", "10.0.0.3:51234"),
            ("4711@[fe80::1]:51234", "4711@[fe80::1]:51234"), ("4711@unix", "4711@unix"), ("cache", nil),
            ("cache:6379", nil), ("0", nil), ("-1", nil), ("4711@", nil), ("4711@cache:1", nil), ("unix", nil),
            ("10.0.0.3", nil), ("4711@10.0.0.3:99999", nil),
        ] as [(String, String?)])
    func aClientIsNamedByIdAndAddress(text: String, name: String?) {
        #expect(ClientReference(text).map { "\($0)" } == name)
    }

    @Test(arguments: [
        ("db0 12345", true), ("db0 11112", true), ("db0 13000", true), ("  db0   12345 ", true), ("db0 10000", false),
        ("db0 14000", false), ("db1 12345", false), ("12345", false), ("db0", false), ("yes", false), ("", false),
        ("db0 -12345", false), ("db0 12345 x", false),
    ])
    func aFlushIsConfirmedByWhatIsThere(said: String, isMeant: Bool) {
        #expect(FlushRun.Phrase(database: 0, keys: 12_345).isMeant(by: said) == isMeant)
    }

    @Test func wherePeopleHaveFewKeysAHundredMoreOrLessWillDo() {
        #expect(FlushRun.Phrase(database: 3, keys: 5).isMeant(by: "db3 105"))
        #expect(!FlushRun.Phrase(database: 3, keys: 5).isMeant(by: "db3 106"))
    }

    @Test(arguments: [
        ("cache", "cache"), ("cache:6379", "cache:6379"), ("redis://cache:6379/3", "redis://cache:6379/3"),
        ("redis://:s3cret@cache:6379/3", "redis://cache:6379/3"), ("redis://s3cret@cache", "redis://cache"),
        ("rediss://app:s3:cr@et@cache:1/0?cacert=x", "rediss://app@cache:1/0?cacert=x"),
        ("unix://app:s3cret@/run/redis.sock?db=3", "unix://app@/run/redis.sock?db=3"),
        ("redis://cache/0?password=s3cret&user=app", "redis://cache/0?user=app"),
        ("redis-sentinel://s:26379/main?sentinel_password=s3cret", "redis-sentinel://s:26379/main"),
    ])
    func aPasswordIsLeftOutOfWhatIsToBeCopied(text: String, shown: String) {
        #expect(RedisSettings.withoutPassword(text) == shown)
        #expect(!RedisSettings.withoutPassword(text).contains("s3"))
    }
}

/// A reply that can be written in a table of cases.
enum Answered: Sendable {
    case text(String)
    case integer(Int64)
    case null
    case error(String)

    var value: RESPValue {
        switch self {
        case .text(let text): .bytes(Array(text.utf8))
        case .integer(let number): .integer(number)
        case .null: .null
        case .error(let message): .error(RedisError(message))
        }
    }
}
