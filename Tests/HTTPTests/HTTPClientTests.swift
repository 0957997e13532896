import Diagnostics
import Playground
import TLS
import Testing

@testable import HTTP

@Suite("Asking over HTTP")
struct HTTPClientTests {
    @Test func `an answer has status, header fields, body, phases and address`() async throws {
        let server = ScriptedServer(["/a?b=c": answer(418, "tea", type: "Text/Plain; charset=utf-8")])
        let response = try await HTTPClient.response(
            to: HTTPRequest(url: server.url + "/a?b=c"), until: .after(.seconds(10)))
        #expect(response.status == 418)
        #expect(response.head["CONTENT-length"] == "3")
        #expect(response.head.contentType == "text/plain")
        #expect(response.body == Array("tea".utf8))
        #expect(response.version == "1.1")
        #expect(response.remoteAddress == "127.0.0.1:\(server.port)")
        #expect(response.phases.total >= response.phases.connect + response.phases.firstByte)
        #expect(response.phases.tls == nil)
        #expect(server.questions.first?.header("User-Agent") == "diag/1")
    }

    @Test(arguments: [
        (HTTPRequest.Authorization.bearer("s3cret"), "Bearer s3cret"),
        (.basic(user: "Aladdin", password: "open sesame"), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="),
        (.basic(user: "a", password: ""), "Basic YTo="), (.basic(user: "ab", password: ""), "Basic YWI6"),
        (.basic(user: "", password: ""), "Basic Og=="),
    ])
    func `credentials go out`(authorization: HTTPRequest.Authorization, expected: String) async throws {
        let server = ScriptedServer([:])
        let request = HTTPRequest(
            url: server.url, headers: [.init("X-Tenant", "7"), .init("X-Evil", "1\r\nX-More: 2")],
            authorization: authorization)
        _ = try await HTTPClient.response(to: request, until: .after(.seconds(10)))
        let question = try #require(server.questions.first)
        #expect(question.header("Authorization") == expected)
        #expect(question.header("X-Tenant") == "7")
        #expect(question.header("X-More") == nil)
    }

    @Test func `a redirect keeps credentials at its origin and drops them elsewhere`() async throws {
        let elsewhere = ScriptedServer(["/login?next=1": answer(200, "<html>")])
        let location = "Location: \(elsewhere.url)/login?next=1"
        let server = ScriptedServer([
            "/": answer(302, headers: ["Location: /next"]), "/next": answer(307, headers: [location]),
        ])
        let request = HTTPRequest(
            url: server.url + "/", headers: [.init("X-Key", "k")], authorization: .bearer("s3cret"))
        let response = try await HTTPClient.response(to: request, until: .after(.seconds(10)))
        #expect(response.status == 200)
        #expect(response.url == elsewhere.url + "/login?next=1")
        #expect(response.redirectedFrom == [server.url + "/", server.url + "/next"])
        #expect(server.questions.map { $0.header("Authorization") } == ["Bearer s3cret", "Bearer s3cret"])
        #expect(server.questions.map { $0.header("X-Key") } == ["k", "k"])
        #expect(elsewhere.questions.map { $0.header("Authorization") } == [nil])
        #expect(elsewhere.questions.map { $0.header("X-Key") } == [nil])
    }

    @Test func `a redirect to another protocol is not followed`() async {
        let server = ScriptedServer(["/": answer(302, headers: ["Location: file:///etc/passwd"])])
        #expect(await failure(of: HTTPRequest(url: server.url + "/"))?.kind == .misconfigured)
    }

    @Test func `a consumer takes the body of a good answer alone`() async throws {
        let server = ScriptedServer(["/good": answer(200, "good"), "/bad": answer(500, "bad")])
        var taken: [UInt8] = []
        let good = try await HTTPClient.response(
            to: HTTPRequest(url: server.url + "/good"), until: .after(.seconds(10))
        ) { taken += $0 }
        #expect(taken == Array("good".utf8))
        #expect(good.body == [])
        #expect(good.bodyLength == 4)
        let bad = try await HTTPClient.response(
            to: HTTPRequest(url: server.url + "/bad"), until: .after(.seconds(10))
        ) { taken += $0 }
        #expect(taken == Array("good".utf8))
        #expect(bad.body == Array("bad".utf8))
    }

    @Test func `another address can be asked in the URL's name`() async throws {
        let server = ScriptedServer(["/": answer(200)])
        let request = HTTPRequest(
            url: "http://app.example.test:81/", connection: .init(address: "127.0.0.1:\(server.port)"))
        let response = try await HTTPClient.response(to: request, until: .after(.seconds(10)))
        #expect(response.status == 200)
        #expect(server.questions.first?.header("Host") == "app.example.test:81")
    }

    @Test func `a unix socket is asked like any other server`() async throws {
        let path = try await Playground.shared.folder() + "/http.sock"
        let server = ScriptedServer(unixSocket: path) { _, connection in connection.write(answer(200, "ok")) }
        let address = try HTTPAddress("unix:\(path):/healthz")
        let response = try await HTTPClient.response(
            to: HTTPRequest(url: address.url, connection: .init(unixSocket: address.unixSocket)),
            until: .after(.seconds(10)))
        #expect(response.body == Array("ok".utf8))
        #expect(response.remoteAddress == nil)
        #expect(server.questions.map(\.path) == ["/healthz"])
    }

    @Test func `a compressed body arrives unpacked, and its limit counts what was unpacked`() async throws {
        let head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(compressed.count)\r\n\r\n"
        let server = ScriptedServer { _, connection in connection.write(Array(head.utf8) + compressed) }
        let text = String(repeating: "http_requests_total 5\n", count: 50)
        let whole = try await HTTPClient.response(to: HTTPRequest(url: server.url), until: .after(.seconds(10)))
        #expect(whole.body == Array(text.utf8))
        let cut = try await HTTPClient.response(
            to: HTTPRequest(url: server.url, bodyLimit: 100), until: .after(.seconds(10)))
        #expect(cut.isTruncated)
        #expect(cut.body == Array(text.utf8.prefix(100)))
    }

    @Test func `a connection lost while connecting is tried once more, one lost later is not`() async {
        let early = ScriptedServer(
            greeting: { connection in
                connection.reset()
                return false
            },
            { _, _ in false })
        let secure = "https://127.0.0.1:\(early.port)/"
        let error = await failure(of: HTTPRequest(url: secure))
        #expect(error?.kind == .unreachable, "\(error as Any)")
        #expect(early.connections == 2)
        let late = ScriptedServer { _, connection in
            connection.reset()
            return false
        }
        let other = await failure(of: HTTPRequest(url: late.url))
        #expect(other?.kind == .unreachable, "\(other as Any)")
        #expect(late.connections == 1)
    }

    @Test(arguments: [
        ("http://u:p@h:1/a?t=s#f", "http://h:1/a"), ("https://h/", "https://h/"),
        ("no url at all", "(a URL that cannot be read)"),
    ])
    func `a URL is shown without what may be secret`(url: String, shown: String) {
        #expect(URLText.shown(url) == shown)
    }

    @Test(arguments: [
        ("http://h", "/metrics", "http://h/metrics"), ("http://h/app/", "metrics", "http://h/app/metrics"),
        ("http://h/app?x=1", "/m?y=2", "http://h/app/m?y=2"), ("https://h:8443", "/", "https://h:8443/"),
    ])
    func `a path stands below the base URL`(base: String, path: String, url: String) {
        #expect(URLText.joined(base, path) == url)
    }
}

/// Fifty times `http_requests_total 5` and a line feed, by gzip.
private let compressed: [UInt8] = [
    31, 139, 8, 0, 0, 0, 0, 0, 2, 255, 203, 40, 41, 41, 136, 47, 74, 45, 44, 77, 45, 46, 41, 142, 47, 201, 47, 73, 204,
    81, 48, 229, 202, 24, 21, 29, 21, 29, 21, 29, 21, 37, 73, 20, 0, 148, 253, 119, 40, 76, 4, 0, 0,
]

@Suite("HTTP over TLS")
struct SecureTests {
    private func ask(_ kind: TLSServers.Kind, verifies: Bool = true) async throws -> Result<Int, ProbeError> {
        let servers = try await Playground.shared.tls()
        let request = HTTPRequest(
            url: "https://\(servers.serverName)/",
            connection: .init(
                verifiesCertificate: verifies, caFile: servers.authority,
                address: "\(servers.host):\(servers.port(kind))"))
        do {
            let response = try await HTTPClient.response(to: request, until: .after(.seconds(10)))
            #expect(response.phases.tls != nil)
            return .success(response.status)
        } catch {
            return .failure(error)
        }
    }

