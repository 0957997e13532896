import Diagnostics
import HTTP
import Logs
import PostgreSQL
import Redis
import Runbook
import TLS
import Testing

@testable import Sweep

@Suite("What a configuration says")
struct ConfigurationTests {
    private let folder = TemporaryFolder()

    private func configuration(_ yaml: String, _ environment: [String: String] = [:]) throws -> Configuration {
        let source = ConfigurationSource(file: folder.path("diag.yaml"), environment: environment)
        return try Configuration(text: yaml, source: source)
    }

    private func settings(_ target: String, _ environment: [String: String] = [:]) throws -> ConfiguredTarget.Settings {
        let targets = try configuration("targets:\n  \(target)\n", environment).targets
        return try #require(targets.first).settings
    }

    @Test(arguments: ["", "\n", "# nothing\n", "---\n", "targets:\n", "targets:\n  redis:\n", "targets: {redis: []}\n"])
    func nothingIsARightConfiguration(yaml: String) throws {
        #expect(try configuration(yaml).targets.isEmpty)
    }

    @Test(
        arguments: [
            ("postgresql: {url: \"postgres://u@db:5433/app\"}", Target.Kind.postgresql, "db:5433"),
            ("postgresql: {host: db, port: 5433}", .postgresql, "db:5433"),
            ("postgresql: {host: /run/postgresql, port: 5433}", .postgresql, "/run/postgresql:5433"),
            ("pgbouncer: {url: \"postgres://u:S3cret@db\"}", .pgbouncer, "db:6432"),
            ("pgbouncer: {host: db, port: 7}", .pgbouncer, "db:7"),
            ("postgresql: {url: \"postgres://u@db:7/pgbouncer\"}", .pgbouncer, "db:7"),
            ("redis: {url: cache}", .redis, "cache:6379"), ("redis: {address: \"cache:6380\"}", .redis, "cache:6380"),
            ("redis: {url: \"redis://u:S3cret@cache\"}", .redis, "cache:6379"),
            ("redis: {url: \"unix:///run/redis.sock\"}", .redis, "/run/redis.sock"),
            ("sentinel: {address: s1}", .sentinel, "s1:26379"), ("sentinel: {url: \"s1:1\"}", .sentinel, "s1:1"),
            ("tls: {address: web}", .tls, "web:443"), ("tls: {address: \"[::1]:8443\"}", .tls, "[::1]:8443"),
            ("http: {url: \"https://u:S3cret@app/base?key=S3cret\"}", .http, "https://app/base"),
            ("http: {url: \"unix:/run/app.sock\"}", .http, "unix:/run/app.sock"),
            ("logs: {path: /var/log/auth.log}", .log, "/var/log/auth.log"), ("host: {}", .host, "this host"),
            ("host: [{name: here}]", .host, "this host"),
        ] as [(String, Target.Kind, String)])
    func aTargetIsKnownByItsAddress(entry: String, kind: Target.Kind, address: String) throws {
        let target = try #require(try configuration("targets:\n  \(entry)\n").targets.first).target
        #expect(target.kind == kind)
        #expect(target.address == address)
        #expect(target.name == (entry.contains("name:") ? "here" : address))
    }

    @Test func whatATargetHasBesideItsAddress() throws {
        let yaml = "targets:\n  tls: {name: web, address: a, timeout: 1500ms, labels: {team: core, tier: \"1\"}}\n"
        let target = try #require(try configuration(yaml).targets.first)
        #expect(target.target.name == "web")
        #expect(target.target.labels == ["team": "core", "tier": "1"])
        #expect(target.timeout == .milliseconds(1500))
    }

    @Test func targetsKeepTheirOrderAndASingleOneNeedsNoList() throws {
        let yaml = """
            targets:
              redis:
                - {name: b, url: h1}
                - {name: a, url: h2}
              tls: {name: w, address: h3}
            """
        #expect(try configuration(yaml).targets.map(\.target.name) == ["b", "a", "w"])
    }

    @Test(
        arguments: [
            ("password: plain", "plain"), ("password: ${PW}", "from env"), ("password: \"a${PW}b\"", "afrom envb"),
            ("password: ${NONE:-fallback}", "fallback"), ("password: ${EMPTY:-x}", "x"), ("password: ${EMPTY}", ""),
            ("password: $${PW}", "${PW}"), ("password: $PW", "$PW"), ("password_file: pw", "from file"),
            ("password_file: ${DIR}/pw", "from file"), ("password_file: crlf", "from file"),
        ])
    func aSecretComesFromWhereItIsSaidToBe(key: String, expected: String) throws {
        folder.write("from file\nsecond line\n", to: "pw")
        folder.write("from file\r\n", to: "crlf")
        let environment = ["PW": "from env", "EMPTY": "", "DIR": folder.root]
        guard case .redis(let settings) = try settings("redis:\n    url: h\n    \(key)", environment) else {
            throw Unexpected()
        }
        #expect(settings.password == expected)
    }

