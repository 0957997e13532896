import Diagnostics
import Redis
import TLS
import Testing

@Suite("Where a Redis server is, as people write it")
struct RedisSettingsTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let uri: String
        let expected: RedisSettings
        var testDescription: String { uri }

        init(
            _ uri: String, _ host: String, _ port: UInt16 = 6379, user: String? = nil, password: String? = nil,
            db: Int = 0
        ) {
            self.uri = uri
            expected = RedisSettings(
                endpoint: host.hasPrefix("/") ? .unix(path: host) : .tcp(host: host, port: port), username: user,
                password: password, database: db)
        }
    }

    @Test(arguments: [
        Case("redis://cache.internal", "cache.internal"),
        Case("REDIS://cache.internal:6380/3", "cache.internal", 6380, db: 3),
        Case("redis://cache/", "cache"),
        Case("redis://", "127.0.0.1"),
        Case("redis://:pw@cache", "cache", password: "pw"),
        Case("redis://pw@cache", "cache", password: "pw"),
        Case("redis://diag:p%40ss%2Fw@cache:1/2", "cache", 1, user: "diag", password: "p@ss/w", db: 2),
        Case("redis://diag:p@ss/w@cache", "cache", user: "diag", password: "p@ss/w"),
        Case("redis://diag:a:b@cache", "cache", user: "diag", password: "a:b"),
        Case("redis://cache?db=4", "cache", db: 4),
        Case("valkey://cache?user=u&password=p", "cache", user: "u", password: "p"),
        Case("redis://[::1]:6380", "::1", 6380),
        Case("redis://[fe80::1]", "fe80::1"),
        Case("unix:///run/redis.sock", "/run/redis.sock"),
        Case("unix://diag:pw@/run/redis.sock?db=1", "/run/redis.sock", user: "diag", password: "pw", db: 1),
        Case("/run/redis.sock", "/run/redis.sock"),
        Case("cache", "cache"), Case("cache:6380", "cache", 6380), Case("::1", "::1"), Case("[::1]:1", "::1", 1),
        Case(":6380", "127.0.0.1", 6380),
    ])
    func isRead(_ example: Case) throws {
        #expect(try RedisSettings(uri: example.uri) == example.expected)
    }

    @Test(arguments: [
        ("redis://u:s3cret@cache:70000", "port"), ("redis://u:s3cret@cache:x", "port"),
        ("redis://u:s3cret@cache/x", "database"), ("redis://u:s3cret@cache/-1", "database"),
        ("redis://u:s3cret%4@cache", "per cent"), ("redis://u:s3cret%+1@cache", "per cent"),
        ("redis://u:s3cret@cache?tls=s3cret", "parameter"),
        ("redis://u:s3cret@[::1", "bracket"), ("redis://u:s3cret@[::1]x", "bracket"),
        ("http://u:s3cret@cache", "scheme"), ("unix://s3cret@run/x", "slash"), ("s3cret@cache", "host"),
        ("redis://u:s3cret%ff@cache", "UTF-8"), ("rediss://u:s3cret@cache?insecure=perhaps", "TLS"),
        ("unix://u:s3cret@/run/r.sock?insecure", "unix socket"),
    ])
    func saysWhatIsWrongWithoutRepeatingSecrets(uri: String, word: String) {
        let error = #expect(throws: ProbeError.self) { try RedisSettings(uri: uri) }
        #expect(error?.kind == .misconfigured)
        #expect(error?.message.contains(word) == true)
        let shown = "\(String(describing: error)) \(error?.advice ?? "")"
        #expect(!shown.contains("s3cret"))
    }

    @Test(arguments: [
        ("rediss://cache", TLSClientSettings()), ("valkeys://u:p@cache:1/2", TLSClientSettings()),
        (
            "rediss://cache?ssl_ca_certs=/a.pem&ssl_check_hostname=true",
            TLSClientSettings(trust: Trust(file: "/a.pem"), check: .chainAndName)
        ),
        ("rediss://cache?ca_dir=%2Fetc%2Fca", TLSClientSettings(trust: Trust(directory: "/etc/ca"))),
        ("rediss://cache?ssl_cert_reqs=none", TLSClientSettings(check: .nothing)),
        ("rediss://cache?insecure", TLSClientSettings(check: .nothing)),
        ("redis://cache?sni=c.internal&db=3", TLSClientSettings(serverName: "c.internal")),
        (
            "rediss://cache?key=/k.pem&cert=/c.pem",
            TLSClientSettings(identity: .init(certificateFile: "/c.pem", keyFile: "/k.pem"))
        ),
    ])
    func tlsIsReadFromTheSchemeAndItsParameters(uri: String, expected: TLSClientSettings) throws {
        #expect(try RedisSettings(uri: uri).tls == expected)
    }

    @Test func theEnvironmentGivesAddressAndPassword() throws {
        #expect(try RedisSettings.environment([:]) == nil)
        #expect(try RedisSettings.environment(["REDIS_URL": ""]) == nil)
        #expect(try RedisSettings.environment(["REDISCLI_AUTH": "a"]) == RedisSettings(password: "a"))
        #expect(try RedisSettings.environment(["VALKEYCLI_AUTH": "v"]) == RedisSettings(password: "v"))
        let both = try RedisSettings.environment(["REDISCLI_AUTH": "a", "REDIS_URL": "redis://:b@h"])
        #expect(both == RedisSettings(endpoint: .tcp(host: "h", port: 6379), password: "b"))
    }

    @Test func isShownWithoutItsPassword() {
        let settings = RedisSettings(username: "diag", password: "s3cret")
        var dumped = ""
        dump(settings, to: &dumped)
        let shown = dumped + "\(settings) \(String(reflecting: settings))"
        #expect(!shown.contains("s3cret"))
    }
}