    @Test(arguments: [TLSServers.Kind.good, .expiring, .chain, .crossSigned, .byName])
    func `a certificate that verifies is let through`(kind: TLSServers.Kind) async throws {
        #expect(try await ask(kind) == .success(200))
    }

    @Test(arguments: [
        (TLSServers.Kind.expired, "expired"), (.selfSigned, "self-signed"), (.wrongName, "subject name"),
        (.untrusted, "certificate"), (.incomplete, "certificate"), (.notYetValid, "not yet valid"),
    ])
    func `one that does not is the error, in its own words`(kind: TLSServers.Kind, words: String) async throws {
        guard case .failure(let error) = try await ask(kind) else {
            Issue.record("\(kind) was let through")
            return
        }
        #expect(error.kind == .tls)
        #expect(error.message.contains(words))
        #expect(try await ask(kind, verifies: false) == .success(200))
    }
}

@Suite("The certificate of an application")
struct ServerCertificateTests {
    private func observe(_ kind: TLSServers.Kind, verifies: Bool = true) async throws -> Observation {
        let servers = try await Playground.shared.tls()
        return await HTTPTests.observe("https://\(servers.serverName)/") {
            $0.role = .url
            $0.connection.verifiesCertificate = verifies
            $0.connection.caFile = servers.authority
            $0.connection.address = "\(servers.host):\(servers.port(kind))"
        }
    }

