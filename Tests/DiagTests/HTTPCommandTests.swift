import Foundation
import Playground
import Testing

@Suite("diag http")
struct HTTPCommandTests {
    private static let api = Task {
        try RecordedAPI([
            "/healthz": .json(#"{"status": "degraded", "checks": {"db": {"latency_ms": 240}}}"#),
            "/page": .init(200, Array("<h1>welcome</h1>".utf8), type: "text/html"),
        ])
    }

    private func run(_ words: String..., environment: [String: String] = [:]) async throws -> Outcome {
        let url = "http://127.0.0.1:\(try await Self.api.value.port)"
        return try await Diag.run(
            ["http"] + words.map { $0.hasPrefix("/") ? url + $0 : $0 }, environment: environment)
    }

    @Test func `shows all of an answer, and ends well`() async throws {
        let outcome = try await run("/page", "--expect-body", "welcome", "--expect-header", "Content-Type ~ html")
        #expect(outcome.status == 0, "\(outcome)")
        for text in [
            "Answer: 200 by HTTP/1.1", "Where the time went", "first_byte", "Header fields", "contains \"welcome\"",
        ] {
            #expect(outcome.output.contains(text))
        }
        #expect(!outcome.output.contains("metrics"))
    }

    @Test(arguments: [
        (["/healthz", "--expect-json", "@/status == ok"], "json /status == ok: degraded"),
        (["/healthz", "--expect-json", "@/checks/db/latency_ms < 100"], "240"),
        (["/page", "--expect-status", "404"], "status 200, expected 404"),
        (["/page", "--expect-body-matches", "^no"], "fits ^no: not found"),
        (["/page", "--within", "1ms", "--expect-version", "2"], "version 1.1, expected 2"),
    ])
    func `what is not met ends it as an alert does`(words: [String], told: String) async throws {
        let url = "http://127.0.0.1:\(try await Self.api.value.port)"
        let spelled = words.enumerated().map { $0 == 0 ? url + $1 : $1.hasPrefix("@") ? String($1.dropFirst()) : $1 }
        let outcome = try await Diag.run(["http"] + spelled)
        #expect(outcome.status == 2)
        #expect(outcome.output.contains(told), "\(outcome)")
    }

    @Test(arguments: [
        ["--expect-json", "status=ok"], ["--expect-status", "9"], ["--expect-body-matches", "("], ["--method", "BREW"],
        ["--header", "Authorization: Bearer S3cret"], ["--user", "u:S3cret"], ["--proxy", "http://u:S3cret@p:1"],
        ["--token-file", "/nowhere"], ["--ip-version", "5"],
    ])
    func `what cannot be is bad usage, and no secret is repeated`(words: [String]) async throws {
        let outcome = try await Diag.run(["http", "http://127.0.0.1:1/x"] + words)
        #expect(outcome.status == 64, "\(outcome)")
        #expect(!outcome.everything.contains("S3cret"))
    }

    @Test func `secrets come from the environment and from files`() async throws {
        let home = Home()
        let file = try home.write("geheim\n", to: "token")
        let url = "http://127.0.0.1:\(try await Self.api.value.port)/page"
        let outcome = try await Diag.run("http", url, "--token-file", file)
        #expect(outcome.status == 0)
        #expect(!outcome.everything.contains("geheim"))
        #expect(try await run("/page", environment: ["DIAG_HTTP_TOKEN": "geheim"]).status == 0)
    }

    @Test func `a sweep judges a target by what the configuration expects`() async throws {
        let home = Home()
        let url = "http://127.0.0.1:\(try await Self.api.value.port)"
        try home.configure(
            """
            targets:
              http:
                - name: shop
                  url: \(url)/healthz
                  role: url
                  expect:
                    status: 200
                    json: ["/status == ok", "/checks/db/latency_ms < 1000"]
                    headers: ["Content-Type ~ json"]
                    within: 30s
            """)
        let outcome = try await Diag.run("sweep", in: home)
        #expect(outcome.status == 2)
        #expect(outcome.output.contains("its answer is not as expected: json /status == ok: degraded"), "\(outcome)")
        #expect(outcome.output.contains("diag http shop"))
    }

    @Test func `each mistake in an expectation is named with its line`() async throws {
        let home = Home()
        let file = try home.configure(
            """
            targets:
              http:
                - name: shop
                  url: http://h/
                  method: brew
                  retries: 99
                  key_file: k.pem
                  http_version: "4"
                  expect:
                    status: [2xx, nine]
                    json: "x = 1"
                    body_matches: "("
                    colour: red
            """)
        let outcome = try await Diag.run("config", "check", "--config", file)
        #expect(outcome.status == 78)
        for (line, key) in [
            (5, "method"), (6, "retries"), (7, "key_file"), (8, "http_version"), (10, "expect.status"),
            (11, "expect.json"), (12, "expect.body_matches"), (13, "expect.colour"),
        ] {
            #expect(outcome.everything.contains(":\(line): targets.http[0].\(key):"), "\(key): \(outcome)")
        }
    }
}

@Suite("Containers beside targets")
struct ContainerCommandTests {
    /// What Docker answers of one container that was killed, and that published the port.
    private static func docker(_ home: Home, port: UInt16) throws -> RecordedAPI {
        let details = """
            {"Id":"abc","Name":"/shop-app","Created":"2026-11-20T10:00:00Z","RestartCount":4,
             "State":{"Status":"exited","ExitCode":137,"OOMKilled":true,"StartedAt":"2026-11-20T10:00:00Z",
              "FinishedAt":"2026-11-20T11:00:00Z"},"Config":{"Image":"shop:1.4"},
             "HostConfig":{"PortBindings":{"80/tcp":[{"HostPort":"\(port)"}]}}}
            """
        return try RecordedAPI(
            unixSocket: home.path("docker.sock"),
            [
                "/containers/json": .json(
                    #"[{"Id":"abc","Names":["/shop-app"],"State":"exited","Status":"Exited (137) 2 days ago","Ports":[]}]"#
                ),
                "/containers/abc/json": .json(details), "/containers/shop-app/json": .json(details),
                "/containers/abc/logs": .init(200, Array("last words, password=geheim\n".utf8), type: "text/plain"),
            ])
    }

