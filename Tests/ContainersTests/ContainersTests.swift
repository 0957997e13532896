import Diagnostics
import Foundation
import HTTP
import Playground
import Testing

@testable import Containers

@Suite("Docker's containers")
struct DockerTests {
    private let folder = Folder()

    private func look(_ workload: Workload, isNamed: Bool = true, _ api: RecordedAPI) async -> (
        evidence: [Evidence], problems: [ProbeError]
    ) {
        let runtimes = ContainerRuntimes(environment: ["DOCKER_HOST": "unix://\(api.path ?? "")"], root: folder.path)
        return await WorkloadInquiry(workload, isNamed: isNamed, in: runtimes).look(until: .after(.seconds(10)))
    }

    @Test func `a container that runs ill tells its state, health, memory and last lines`() async throws {
        let api = try Recordings.docker(in: folder.path)
        let (evidence, problems) = await look(.container("shop-app"), api)
        #expect(problems == [])
        #expect(
            evidence.map(\.id) == [
                "container.state", "container.instances", "container.health", "container.rollouts", "container.logs",
            ])
        let state = try #require(evidence.sentence("container.state"))
        #expect(state.hasPrefix("shop-app running, up for "))
        #expect(state.hasSuffix("restarted 3 times, unhealthy"))
        #expect(evidence.sentence("container.health") == "connect postgres://app:…@db/app: refused")
        let row = try #require(evidence.rows("container.instances").first)
        #expect(row.contains(.bytes(100_000_000)) && row.contains(.bytes(536_870_912)))
        let lines = evidence.lines("container.logs")
        #expect(lines.first == "listening on :8080")
        #expect(lines.last?.contains("password=...") == true)
        #expect(!"\(evidence)".contains("geheim"))
        #expect(api.questions.allSatisfy { $0.hasPrefix("GET ") })
    }

    @Test(arguments: [("127.0.0.1", UInt16(18080)), ("localhost", 18080), ("172.17.0.2", 8080)])
    func `the container behind an address is found`(host: String, port: UInt16) async throws {
        let api = try Recordings.docker(in: folder.path)
        let (evidence, _) = await look(.address(host: host, port: port), isNamed: false, api)
        #expect(evidence.sentence("container.state")?.hasPrefix("shop-app ") == true)
    }

    @Test func `one that has ended publishes nothing and is found by what it would publish`() async throws {
        let api = try Recordings.docker(in: folder.path)
        let (evidence, _) = await look(.address(host: "127.0.0.1", port: 19090), isNamed: false, api)
        let state = try #require(evidence.sentence("container.state"))
        #expect(state.contains("old-app exited with 137 (SIGKILL: killed, often for lack of memory)"))
        #expect(state.contains("killed for lack of memory"))
        #expect(evidence.lines("container.logs") == ["a terminal's line"])
    }

    @Test func `nobody's port is no evidence, and a name that is not there is said`() async throws {
        let api = try Recordings.docker(in: folder.path)
        let nobody = await look(.address(host: "127.0.0.1", port: 1), isNamed: false, api)
        #expect(nobody.evidence == [] && nobody.problems == [])
        let (evidence, _) = await look(.container("gone"), api)
        #expect(evidence.sentence("container.state") == "there is no container gone")
    }

    @Test func `kills for lack of memory are counted, rubbish among the events left out`() async throws {
        let api = try Recordings.docker(in: folder.path)
        let runtimes = ContainerRuntimes(environment: ["DOCKER_HOST": "unix://\(api.path ?? "")"], root: folder.path)
        let evidence = await runtimes.memoryKills(until: .after(.seconds(10)))
        #expect(
            evidence.rows("container.oom") == [
                [.text("shop-app"), .time(Timestamp(secondsSinceEpoch: 1_790_000_200)), .integer(2)]
            ])
        let (list, _) = await runtimes.list(until: .after(.seconds(10)))
        #expect(list.rows("container.list.docker").count == 2)
    }

    @Test(arguments: [
        (RecordedAPI.Answer.json("{", status: 200), ProbeError.Kind.protocolViolation),
        (.json("[]", status: 200), .protocolViolation),
        (.json(#"{"message":"boom geheim=1"}"#, status: 500), .server(code: "500")),
        (.json(#"{"message":"denied"}"#, status: 403), .forbidden), (.init(200, [0xFF, 0xFE]), .protocolViolation),
    ])
    func `what cannot be read is a problem, and never more`(answer: RecordedAPI.Answer, kind: ProbeError.Kind)
        async throws
    {
        let api = try RecordedAPI(unixSocket: folder.path + "/d.sock", ["/containers/app/json": answer])
        let (evidence, problems) = await look(.container("app"), api)
        #expect(evidence == [])
        #expect(problems.map(\.kind) == [kind])
        #expect(api.questions.count == 1)
    }

    @Test func `a runtime that keeps silent costs no more than the deadline`() async throws {
        let port = try await Playground.shared.hostile().port(.silent)
        let runtimes = ContainerRuntimes(environment: ["DOCKER_HOST": "tcp://127.0.0.1:\(port)"], root: folder.path)
        let (evidence, problems) = await WorkloadInquiry(.container("app"), isNamed: true, in: runtimes)
            .look(until: .after(.milliseconds(300)))
        #expect(evidence == [])
        #expect(problems.map(\.kind) == [.timedOut])
    }

    @Test func `without a runtime a name is a problem and an address nothing`() async {
        let runtimes = ContainerRuntimes(environment: [:], root: folder.path)
        #expect(runtimes.isEmpty)
        let named = await WorkloadInquiry(.container("a"), isNamed: true, in: runtimes).look(until: .after(.seconds(1)))
        #expect(named.problems.map(\.kind) == [.misconfigured])
        let found = await WorkloadInquiry(.address(host: "h", port: 1), isNamed: false, in: runtimes)
            .look(until: .after(.seconds(1)))
        #expect(found.problems == [])
    }
}

@Suite("Kubernetes' pods")
struct KubernetesTests {
    private let folder = Folder()

    private static let account = "var/run/secrets/kubernetes.io/serviceaccount/"

    /// The API of the playground speaks plain HTTP: the scheme is the only thing that is changed.
    private func api(_ answers: [String: RecordedAPI.Answer], missing: RecordedAPI.Answer = .json("{}", status: 404))
        throws -> (RecordedAPI, KubernetesAPI)
    {
        try folder.write("a-token\n", to: Self.account + "token")
        try folder.write("prod", to: Self.account + "namespace")
        let server = try RecordedAPI(answers, missing: missing)
        let environment = ["KUBERNETES_SERVICE_HOST": "127.0.0.1", "KUBERNETES_SERVICE_PORT": "\(server.port)"]
        let found = try #require(KubernetesAPI(environment: environment, root: folder.path))
        return (server, found.speakingPlainly)
    }

    @Test func `a pod that crashes tells why, what it said before, and since which version`() async throws {
        let (server, api) = try api(Recordings.kubernetes)
        let report = try #require(try await api.report(on: .pod("shop", namespace: nil), until: .after(.seconds(10))))
        #expect(report.problems == [])
        #expect(report.instances.map(\.state) == ["CrashLoopBackOff", "running", "Pending"])
        let first = report.instances[0]
        #expect((first.exitCode, first.restarts, first.wasKilledForMemory, first.isReady) == (137, 5, true, false))
        #expect((first.memoryLimit, first.memoryUsed, first.processors) == (536_870_912, 134_217_728, 0.25))
        #expect(report.instances[2].message?.contains("insufficient memory") == true)
        #expect(report.logs == ["starting", "panic: out of memory, token=..."])
        #expect(report.logsOf.hasSuffix("as it was before it was restarted"))
        #expect(report.rollouts.map(\.revision) == ["12", "11"])
        #expect(report.incidents.map(\.count) == [42])
        let evidence = report.evidence(now: .now)
        #expect(evidence.sentence("container.state")?.contains("1 of 3 run well") == true)
        #expect(server.questions.allSatisfy { $0.hasPrefix("GET ") })
    }

    @Test func `pods are found by selector, by service and by address`() async throws {
        let (server, api) = try api(Recordings.kubernetes)
        for workload in [
            Workload.pods(selector: "app=shop", namespace: nil), .address(host: "shop", port: 80),
            .address(host: "shop.prod.svc.cluster.local", port: 80), .address(host: "10.1.2.3", port: 80),
        ] {
            #expect(try await api.report(on: workload, until: .after(.seconds(10)))?.instances.count == 3)
        }
        #expect(server.questions.contains { $0.contains("labelSelector=app%3Dshop") })
        #expect(server.questions.contains { $0.contains("fieldSelector=status.podIP%3D10.1.2.3") })
        #expect(try await api.report(on: .address(host: "other", port: 1), until: .after(.seconds(10))) == nil)
    }

    @Test func `a right that is missing is said, with the role that mends it`() async throws {
        let (server, api) = try api(
            [:], missing: .json(#"{"message":"pods is forbidden: User cannot list"}"#, status: 403))
        let error = await #expect(throws: ProbeError.self) {
            try await api.report(on: .pod("shop", namespace: nil), until: .after(.seconds(10)))
        }
        #expect(error?.kind == .forbidden)
        #expect(error?.advice?.contains("get and list on pods") == true)
        #expect(server.questions.count == 1)
    }

    @Test func `what is beside the state may be missing`() async throws {
        let (server, api) = try api(["/api/v1/namespaces/prod/pods": .json(Recordings.pods)])
        let report = try #require(try await api.report(on: .pod("shop", namespace: nil), until: .after(.seconds(10))))
        #expect(report.instances.count == 3)
        #expect(!report.problems.isEmpty)
        #expect(server.questions.count > 1)
    }

    @Test func `outside of a cluster there is none`() {
        #expect(KubernetesAPI(environment: [:], root: folder.path) == nil)
        #expect(KubernetesAPI(environment: ["KUBERNETES_SERVICE_HOST": "h"], root: folder.path) == nil)
    }

    @Test(arguments: [
        ("250m", 0.25), ("1", 1), ("512Mi", 536_870_912), ("1.5Gi", 1_610_612_736), ("5n", 5e-9), ("x", nil),
        ("5Q", nil),
    ])
    func `quantities are read`(text: String, value: Double?) { #expect(KubernetesQuantity(text)?.value == value) }
}

@Suite("Lines that programs wrote")
struct LogTextTests {
    @Test(arguments: [
        ("connect postgres://app:geheim@db:5432/x", "connect postgres://app:…@db:5432/x"),
        ("redis://geheim@h/0 and http://h/@x", "redis://…@h/0 and http://h/@x"),
        ("password=geheim user=bob", "password=... user=bob"),
        ("\"password\": \"geheim\", \"a\": 1", "\"password\": \"...\", \"a\": 1"),
        ("Authorization: Bearer geheim", "Authorization: Bearer ..."), ("api_key: 'geheim'", "api_key: '...'"),
        ("DB_PASSWORD=geheim", "DB_PASSWORD=..."), ("the password was wrong", "the password was wrong"),
        ("a token=x", "a token=."), ("client_secret=geheim;x", "client_secret=...;x"),
        ("äöü token=geheim ß", "äöü token=... ß"),
    ])
    func `lose the secrets that they are known to hold`(line: String, shown: String) {
        #expect(LogText.redacted(line) == shown)
    }

    @Test func `are bounded in length and number`() {
        let bytes = Array(
            (1...100).map { "line \($0) " + String(repeating: "x", count: 5000) }.joined(separator: "\n").utf8)
        let lines = LogText.lines(bytes, most: 3)
        #expect(lines.map { $0.prefix(8) } == ["line 98 ", "line 99 ", "line 100"])
        #expect(lines.allSatisfy { $0.count == 401 })
    }

    @Test(
        arguments: [
            ([], []), (Recordings.frame(1, "a") + Recordings.frame(2, "b"), Array("ab".utf8)),
            (Recordings.frame(1, "abc").dropLast().map { $0 }, Array("ab".utf8)),
            (Array("plain text".utf8), Array("plain text".utf8)),
            (Recordings.frame(1, "a") + Array("rubbish!".utf8), Array("a".utf8)), ([1, 0, 0], [1, 0, 0]),
            ([1, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0x61], [0x61]),
        ] as [([UInt8], [UInt8])])
    func `come in frames or as they are`(bytes: [UInt8], payload: [UInt8]) {
        #expect(LogFrames.payload(bytes) == payload)
    }

    @Test(arguments: [
        ("2026-11-26T17:00:00Z", 1_795_712_400.0), ("2026-11-26T18:00:00.5+01:00", 1_795_712_400.5),
        ("2026-11-26T16:30:00-00:30", 1_795_712_400), ("0001-01-01T00:00:00Z", nil), ("", nil),
        ("2026-13-01T00:00:00Z", nil),
        ("2026-11-26T17:00:00", nil),
    ])
    func `moments are read`(text: String, seconds: Double?) {
        #expect(Timestamp(ofRuntime: text)?.secondsSinceEpoch == seconds)
    }
}

extension KubernetesAPI {
    fileprivate var speakingPlainly: KubernetesAPI {
        var api = self
        api.base = "http" + base.dropFirst(5)
        return api
    }
}

extension [Evidence] {
    func sentence(_ id: String) -> String? {
        for piece in self where piece.id == id { if case .fact(let sentence) = piece.body { return sentence } }
        return nil
    }

    func rows(_ id: String) -> [[Cell]] {
        for piece in self where piece.id == id { if case .table(let table) = piece.body { return table.rows } }
        return []
    }

    func lines(_ id: String) -> [String] {
        for piece in self where piece.id == id {
            if case .tree(let branches) = piece.body { return branches.map(\.text) }
        }
        return []
    }
}