    @Test(arguments: [(TLSServers.Kind.expiring, 9.0), (.good, 90), (.chain, 30), (.crossSigned, 90)])
    func `is read along: the path that verifies, not what was sent`(kind: TLSServers.Kind, days: Double) async throws {
        let observation = try await observe(kind)
        #expect(observation.value(HTTPMetrics.healthUp) == 1)
        let expiry = try #require(observation.value(TLSMetrics.certificateExpiry))
        #expect(abs((expiry - Timestamp.now.secondsSinceEpoch) / 86400 - days) < 0.5)
    }

    @Test func `is a fact where it need not verify`() async throws {
        let observation = try await observe(.expired, verifies: false)
        #expect(observation.value(HTTPMetrics.healthUp) == 1)
        let expiry = try #require(observation.value(TLSMetrics.certificateExpiry))
        #expect(expiry < Timestamp.now.secondsSinceEpoch)
        #expect(observation.fact("http.health.body")?.contains("does not verify") == true)
    }

    @Test func `is the failure where it must verify`() async throws {
        let observation = try await observe(.expired)
        #expect(observation.failure?.kind == .tls)
        #expect(observation.value(HTTPMetrics.healthUp) == 0)
    }
}

@Suite("URLs as people give them")
struct HTTPAddressTests {
    @Test(arguments: [
        ("http://h:8080/x", "http://h:8080/x"), ("h:8080", "http://h:8080/"), ("localhost", "http://localhost/"),
        ("https://user:geheim@h/x", "https://h/x"), ("https://[::1]:8443", "https://[::1]:8443/"),
    ])
    func `are read`(text: String, url: String) throws {
        #expect(try HTTPAddress(text).url == url)
    }

    @Test(arguments: [
        ("unix:/run/app.sock", "http://localhost/"), ("unix:/run/app.sock:/base?x=1", "http://localhost/base?x=1"),
        ("http://unix:/run/app.sock", "http://localhost/"),
    ])
    func `may name a unix socket and a path behind it`(text: String, url: String) throws {
        let address = try HTTPAddress(text)
        #expect(address.unixSocket == "/run/app.sock")
        #expect(address.url == url)
        #expect(address.shown.hasPrefix("unix:/run/app.sock"))
    }

    @Test func `user info becomes basic authorization and is shown nowhere`() throws {
        let address = try HTTPAddress("https://user:ge%20heim@h/x?token=t")
        #expect(address.authorization == .basic(user: "user", password: "ge heim"))
        #expect(address.shown == "https://h/x")
        #expect("\(address.authorization as Any)".contains("heim") == false)
    }

    @Test(arguments: [
        "", "ftp://user:geheim@h/", "http://", "http://user:geheim@h:port/", "unix:", "unix:run/x", "unix:/run/x:y",
    ])
    func `that cannot be read are refused without being repeated`(text: String) {
        let error = #expect(throws: ProbeError.self) { try HTTPAddress(text) }
        #expect(error?.kind == .misconfigured)
        #expect(error?.description.contains("geheim") == false)
    }
}
