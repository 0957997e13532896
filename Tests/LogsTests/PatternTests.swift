import Diagnostics
import Testing

@testable import Logs

@Suite("Lines that count, and what they say")
struct PatternTests {
    @Test(
        "Failed authentications as real programs write them",
        arguments: [
            ("auth: authentication failed for user bob from 10.1.2.3", "10.1.2.3", "bob"),
            ("AUTHENTICATION FAILED user=bob ip=10.1.2.3", "10.1.2.3", "bob"),
            ("host sshd[17]: Failed password for bob from 10.1.2.3 port 50212 ssh2", "10.1.2.3", "bob"),
            (
                "host sshd[17]: Failed password for invalid user eve from 2001:db8::7 port 50212 ssh2", "2001:db8::7",
                "eve"
            ),
            ("host sudo: pam_unix(sudo:auth): authentication failure; rhost=10.1.2.3  user=bob", "10.1.2.3", "bob"),
            (#"FATAL:  password authentication failed for user "bob""#, nil, "bob"),
            ("[request] POST /api/v1/auth/login status=401 duration=3.4ms ip=127.0.0.1", "127.0.0.1", nil),
            (#"{"msg":"authentication failed","user":"bob","ip":"10.1.2.3"}"#, "10.1.2.3", "bob"),
            (#"::1 - bob [23/Nov/2026:09:29:00 +0000] "POST /login HTTP/1.1" 401 5 "-" "c/1""#, "::1", "bob"),
            ("login failed from [2001:db8::7]:50212", "2001:db8::7", nil),
            ("login failed from gateway.example:8080,", "gateway.example", nil),
        ] as [(String, String?, String?)])
    func authFailures(line: String, source: String?, user: String?) throws {
        let match = try #require(found(in: line, LogPattern.authFailures))
        #expect(match.source == source)
        #expect(match.user == user)
    }

    @Test(
        "Rate limits as real programs write them",
        arguments: [
            (
                #"10.9.8.1 - - [23/Nov/2026:09:29:00 +0000] "GET /api/v1/debates?page=2 HTTP/1.1" 429 512 "-" "c/1""#,
                "10.9.8.1", "/api/v1/debates"
            ),
            (
                #"10.9.8.1 - - [23/Nov/2026:09:29:00 +0000] "GET /api/v1/debates HTTP/1.1" 200 5 "-" "c/1" rate limit hit"#,
                "10.9.8.1", "/api/v1/debates"
            ),
            ("10.9.8.1 rate limit exceeded for key on /api/v1/debates", "10.9.8.1", "/api/v1/debates"),
            ("[request] GET /api/v1/debates status=429 duration=1.0ms ip=::1", "::1", "/api/v1/debates"),
            (
                #"[error] 7#7: *1 limiting requests, excess: 5.5 by zone "one", client: 10.9.8.1, server: _, "#
                    + #"request: "GET /api HTTP/1.1", host: "x""#, "10.9.8.1", "/api"
            ),
            (#"{"code": "rate_limit_exceeded", "client_ip": "10.9.8.1"}"#, "10.9.8.1", nil),
        ] as [(String, String?, String?)])
    func rateLimits(line: String, source: String?, endpoint: String?) throws {
        let match = try #require(found(in: line, LogPattern.rateLimit))
        #expect(match.source == source)
        #expect(match.endpoint == endpoint)
    }

    @Test(
        "Other lines don't count",
        arguments: [
            "session opened for user alice from 10.1.2.9", "[request] GET /api/v1/debates status=401 ip=127.0.0.1",
            "[request] POST /api/v1/auth/login status=200 ip=127.0.0.1", "[request] GET /a status=4290 ip=::1",
            #"10.9.8.1 - - [23/Nov/2026:09:29:00 +0000] "GET /429 HTTP/1.1" 200 429 "-" "c/1""#,
            "host sshd[17]: pam_unix(sshd:auth): authentication failure; rhost=10.1.2.3  user=bob",
            "host sshd[17]: PAM 2 more authentication failures; rhost=10.1.2.3  user=bob",
            "limiting requests, dry run, excess: 1.0 by zone",
        ])
    func otherLines(line: String) {
        #expect(found(in: line, LogPattern.authFailures) == nil && found(in: line, LogPattern.rateLimit) == nil)
    }

    @Test("A line that is found by several patterns counts once")
    func countsOnce() async throws {
        let log = try TemporaryLog("access.log")
        let line =
            #"10.9.8.1 - - [23/Nov/2026:09:29:00 +0000] "GET /api HTTP/1.1" 429 5 "-" "c/1" rate limit, rate limit"#
        try log.append([line, line])
        let seen = await log.observe(at: "2026-11-23T09:30:00Z")
        #expect(seen.value("diag_log_rate_limit_hits") == 2)
        #expect(seen.value("diag_log_auth_failures") == nil)
        #expect(seen.rows("logs.rate_limit.endpoints") == ["/api 2"])
        #expect(seen.rows("logs.rate_limit.sources") == ["10.9.8.1 2"])
        #expect(seen.rows("logs.rate_limit.timeline") == ["2026-11-23T09:29:00Z 2"])
    }

    @Test("A repeated message counts as often as it was repeated")
    func repeated() async throws {
        let log = try TemporaryLog("auth.log")
        try log.append([
            "Nov 23 09:29:00 host sshd[17]: message repeated 5 times: [ Failed password for bob from 10.1.2.3 port 5 ssh2]"
        ])
        let seen = await log.observe(at: "2026-11-23T09:30:00Z")
        #expect(seen.failures == 5)
        #expect(seen.rows("logs.auth_failures.sources") == ["10.1.2.3 5"])
    }

    @Test(
        "Fields stand where the configuration says",
        arguments: [
            ("first", "10.0.0.1"), ("last", "203.0.113.7"), ("3", "10.0.0.3"), ("after:via", "10.0.0.3"),
            ("key:xff", "203.0.113.7"), ("forwarded", "10.0.0.1"), ("none", nil), ("9", nil), ("key:no", nil),
        ] as [(String, String?)])
    func configuredFields(place: String, expected: String?) throws {
        let pattern = try LogPattern(contains: ["Denied"], source: place)
        #expect(found(in: "10.0.0.1:443 via [10.0.0.3], denied xff=203.0.113.7", [pattern])?.source == expected)
    }

    @Test(
        "Behind a proxy the forwarded address is the source",
        arguments: [
            (#"10.0.0.1 - - "GET / HTTP/1.1" 429 5 "-" "c/1" "203.0.113.7, 10.0.0.9""#, "203.0.113.7"),
            (#"10.0.0.1 - - "GET / HTTP/1.1" 429 5 "-" "c/1" "-""#, "10.0.0.1"),
        ])
    func forwarded(line: String, source: String) {
        let pattern = LogPattern(contains: ["\" 429 "], source: .forwarded)
        #expect(found(in: line, [pattern])?.source == source)
    }

    @Test("A pattern of one's own comes before the usual ones")
    func ownPattern() async throws {
        let log = try TemporaryLog("auth.log")
        try log.append(["2026-11-23T09:29:00Z 10.0.0.1 ACCESS DENIED by 10.0.0.2"])
        let own = try LogPattern(contains: ["access denied"], source: "2")
        let seen = await log.observe(at: "2026-11-23T09:30:00Z") { $0.authFailures.insert(own, at: 0) }
        #expect(seen.rows("logs.auth_failures.sources") == ["10.0.0.1 1"])
    }

    @Test(
        "What is no place, or no text, is said so",
        arguments: [
            (["x"], "lst", "'lst' is no place in a line (did you mean 'last'?)"),
            (["x"], "0", "'0' is no place in a line"),
            (["x"], "after", "'after' is no place in a line (did you mean 'after'?)"),
            ([], "last", "the pattern contains no text to look for"),
            ([""], "last", "the pattern has an empty text, or one with a line break: every line would fit, or none"),
        ])
    func refusesPatterns(contains: [String], source: String, message: String) {
        let error = #expect(throws: ProbeError.self) { try LogPattern(contains: contains, source: source) }
        #expect(error?.message == message)
    }

    @Test(
        "The file's name says what it is watched for",
        arguments: [
            ("/var/log/aragora/auth.log", [.authFailures]), ("/var/log/aragora/access.log", [.rateLimit]),
            ("/var/log/nginx/site-access.log", [.rateLimit]), ("/var/log/secure", [.authFailures]),
            ("server.log", [.authFailures, .rateLimit]), ("author.log", [.authFailures, .rateLimit]),
        ] as [(String, Set<LogSubject>)])
    func usualSubjects(path: String, subjects: Set<LogSubject>) {
        #expect(LogSettings(path: path).watch == subjects)
    }
}

private func found(in line: String, _ patterns: [LogPattern]) -> Tally.Match? {
    var matcher = LineMatcher(patterns)
    var found: Tally.Match?
    let bytes = Array(line.utf8)
    bytes.map(\.lowered).withUnsafeBytes { lowered in
        matcher.forEachMatch(in: lowered) { _, pattern in
            found = bytes.withUnsafeBytes { original in
                let fields = LineFields(original)
                return Tally.Match(
                    time: 0, weight: fields.weight, source: fields.source(pattern.source),
                    endpoint: fields.endpoint(pattern.endpoint), user: fields.user(pattern.user))
            }
        }
    }
    return found
}