    @Test(arguments: [false, true])
    func `a server that does not answer is explained by its container`(isNamed: Bool) async throws {
        let home = Home()
        let port = try await Playground.shared.hostile().port(.refusing)
        let api = try Self.docker(home, port: port)
        let name = isNamed ? ", container: shop-app" : ""
        try home.configure("targets: {redis: [{name: cache, url: 'redis://127.0.0.1:\(port)'\(name)}]}")
        let outcome = try await Diag.run(
            ["sweep", "--verbose"], in: home, environment: ["DOCKER_HOST": "unix://\(api.path ?? "")"])
        #expect(outcome.status == 2)
        #expect(outcome.output.contains("shop-app exited with 137"), "\(outcome)")
        #expect(outcome.output.contains("killed for lack of memory, restarted 4 times"))
        #expect(outcome.output.contains("last words, password=..."))
        #expect(!outcome.everything.contains("geheim"))
        #expect(api.questions.allSatisfy { $0.hasPrefix("GET ") })
    }

    @Test func `diag containers lists them, and shows one in full`() async throws {
        let home = Home()
        let api = try Self.docker(home, port: 1)
        let environment = ["DOCKER_HOST": "unix://\(api.path ?? "")"]
        let all = try await Diag.run(["containers"], in: home, environment: environment)
        #expect(all.status == 0, "\(all)")
        #expect(all.output.contains("Containers (docker)"))
        let one = try await Diag.run(["containers", "shop-app"], in: home, environment: environment)
        #expect(one.output.contains("The last lines of shop-app"), "\(one)")
        let none = try await Diag.run(["containers", "gone"], in: home, environment: environment)
        #expect(none.output.contains("there is none"))
        let nowhere = try await Diag.run(["containers"], in: home, environment: ["DOCKER_HOST": "unix:///nowhere"])
        #expect(nowhere.errors.contains("neither Docker's socket nor"))
        #expect(nowhere.status == 64)
    }

    @Test func `a namespace without a pod is a mistake`() async throws {
        let home = Home()
        let file = try home.configure(
            "targets: {redis: [{url: 'redis://h', container: a, pod: b, namespace: c}, {url: 'redis://i', namespace: c}]}"
        )
        let outcome = try await Diag.run("config", "check", "--config", file)
        #expect(outcome.everything.contains("give one of container, pod and pod_selector"))
        #expect(outcome.everything.contains("it goes with pod or pod_selector"))
    }
}