    @Test func redisSpeaksTLSByItsURLOrByTheKeysBesideIt() throws {
        func tls(_ entry: String) throws -> TLSClientSettings? {
            guard case .redis(let settings) = try settings("redis: {\(entry)}") else { throw Unexpected() }
            return settings.tls
        }
        folder.write("open sesame\n", to: "pw")
        #expect(try tls("url: h") == nil)
        #expect(try tls("url: \"rediss://h\"") == TLSClientSettings())
        #expect(try tls("url: h, tls: true") == TLSClientSettings())
        #expect(try tls("url: \"rediss://h\", tls: false") == nil)
        #expect(try tls("url: h, ca_file: ca.pem")?.trust == Trust(file: folder.path("ca.pem")))
        #expect(try tls("url: h, insecure: true")?.check == .nothing)
        #expect(try tls("url: h, ca_dir: /ca, check_name: true")?.check == .chainAndName)
        let identity = try tls("url: h, cert_file: c.pem, key_file: k.pem, key_password_file: pw")?.identity
        #expect(identity?.certificateFile == folder.path("c.pem"))
        #expect(identity?.keyFile == folder.path("k.pem"))
        #expect(identity?.keyPassword == "open sesame")
    }

    @Test func libpqsOwnKeywordsWinOverTheURL() throws {
        let entry = "postgresql: {url: \"postgres://u:a@h/db\", user: v, dbname: e, sslmode: require, password: b}"
        guard case .postgresql(let settings) = try settings(entry) else { throw Unexpected() }
        #expect(settings.parameters["user"] == "v")
        #expect(settings.parameters["dbname"] == "e")
        #expect(settings.parameters["host"] == "h")
        #expect(settings.parameters["sslmode"] == "require")
        #expect(settings.password == "b")
    }

    @Test func filesAreLookedForBesideTheConfiguration() throws {
        guard case .postgresql(let server) = try settings("postgresql: {host: h, sslrootcert: ca.pem, passfile: /p}"),
            case .postgresql(let system) = try settings("postgresql: {host: h, sslrootcert: system}"),
            case .tls(let site) = try settings("tls: {address: h, ca_file: ca.pem}"),
            case .log(let log) = try settings("logs: {path: auth.log}")
        else { throw Unexpected() }
        #expect(server.parameters["sslrootcert"] == folder.path("ca.pem"))
        #expect(server.parameters["passfile"] == "/p")
        #expect(system.parameters["sslrootcert"] == "system")
        #expect(site.caFile == folder.path("ca.pem"))
        #expect(log.path == folder.path("auth.log"))
    }

    @Test func aTLSServerWithEverythingThatCanBeSaidOfIt() throws {
        let entry = """
            tls:
                address: mail:2525
                starttls: smtp
                server_name: mx.test
                verify_name: mail.test
                resolve: [10.0.0.7, "::1"]
                ip: 4
                ca_dir: ca
                cert_file: c.pem
                alpn: [imap]
                protocols: true
                certificate_file: served.pem
            """
        guard case .tls(let site) = try settings(entry) else { throw Unexpected() }
        #expect(site.startTLS == .smtp && site.serverName == "mx.test" && site.verifyName == "mail.test")
        #expect(site.addresses == ["10.0.0.7", "::1"] && site.family == .ipv4)
        #expect(site.caDirectory == folder.path("ca") && site.identity?.certificateFile == folder.path("c.pem"))
        #expect(site.alpn == ["imap"] && site.asksForVersions)
        #expect(site.certificateFiles == [folder.path("served.pem")])
        guard case .tls(let plain) = try settings("tls: {address: \"db:5432\", starttls: none}") else {
            throw Unexpected()
        }
        #expect(plain.startTLS == nil)
    }

    @Test func certificatesInFilesAndWhatACertbotKeeps() throws {
        guard case .certificateFiles(let files) = try settings("tls: {files: [a/*.pem, /b], password: x}"),
            case .certbot(let folders) = try settings("tls: {certbot: le, log: le.log}")
        else { throw Unexpected() }
        #expect(files.patterns == [folder.path("a/*.pem"), "/b"] && files.password == "x")
        #expect(folders.configuration == folder.path("le") && folders.log == folder.path("le.log"))
    }

