import Diagnostics
import Playground
import Synchronization
import Testing

@testable import HTTP

@Suite("What an answer must be like")
struct ChecksTests {
    @Test(
        arguments: [
            ("200", [200], [201, 199]), ("2xx", [200, 299], [300]), ("200-204", [200, 204], [205]),
            ("200,3xx", [200, 302], [201, 400]), ("1xx 500", [101, 500], [200]),
        ] as [(String, [Int], [Int])])
    func `statuses are numbers, classes and ranges`(text: String, wanted: [Int], others: [Int]) throws {
        let set = try StatusSet([text])
        #expect(wanted.allSatisfy(set.contains))
        #expect(!others.contains(where: set.contains))
    }

    @Test(arguments: ["", "20", "2x", "6xx", "200-", "300-200", "99", "600", "x", "-200", "200-300-400"])
    func `what is no status is refused`(text: String) { #expect(throws: ProbeError.self) { try StatusSet([text]) } }

    /// The document and the values of RFC 6901, 5.
    @Test(
        arguments: [
            ("#", "an object of 11"), ("/foo", "a list of 2"), ("/foo/0", "bar"), ("/", "0"), ("/a~1b", "1"),
            ("/c%d", "2"),
            ("/e^f", "3"), ("/g|h", "4"), ("/i\\j", "5"), ("/k\"l", "6"), ("/ ", "7"), ("/m~0n", "8"), ("/foo/2", nil),
            ("/foo/-", nil), ("/foo/01", nil), ("/foo/0/0", nil), ("/nowhere", nil), ("/~01", "10"),
        ] as [(String, String?)])
    func `pointers lead where RFC 6901 says`(pointer: String, value: String?) throws {
        let text =
            #"{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8,"~1":10}"#
        let document = try #require(JSONValue(Array(text.utf8)))
        #expect(try JSONPointer(pointer).value(in: document)?.shown == value)
    }

    @Test(arguments: ["foo", "/~", "/~2", "/a~"])
    func `what is no pointer is refused`(text: String) { #expect(throws: ProbeError.self) { try JSONPointer(text) } }

    private static let body = """
        {"status": "ok", "n": 5, "text": "5.5", "on": true, "none": null, "items": [1, 2, 3], "a": {"b c": "d"},
         "name": "john.doe"}
        """

    @Test(arguments: [
        ("/status == ok", true), ("/status == \"ok\"", true), ("/status == OK", false), ("/status != degraded", true),
        ("/n == 5", true), ("/n == 5.0", true), ("/n < 6", true), ("/n < 5", false), ("/n <= 5", true),
        ("/n > 4.9", true),
        ("/n >= 6", false), ("/text > 5", true), ("/status > 1", false), ("/on == true", true), ("/none == null", true),
        ("/none exists", true), ("/gone exists", false), ("/gone absent", true), ("/status absent", false),
        ("length /items >= 3", true), ("length /items > 3", false), ("length /name == 8", true),
        ("/name ~ ^john", true),
        ("/name !~ ^john", false), ("/status in up, ok", true), ("/status in up,down", false), ("/a/b c == d", true),
        ("/gone == 1", false), ("/gone != 1", false), ("/items == [1,2,3]", true), ("/items/1 == 2", true),
        ("# ~ object", true),
    ])
    func `a JSON body is compared as it is written`(check: String, holds: Bool) throws {
        let document = try #require(JSONValue(Array(Self.body.utf8)))
        #expect(try JSONCheck(check).judge(document).holds == holds)
    }

    @Test(arguments: ["/status", "/n < many", "status == ok", "/n =! 5", "/name ~ (", "", "/a==b"])
    func `what is no comparison is refused`(check: String) { #expect(throws: ProbeError.self) { try JSONCheck(check) } }

    @Test(arguments: [
        ("Server", true), ("X-None", false), ("!X-None", true), ("!server", false), ("server: nginx/1.2", true),
        ("Server: nginx", false), ("Server ~ ^nginx", true), ("Server !~ ^nginx", false), ("Set-Cookie ~ b=2", true),
        ("Set-Cookie !~ b=2", false), ("X-None ~ a", false), ("X-None? ~ a", true), ("X-None !~ a", false),
        ("Empty:", true),
    ])
    func `header fields are there, fit or are missing`(check: String, holds: Bool) throws {
        let head = HTTPHead(
            status: 200,
            headers: [
                .init("server", "nginx/1.2"), .init("Set-Cookie", "a=1"), .init("set-cookie", "b=2"),
                .init("empty", ""),
            ])
        #expect(try HeaderCheck(check).judge(head).holds == holds)
    }

    @Test(arguments: ["", "!", "a b", "x ~ (", ": v"])
    func `what names no header is refused`(check: String) {
        #expect(throws: ProbeError.self) { try HeaderCheck(check) }
    }
}

@Suite("An instance is judged by what is expected of it")
struct ExpectationTests {
    private func look(
        _ answer: String, _ expect: @escaping (inout HTTPExpectation) throws -> Void
    ) async throws -> Observation {
        let server = ScriptedServer(["/": answer])
        var expectation = HTTPExpectation()
        try expect(&expectation)
        let wanted = expectation
        return await observe(server.url + "/") {
            $0.role = .url
            $0.expectation = wanted
        }
    }

    @Test(arguments: [(200, 0.0), (404, 1.0), (503, 0.0), (302, 0.0)])
    func `the status that was asked for is up, any other down`(status: Int, up: Double) async throws {
        let seen = try await look(answer(status)) { $0.statuses = try StatusSet(["404"]) }
        #expect(seen.value(HTTPMetrics.healthUp) == up)
        #expect(seen.value(HTTPMetrics.failedChecks) == 1 - up)
    }

    @Test func `a check that is not met is down, and says what was found`() async throws {
        let seen = try await look(answer(200, #"{"status": "degraded"}"#)) {
            $0.json = [try JSONCheck("/status == ok")]
            $0.bodyContains = ["degraded"]
            $0.headers = [try HeaderCheck("Content-Type ~ json")]
        }
        #expect(seen.value(HTTPMetrics.healthUp) == 0)
        #expect(seen.value(HTTPMetrics.failedChecks) == 1)
        #expect(
            seen.fact("http.health.body")?.hasPrefix("its answer is not as expected: json /status == ok: degraded")
                == true)
        #expect(seen.table("http.health.checks")?.map(\.last) == [.text("ok"), .text("ok"), .text("not met")])
        #expect(seen.failure == nil)
    }

    @Test(arguments: [
        ("(?i)WELCOME", true), (#"\bv\d+\.\d+"#, true), ("^good", false), ("welcome.*9", false),
    ])
    func `the body is held against regular expressions`(pattern: String, fits: Bool) async throws {
        let seen = try await look(answer(200, "hello\nwelcome to v1.2\n", type: "text/html")) {
            $0.bodyFits = [try TextPattern(pattern)]
        }
        #expect(seen.value(HTTPMetrics.healthUp) == (fits ? 1 : 0))
        let other = try await look(answer(200, "hello\nwelcome to v1.2\n", type: "text/html")) {
            $0.bodyFitsNot = [try TextPattern(pattern)]
        }
        #expect(other.value(HTTPMetrics.healthUp) == (fits ? 0 : 1))
    }

    @Test func `a body that is no JSON is not as expected`() async throws {
        let seen = try await look(answer(200, "<html>", type: "text/html")) { $0.json = [try JSONCheck("/a exists")] }
        #expect(seen.value(HTTPMetrics.healthUp) == 0)
        #expect(seen.fact("http.health.body")?.contains("no JSON") == true)
    }

    @Test func `behind the limit nobody knows`() async throws {
        let server = ScriptedServer(["/": answer(200, String(repeating: "x", count: 5000) + "end", type: "text/plain")])
        let seen = await observe(server.url + "/") {
            $0.role = .url
            $0.bodyLimit = 100
            $0.expectation.bodyContains = ["end"]
        }
        #expect(seen.value(HTTPMetrics.healthUp) == nil)
        #expect(seen.gap(HTTPMetrics.healthUp)?.contains("not in its first 100 B") == true)
    }

    @Test func `the time, the version and TLS are checked too`() async throws {
        let seen = try await look(answer(200)) {
            $0.within = .nanoseconds(1)
            $0.versions = ["2"]
            $0.tls = true
        }
        #expect(seen.value(HTTPMetrics.failedChecks) == 3)
        let fine = try await look(answer(200)) {
            $0.within = .seconds(60)
            $0.versions = ["1.1", "2"]
            $0.tls = false
        }
        #expect(fine.value(HTTPMetrics.healthUp) == 1)
    }

    /// `(a+)+$` against many a's and a b: each further letter doubles the time.
    @Test func `an expression that takes too long is unknown, and holds nobody up`() async throws {
        let server = ScriptedServer(["/": answer(200, String(repeating: "a", count: 26) + "b", type: "text/plain")])
        let pattern = try TextPattern("^(a+)+$")
        let seen = await observe(server.url + "/", within: .milliseconds(600)) {
            $0.role = .url
            $0.expectation.bodyFits = [pattern]
        }
        #expect(seen.value(HTTPMetrics.healthUp) != 1)
        #expect(seen.duration < .seconds(20))
    }

    @Test func `of an application's health endpoints one must be as expected`() async throws {
        let server = ScriptedServer(["/healthz": answer(204), "/api/v1/health": answer(200, #"{"ready": true}"#)])
        let seen = await observe(server.url) {
            $0.expectation.statuses = StatusSet([200...200])
            $0.expectation.json = [try! JSONCheck("/ready == true")]
        }
        #expect(seen.value(HTTPMetrics.healthUp) == 1)
        #expect(seen.table("http.health")?.count == 2)
    }
}

@Suite("Requests of one's own")
struct OwnRequestTests {
    private func ask(_ request: HTTPRequest) async throws -> HTTPResponse {
        try await HTTPClient.response(to: request, until: .after(.seconds(10)))
    }

    @Test(arguments: ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
    func `a method and a body go out as they are`(method: String) async throws {
        let server = ScriptedServer(["/x": answer(201)])
        var request = HTTPRequest(url: server.url + "/x", headers: [.init("Content-Type", "application/json")])
        (request.method, request.content) = (method, Array(#"{"a":1}"#.utf8))
        #expect(try await ask(request).status == 201)
        let question = try #require(server.questions.first)
        #expect(question.lines.first == "\(method) /x HTTP/1.1")
        #expect(question.content == Array(#"{"a":1}"#.utf8))
        #expect(question.header("Content-Type") == "application/json")
        #expect(question.header("Expect") == nil)
    }

    @Test func `HEAD has no body, and an empty POST no type`() async throws {
        let server = ScriptedServer { question, connection in
            connection.write(
                "HTTP/1.1 200 X\r\nContent-Length: \(question.lines[0].hasPrefix("HEAD") ? 99 : 0)\r\n\r\n")
            return true
        }
        var request = HTTPRequest(url: server.url + "/")
        request.method = "HEAD"
        #expect(try await ask(request).bodyLength == 0)
        request.method = "POST"
        #expect(try await ask(request).status == 200)
        #expect(server.questions.last?.header("Content-Type") == nil)
        #expect(server.questions.last?.header("Content-Length") == "0")
    }

    @Test(arguments: [(303, "GET", 0), (302, "GET", 0), (307, "POST", 4), (308, "POST", 4)])
    func `a redirect keeps the body only where it must`(status: Int, method: String, size: Int) async throws {
        let server = ScriptedServer(["/a": answer(status, headers: ["Location: /b"]), "/b": answer(200)])
        var request = HTTPRequest(url: server.url + "/a")
        (request.method, request.content) = ("POST", Array("body".utf8))
        let response = try await ask(request)
        #expect(response.hops.map(\.status) == [status])
        #expect(server.questions.last?.lines.first == "\(method) /b HTTP/1.1")
        #expect(server.questions.last?.content.count == size)
    }

    @Test func `a body does not go to another host`() async throws {
        let elsewhere = ScriptedServer(["/": answer(200)])
        let server = ScriptedServer(["/a": answer(307, headers: ["Location: \(elsewhere.url)/"])])
        var request = HTTPRequest(url: server.url + "/a")
        (request.method, request.content) = ("POST", Array("body".utf8))
        #expect(try await ask(request).status == 307)
        #expect(elsewhere.questions.isEmpty)
    }

    @Test func `without redirects the redirect is the answer`() async throws {
        let server = ScriptedServer(["/": answer(301, headers: ["Location: /b"])])
        let seen = await observe(server.url + "/") {
            $0.role = .url
            $0.maximumRedirects = 0
            $0.expectation.statuses = StatusSet([301...301])
        }
        #expect(seen.value(HTTPMetrics.healthUp) == 1)
        #expect(seen.value(HTTPMetrics.redirects) == 0)
    }

    @Test(
        arguments: [
            ("br", [0x0B, 0x02, 0x80, 0x68, 0x65, 0x6C, 0x6C, 0x6F, 0x03]),
            ("zstd", [0x28, 0xB5, 0x2F, 0xFD, 0x20, 5, 0x29, 0, 0, 0x68, 0x65, 0x6C, 0x6C, 0x6F]),
        ] as [(String, [UInt8])])
    func `other encodings than gzip are unpacked too`(encoding: String, bytes: [UInt8]) async throws {
        let server = ScriptedServer { _, connection in
            let head = "HTTP/1.1 200 X\r\nContent-Encoding: \(encoding)\r\nContent-Length: \(bytes.count)\r\n\r\n"
            return connection.write(Array(head.utf8) + bytes)
        }
        let response = try await ask(HTTPRequest(url: server.url))
        #expect(response.body == Array("hello".utf8))
        #expect(response.transferredLength == bytes.count)
        #expect(server.questions.first?.header("Accept-Encoding")?.contains(encoding) == true)
        let plain = try await ask(HTTPRequest(url: server.url, connection: plainly))
        #expect(plain.body != Array("never".utf8))
        #expect(server.questions.last?.header("Accept-Encoding") == "identity")
    }

    private var plainly: HTTPRequest.ConnectionSettings {
        var connection = HTTPRequest.ConnectionSettings()
        connection.encodings = "identity"
        return connection
    }

    @Test func `a proxy is asked for the whole URL, with its own credentials`() async throws {
        let proxy = ScriptedServer { _, connection in connection.write(answer(200, "by proxy")) }
        var connection = HTTPRequest.ConnectionSettings(proxy: "http://127.0.0.1:\(proxy.port)")
        connection.proxyAuthorization = .basic(user: "u", password: "p")
        let response = try await ask(HTTPRequest(url: "http://app.example.test:81/x", connection: connection))
        #expect(response.body == Array("by proxy".utf8))
        let question = try #require(proxy.questions.first)
        #expect(question.lines.first == "GET http://app.example.test:81/x HTTP/1.1")
        #expect(question.header("Proxy-Authorization") == "Basic dTpw")
        #expect(question.header("Authorization") == nil)
    }

    @Test(arguments: [
        ("http://u:geheim@p:3128", "http://p:3128/"), ("p:3128", "http://p:3128/"),
        ("socks5h://p:1080", "socks5h://p:1080/"),
    ])
    func `a proxy's URL is kept without its credentials`(text: String, url: String) throws {
        let address = try ProxyAddress(text)
        #expect(address.url == url)
        #expect(text.contains("geheim") == (address.authorization == .basic(user: "u", password: "geheim")))
    }

    @Test(arguments: ["", "ftp://u:geheim@p", "http://"])
    func `what is no proxy is refused without being repeated`(text: String) {
        let error = #expect(throws: ProbeError.self) { try ProxyAddress(text) }
        #expect(error?.description.contains("geheim") == false)
    }

    @Test func `it is asked again only where that is wanted`() async throws {
        let server = ScriptedServer { [count = Counter()] _, connection in
            connection.write(count.next() < 3 ? answer(503) : answer(200))
        }
        let once = await observe(server.url + "/") { $0.role = .url }
        #expect(once.value(HTTPMetrics.healthUp) == 0)
        let more = await observe(server.url + "/") {
            $0.role = .url
            $0.retries = 3
            $0.retryDelay = .milliseconds(5)
        }
        #expect(more.value(HTTPMetrics.healthUp) == 1)
        #expect(more.fact("http.health.retries")?.hasPrefix("it was asked 2 times") == true)
    }

    @Test func `all that a person may want to see of an answer, and no secrets`() async throws {
        let server = ScriptedServer([
            "/": answer(302, headers: ["Location: /in?session=geheim"]),
            "/in?session=geheim": answer(
                200, "welcome", type: "text/html", headers: ["Set-Cookie: session=geheim; Secure", "X-Api-Key: geheim"]),
        ])
        let seen = await observe(server.url + "/") {
            $0.role = .url
            $0.showsAnswer = true
        }
        let ids = seen.evidence.map(\.id)
        for id in ["http.response", "http.phases", "http.redirects", "http.headers", "http.body", "net.way"] {
            #expect(ids.contains(id), "\(ids)")
        }
        #expect(seen.fact("http.response")?.hasPrefix("200 by HTTP/1.1 from 127.0.0.1:") == true)
        #expect(seen.table("http.redirects")?.count == 2)
        #expect(!"\(seen.evidence)".contains("geheim"))
        #expect("\(seen.evidence)".contains("session=…"))
    }
}

final class Counter: Sendable {
    private let count = Atomic(0)
    func next() -> Int { count.add(1, ordering: .relaxed).newValue }
}

@Suite("HTTP/2 and client certificates")
struct WebServerTests {
    private func ask(
        _ port: UInt16, _ servers: TLSServers, _ change: (inout HTTPRequest.ConnectionSettings) -> Void = { _ in }
    ) async throws -> HTTPResponse {
        var connection = HTTPRequest.ConnectionSettings(caFile: servers.authority, address: "127.0.0.1:\(port)")
        change(&connection)
        let request = HTTPRequest(url: "https://\(servers.serverName)/", connection: connection)
        return try await HTTPClient.response(to: request, until: .after(.seconds(10)))
    }

    @Test func `HTTP/2 is agreed upon where both know it, and can be declined`() async throws {
        let (servers, web) = (try await Playground.shared.tls(), try await Playground.shared.web())
        #expect(try await ask(web.http2, servers).version == "2")
        #expect(try await ask(web.http2, servers) { $0.version = "1.1" }.version == "1.1")
        #expect(try await ask(web.mutual, servers).version == "1.1")
    }

    @Test func `a server that wants a certificate gets it`() async throws {
        let (servers, web) = (try await Playground.shared.tls(), try await Playground.shared.web())
        #expect(try await ask(web.mutual, servers).status == 400)
        let shown = try await ask(web.mutual, servers) {
            $0.clientCertificate = .init(certificateFile: web.clientCertificate, keyFile: web.clientKey)
        }
        #expect(shown.status == 200)
        #expect(String(decoding: shown.body, as: UTF8.self).contains("SUCCESS"))
        let error = await #expect(throws: ProbeError.self) {
            try await ask(web.mutual, servers) { $0.clientCertificate = .init(certificateFile: "/nowhere.pem") }
        }
        #expect(error?.kind == .misconfigured)
    }

    @Test func `a redirect whose certificate ends sooner is the one that counts`() async throws {
        let servers = try await Playground.shared.tls()
        let web = try await Playground.shared.web()
        let seen = await observe("https://\(servers.serverName):\(web.expiring)/away") {
            $0.role = .url
            $0.connection.caFile = servers.authority
            $0.connection.verifiesCertificate = false
            $0.connection.address = "127.0.0.1:\(web.expiring)"
        }
        #expect(seen.value(HTTPMetrics.redirects) == 1)
        #expect(seen.value(HTTPMetrics.healthUp) == 1)
        #expect(seen.fact("http.certificate") != nil)
    }
}
