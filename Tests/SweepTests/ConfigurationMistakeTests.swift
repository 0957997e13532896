import Testing

@testable import Sweep

@Suite("What is wrong in a configuration")
struct ConfigurationMistakeTests {
    private let folder = TemporaryFolder()

    private func problems(_ yaml: String, _ environment: [String: String] = [:]) -> [String] {
        let source = ConfigurationSource(file: "f", environment: environment)
        do {
            _ = try Configuration(text: yaml, source: source)
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    /// In its own line of the file, so that the line can be told.
    @Test(
        arguments: [
            ("redis:\n    - name: x", "f:3: targets.redis[0]: url is missing"),
            ("redis: cache", "f:2: targets.redis: a list is expected, each entry beginning with '-'"),
            ("redis:\n    - cache", "f:3: targets.redis[0]: keys with values are expected here"),
            ("redis:\n    - url: [a]", "f:3: targets.redis[0].url: a single value is expected"),
            ("mysql: {}", "f:2: targets.mysql: unknown key"),
            ("tls: {address: \"h:99999\"}", "f:2: targets.tls.address: \"99999\" is no port; it is 1 to 65535"),
            ("tls: {address: h, timeout: -5s}", "f:2: targets.tls.timeout: '-5s' is not a length of time"),
            ("tls: {address: h, ca_fil: x}", "f:2: targets.tls.ca_fil: unknown key (did you mean 'ca_file'?)"),
            ("tls: {address: h, starttls: smpt}", "f:2: targets.tls.starttls: 'smpt' is none of postgres, mysql, smtp"),
            ("tls: {address: h, ip: 5}", "f:2: targets.tls.ip: '5' is neither 4 nor 6"),
            (
                "tls: {address: h, key_file: k}",
                "f:2: targets.tls.key_file: a certificate is missing beside it: cert_file"
            ),
            ("tls: {address: h, labels: x}", "f:2: targets.tls.labels: keys with values are expected here"),
            ("http: {url: \"ftp://h\"}", "f:2: targets.http.url: the scheme is ftp; it should be http or https"),
            ("http: {url: h, role: ap}", "f:2: targets.http.role: 'ap' is neither application nor url"),
            ("http: {url: h, token: a, user: b}", "f:2: targets.http.token: give either a token or a user"),
            ("http: {url: h, password: b}", "f:2: targets.http.password: a user is missing beside it"),
            ("http: {url: h, verify: maybe}", "f:2: targets.http.verify: 'maybe' is not true or false"),
            ("http: {url: h, redirects: 21}", "f:2: targets.http.redirects: '21' is not a whole number from 0 to 20"),
            ("http: {url: h, metrics_limit: 5XB}", "f:2: targets.http.metrics_limit: '5XB' is not a size"),
            ("http: {url: h, series: {requets: a}}", "f:2: targets.http.series.requets: unknown key (did you mean"),
            ("logs: {path: x, watch: [auth_failure]}", "f:2: targets.logs.watch: 'auth_failure' is none of"),
            ("logs: {path: x, time_zone: Mars}", "f:2: targets.logs.time_zone: 'Mars' is no time zone"),
            ("logs: {path: x, auth_failures: [{contains: []}]}", "f:2: targets.logs.auth_failures[0]"),
            ("host: {top_processes: -1}", "f:2: targets.host.top_processes: '-1' is not a whole number"),
            ("redis: {url: h, password: a, password_file: b}", "f:2: targets.redis.password: give either"),
            ("redis: {url: h, key_file: k}", "f:2: targets.redis.key_file: a certificate is missing beside it"),
            ("redis: {url: /run/r.sock, tls: true}", "f:2: targets.redis.url: there is no TLS over a unix socket"),
            ("redis: {url: h, password: \"${A\"}", "f:2: targets.redis.password: '${' without its '}'"),
            ("redis: {url: h, password: \"${}\"}", "f:2: targets.redis.password: the name of a variable is missing"),
            ("postgresql: {url: \"postgres://h?x=1\"}", "f:2: targets.postgresql.url: it has a keyword"),
        ])
    func ofATarget(entry: String, expected: String) {
        let found = problems("targets:\n  \(entry)\n")
        #expect(found.contains { $0.hasPrefix(expected) }, "\(found)")
    }

    @Test(
        arguments: [
            ("alerts: {Nonsense: {}}", "f:1: alerts.Nonsense: there is no alert 'Nonsense'"),
            ("alerts: {DiskSpaceLow: {treshold: 5%}}", "f:1: alerts.DiskSpaceLow.treshold: unknown key (did you mean"),
            ("alerts: {DiskSpaceLow: {threshold: lots}}", "f:1: alerts.DiskSpaceLow.threshold: 'lots' is not a number"),
            ("alerts: {DiskSpaceLow: {threshold: 101%}}", "f:1: alerts.DiskSpaceLow.threshold: is a share"),
            ("alerts: {InstanceDown: {threshold: 1}}", "f:1: alerts.InstanceDown.threshold: is fixed"),
            (
                "alerts: {DiskSpaceLow: {minimum_requests: 5}}",
                "f:1: alerts.DiskSpaceLow.minimum_requests: is not looked"
            ),
            ("alerts: {DiskSpaceLow: {}, diskspacelow: {}}", "f:1: alerts.diskspacelow: DiskSpaceLow is there twice"),
            (
                "alerts: {DiskSpaceLow: {labels: {my-team: x}}}",
                "f:1: alerts.DiskSpaceLow.labels: 'my-team' cannot be a label"
            ),
            ("targets: {tls: {address: h, labels: {kind: x}}}", "f:1: targets.tls.labels: 'kind' cannot be a label"),
            ("alertmanager: {}", "f:1: alertmanager.urls: the URL of each member is needed"),
            ("alertmanager: {urls: [\"ftp://h\"]}", "f:1: alertmanager.urls: the scheme is ftp; it should be http or"),
            ("alertmanager: {urls: [h], tken_file: x}", "f:1: alertmanager.tken_file: unknown key (did you mean"),
            ("webhooks: [{token: x}]", "f:1: webhooks[0].url: the URL is needed: url or url_file"),
            ("webhooks: [{url: h, headers_file: /nowhere}]", "f:1: webhooks[0].headers_file: /nowhere: No such file"),
            ("prometheus: {}", "f:1: prometheus: url is missing"),
            ("prometheus: {url: h, timeout: soon}", "f:1: prometheus.timeout: 'soon' is not a length of time"),
            ("sweep: {concurrency: 0}", "f:1: sweep.concurrency: '0' is not a whole number from 1 to 10000"),
            ("history: {pth: x}", "f:1: history.pth: unknown key (did you mean 'path'?)"),
            ("history: /x", "f:1: history: keys with values are expected here"),
            ("target: {}", "f:1: target: unknown key (did you mean 'targets'?)"),
            ("a: b: c", "f:1: not YAML"), ("a: [", "f:2: not YAML"), ("a: *nowhere", "f:1: not YAML"),
            ("sweep: {}\nsweep: {}", "f:1: sweep: this key is there twice"),
        ])
    func ofTheRest(yaml: String, expected: String) {
        let found = problems(yaml + "\n")
        #expect(found.contains { $0.hasPrefix(expected) }, "\(found)")
    }

    @Test func allOfThemAreToldAtOnce() {
        let yaml = """
            targets:
              redis:
                - url: redis://h
                  timeout: soon
                  pasword: x
              tls:
                - name: web
            sweep:
              timeout: 5
              deadine: 6
            """
        #expect(
            problems(yaml).map { String($0.prefix { $0 != " " }) } == ["f:4:", "f:5:", "f:7:", "f:10:"])
    }

    @Test(arguments: ["timeout", "password_file", "host_memory"])
    func aVariableInTheWrongPlaceIsNotTold(key: String) {
        let found = problems("targets: {redis: {url: h, \(key): \"${PW}:x:y\"}}\n", ["PW": "redis://S3cret"])
        #expect(!found.isEmpty)
        #expect(!found.joined().contains("S3cret"))
    }

    @Test func theKeyOfAFileThatIsEmptyOrNotThere() {
        folder.write("", to: "empty")
        for path in [folder.path("empty"), folder.path("none"), folder.root] {
            let found = problems("targets:\n  redis:\n    url: h\n    password_file: \(path)\n")
            #expect(found.count == 1)
            #expect(found.first?.hasPrefix("f:4: targets.redis.password_file: \(path): ") == true)
        }
    }
}