    @Test func anApplicationWithItsOwnNamesAndPaths() throws {
        let entry = """
            http:
                url: http://app:8080
                health: /up
                metrics: [/m1, /m2]
                token: T
                headers: {X-Api: "1"}
                series: {requests: shop_requests_total, code_labels: [klass]}
            """
        guard case .http(let settings) = try settings(entry) else { throw Unexpected() }
        #expect(settings.healthPaths == ["/up"])
        #expect(settings.metricsPaths == ["/m1", "/m2"])
        #expect(settings.authorization == .bearer("T"))
        #expect(settings.headers == [.init("X-Api", "1")])
        #expect(settings.series.requests == ["shop_requests_total"])
        #expect(settings.series.codeLabels == ["klass"])
        #expect(settings.series.durations == ApplicationSeries().durations)
    }

    @Test func aLogWithPatternsOfItsOwn() throws {
        let entry = """
            logs:
                path: /x.log
                watch: auth_failures
                window: 10m
                time_zone: "+02:00"
                auth_failures: {contains: bad password, paths: [/login], defaults: false}
            """
        guard case .log(let settings) = try settings(entry) else { throw Unexpected() }
        #expect(settings.watch == [.authFailures])
        #expect(settings.window == .seconds(600))
        #expect(settings.timeZone == .offset(seconds: 7200))
        #expect(settings.authFailures.map(\.contains) == [["bad password"]])
        #expect(settings.authFailures.map(\.paths) == [["/login"]])
        #expect(settings.rateLimit == LogPattern.rateLimit)
    }

    @Test func theUsualPatternsStayBehindOnesOwn() throws {
        guard case .log(let settings) = try settings("logs: {path: /x, rate_limit: [{contains: slow down}]}") else {
            throw Unexpected()
        }
        #expect(settings.rateLimit.first?.contains == ["slow down"])
        #expect(settings.rateLimit.count == LogPattern.rateLimit.count + 1)
    }

    @Test func theSweepsBoundsAndItsHistory() throws {
        let full = try configuration(
            "sweep: {timeout: 2s, deadline: 1m, concurrency: 7}\nhistory: {path: h.sqlite}\n")
        #expect(full.bounds == Bounds(timeout: .seconds(2), deadline: .seconds(60), concurrency: 7))
        #expect(full.history == .file(folder.path("h.sqlite")))
        #expect(try configuration("history: {enabled: no}\n").history == .none)
        #expect(try configuration("sweep: {concurrency: 3}\n").bounds == Bounds(concurrency: 3))
        #expect(try configuration("").history == .usual)
    }

    @Test(
        arguments: [
            ("RedisMemoryFull: {threshold: 80%}", "RedisMemoryFull"),
            ("redismemoryfull: {threshold: 0.8}", "RedisMemoryFull"),
        ])
    func anAlertsThresholdHoweverItIsWritten(entry: String, alert: String) throws {
        let alerts = try configuration("alerts:\n  \(entry)\n").overrides.alerts
        #expect(alerts.first { $0.name == alert }?.conditions.first?.threshold == 0.8)
    }

    @Test func anAlertThatIsNotWantedIsGone() throws {
        let alerts = try configuration("alerts:\n  DiskSpaceLow: {enabled: false}\n").overrides.alerts
        #expect(!alerts.contains { $0.name == "DiskSpaceLow" })
        #expect(alerts.count == Catalogue.alerts.count - 1)
    }

    @Test func whatSeveralTargetsShareIsWrittenOnce() throws {
        let yaml = """
            targets:
              redis:
                - &usual {name: a, url: h1, user: monitor, labels: {team: core}}
                - {<<: *usual, name: b, url: h2}
            """
        let targets = try configuration(yaml).targets
        #expect(targets.map(\.target.name) == ["a", "b"])
        guard case .redis(let second) = targets[1].settings else { throw Unexpected() }
        #expect(second.username == "monitor")
        #expect("\(second.endpoint)" == "h2:6379")
        #expect(targets[1].target.labels == ["team": "core"])
    }

    @Test(
        arguments: [
            ([:], ["/etc/diag/diag.yaml"]),
            (["HOME": "/home/u"], ["/home/u/.config/diag/diag.yaml", "/etc/diag/diag.yaml"]),
            (["HOME": "/home/u", "XDG_CONFIG_HOME": "/x"], ["/x/diag/diag.yaml", "/etc/diag/diag.yaml"]),
            (["HOME": "/home/u", "XDG_CONFIG_HOME": ""], ["/home/u/.config/diag/diag.yaml", "/etc/diag/diag.yaml"]),
        ] as [([String: String], [String])])
    func itIsLookedForWhereTheUserAndThenTheSystemKeepTheirs(environment: [String: String], places: [String]) {
        #expect(ConfigurationFile.places(environment: environment) == places)
    }
}

struct Unexpected: Error {}
