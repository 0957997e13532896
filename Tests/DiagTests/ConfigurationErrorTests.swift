import Testing

@Suite("A configuration that is not right")
struct ConfigurationErrorTests {
    /// YAML, and what is said of it: line, key and words.
    static let mistakes: [(yaml: String, expected: [String])] = [
        ("targts:\n  redis: []\n", [":1: targts: unknown key (did you mean 'targets'?)"]),
        (
            "targets:\n  redis:\n    - name: cache\n      url: redis://h\n      pasword: S3cret\n",
            [":5: targets.redis[0].pasword: unknown key (did you mean 'password'?)"]
        ),
        (
            "sweep:\n  timeout: 5parsecs\n  concurrency: many\n",
            [
                ":2: sweep.timeout: '5parsecs' is not a length of time",
                ":3: sweep.concurrency: 'many' is not a whole number",
            ]
        ),
        (
            "targets:\n  tls:\n    - name: web\n      address: a:443\n    - name: web\n      address: b:443\n",
            [":5: targets.tls[1].name: another tls target is called 'web' too"]
        ),
        (
            "targets:\n  redis:\n    - url: redis://h\n      password: ${NOT_SET_ANYWHERE}\n",
            [":4: targets.redis[0].password: the environment variable NOT_SET_ANYWHERE is not set"]
        ),
        (
            "targets:\n  redis:\n    - url: redis://h\n      password_file: nowhere.password\n",
            [":4: targets.redis[0].password_file:", "nowhere.password: No such file or directory"]
        ),
        ("targets:\n  redis: [\n    password: S3cret\n", ["not YAML"]),
        ("targets:\n\tredis: S3cret\n", [":2: not YAML"]),
        ("a: S3cret\u{1}\n", [":1: not YAML"]),
        (
            "sweep:\n  timeout: 5s\ntargets: {}\nsweep:\n  timeout: S3cret\n",
            [":1: sweep: this key is there twice in the same place"]
        ),
        ("- S3cret\n", ["keys with values are expected here"]),
        ("alerts:\n  RedisMemoryFul:\n    threshold: 90%\n", [":2: alerts.RedisMemoryFul:", "did you mean"]),
        ("alerts:\n  RedisMemoryFull:\n    threshold: 140%\n", [":3: alerts.RedisMemoryFull.threshold:", "100 %"]),
        ("sweep:\n  timeout: ${THE_SECRET}\n", [":2: sweep.timeout: '${THE_SECRET}' is not a length of time"]),
        (
            "targets:\n  redis:\n    - url: redis://u:S3cret@h:port/0\n",
            [":3: targets.redis[0].url: the port is no number"]
        ),
        (
            "targets:\n  postgresql:\n    - url: postgres://u:S3cret@h/db?optoin=1\n",
            [":3: targets.postgresql[0].url: it has a keyword"]
        ),
        ("targets:\n  http:\n    - name: app\n", [":3: targets.http[0]: url is missing"]),
    ]

    @Test(arguments: mistakes.indices)
    func isToldByFileLineAndKeyAndNeverWithASecret(index: Int) async throws {
        let (yaml, expected) = Self.mistakes[index]
        let home = Home()
        let file = try home.configure(yaml)
        for command in [["sweep"], ["config", "check"], ["redis", "info"]] {
            let outcome = try await Diag.run(command, in: home, environment: ["THE_SECRET": "S3cret"])
            #expect(outcome.status == 78)
            #expect(outcome.output.isEmpty)
            #expect(outcome.errors.hasPrefix(file))
            for words in expected { #expect(outcome.errors.contains(words)) }
            #expect(!outcome.errors.contains("S3cret"))
        }
    }

    @Test func aNamedFileThatIsNotThereIsAnError() async throws {
        let outcome = try await Diag.run("sweep", "--config", "/nonexistent/diag.yaml")
        #expect(outcome.status == 78)
        #expect(outcome.errors == "/nonexistent/diag.yaml: No such file or directory\n")
    }

    @Test func aFolderIsNoFile() async throws {
        let outcome = try await Diag.run("sweep", "--config", "/tmp")
        #expect(outcome.status == 78)
        #expect(outcome.errors.contains("/tmp"))
    }

    @Test func aRightOneIsSaidToBeRightWithItsTargets() async throws {
        let home = Home()
        try home.write("S3cret\n", to: "config/diag/redis.password")
        let file = try home.configure(
            """
            targets:
              redis:
                - name: cache
                  url: redis://cache.example.test
                  password_file: redis.password
              tls: {name: web, address: "web.example.test:8443"}
            """)
        let outcome = try await Diag.run("config", "check", in: home)
        #expect(outcome.status == 0)
        #expect(
            outcome.output == """
                \(file) is right: 2 targets
                  redis  cache  cache.example.test:6379
                  tls    web    web.example.test:8443

                """)
        #expect(outcome.errors.isEmpty)
    }

    @Test func withoutAnyItSaysWhereItLooked() async throws {
        let home = Home()
        let outcome = try await Diag.run("config", "check", in: home)
        #expect(outcome.status == 0)
        #expect(outcome.output.contains(home.path("config/diag/diag.yaml")))
        #expect(outcome.output.contains("/etc/diag/diag.yaml"))
    }

    @Test func anEmptyOneHasNoTargets() async throws {
        let home = Home()
        try home.configure("")
        let outcome = try await Diag.run("config", "check", in: home)
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("no targets"))
    }
}
