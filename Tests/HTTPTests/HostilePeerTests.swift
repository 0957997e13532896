import Diagnostics
import Playground
import Synchronization
import Testing

@testable import HTTP

@Suite("Peers that misbehave", .timeLimit(.minutes(2)))
struct HostilePeerTests {
    private static let deadline = Duration.seconds(6)
    /// How much later than the deadline a busy machine may notice it.
    private static let margin = Duration.seconds(5)

    @Test(arguments: [
        (HostilePeers.Kind.silent, ProbeError.Kind.timedOut), (.closing, .unreachable), (.resetting, .unreachable),
        (.rubbish, .protocolViolation), (.tricklingHTTP, .timedOut), (.refusing, .refused), (.full, .timedOut),
    ])
    func `each gives its own failure within the deadline`(
        peer: HostilePeers.Kind, kind: ProbeError.Kind
    ) async throws {
        let peers = try await Playground.shared.hostile()
        let url = "http://\(peers.host):\(peers.port(peer))"
        let observation = await observe(url, within: Self.deadline)
        #expect(observation.failure?.kind == kind)
        #expect(observation.value(HTTPMetrics.healthUp) == 0)
        #expect(observation.gap(HTTPMetrics.requests) != nil)
        #expect(observation.gap(HTTPMetrics.slowDebates) != nil)
        #expect(observation.problems == [])
        #expect(observation.duration < Self.deadline + Self.margin)
    }

    @Test(arguments: [
        (HostilePeers.Kind.silent, ProbeError.Kind.timedOut), (.rubbish, .tls), (.tricklingTLS, .timedOut),
        (.refusing, .refused),
    ])
    func `the same holds for a TLS handshake`(peer: HostilePeers.Kind, kind: ProbeError.Kind) async throws {
        let peers = try await Playground.shared.hostile()
        let url = "https://\(peers.host):\(peers.port(peer))"
        let observation = await observe(url, within: Self.deadline)
        #expect(observation.failure?.kind == kind)
        if kind == .timedOut { #expect(observation.failure?.message.contains("TLS handshake") == true) }
        #expect(observation.value(HTTPMetrics.healthUp) == 0)
        #expect(observation.duration < Self.deadline + Self.margin)
    }

    @Test func `a name that does not resolve is said to be one`() async {
        let observation = await observe("http://nowhere.invalid")
        #expect(observation.failure?.kind == .unresolved)
        #expect(observation.value(HTTPMetrics.healthUp) == 0)
    }

    @Test func `a body without end is cut at its limit`() async throws {
        let server = ScriptedServer { _, connection in
            connection.write("HTTP/1.0 200 OK\r\n\r\n")
            while connection.write([UInt8](repeating: 120, count: 65536)) {}
            return false
        }
        let response = try await HTTPClient.response(
            to: HTTPRequest(url: server.url, bodyLimit: 1000), until: .after(.seconds(10)))
        #expect(response.isTruncated)
        #expect(response.body.count == 1000)
    }

    @Test func `header fields without end are given up`() async {
        let server = ScriptedServer { _, connection in
            connection.write("HTTP/1.0 200 OK\r\n")
            while connection.write("X-Filler: " + String(repeating: "x", count: 4000) + "\r\n") {}
            return false
        }
        let error = await failure(of: HTTPRequest(url: server.url))
        #expect(error?.kind == .protocolViolation)
        #expect(error?.message == "header fields of more than 262144 bytes")
    }

    @Test func `a connection that ends in the middle of a body is no answer`() async {
        let server = ScriptedServer { _, connection in
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
            return false
        }
        let error = await failure(of: HTTPRequest(url: server.url))
        #expect(error?.kind == .unreachable)
        #expect(error?.message == "the connection was closed in the middle of the answer")
    }

    @Test func `a redirect without end is given up`() async {
        let server = ScriptedServer { question, connection in
            connection.write(answer(302, headers: ["Location: \(question.path)x"]))
        }
        let error = await failure(of: HTTPRequest(url: server.url + "/", maximumRedirects: 3))
        #expect(error?.kind == .protocolViolation)
        #expect(error?.message.contains("more than 3 redirects") == true)
        #expect(server.questions.count == 4)
    }

    @Test func `cancelling ends a request at once and closes its connection`() async throws {
        let server = SilentServer()
        let request = HTTPRequest(url: server.url)
        let task = Task { await failure(of: request, within: .seconds(60)) }
        while server.asked == 0 { try await Task.sleep(for: .milliseconds(5)) }
        task.cancel()
        #expect(await task.value?.kind == .cancelled)
        while server.ended == 0 { try await Task.sleep(for: .milliseconds(5)) }
    }

    @Test func `the deadline closes what it ends`() async throws {
        let server = SilentServer()
        #expect(await failure(of: HTTPRequest(url: server.url), within: .seconds(1))?.kind == .timedOut)
        while server.ended < server.asked { try await Task.sleep(for: .milliseconds(5)) }
    }

    @Test func `a server that does not answer is asked nothing more`() async {
        let server = SilentServer()
        let observation = await observe(server.url, within: .seconds(1))
        #expect(observation.failure?.message == "connected, but no answer within the deadline")
        #expect(observation.gap(HTTPMetrics.slowDebates)?.hasSuffix("no answer within the deadline") == true)
        #expect(server.asked == 2)
    }

    @Test func `many silent servers take no longer than one`() async throws {
        let peers = try await Playground.shared.hostile()
        let url = "http://\(peers.host):\(peers.port(.silent))"
        let start = ContinuousClock.now
        await withTaskGroup(of: ProbeError?.self) { group in
            for _ in 0..<32 { group.addTask { await failure(of: HTTPRequest(url: url), within: Self.deadline) } }
            for await error in group { #expect(error?.kind == .timedOut) }
        }
        #expect(start.duration(to: .now) < Self.deadline + Self.margin)
    }
}

/// Reads questions, says nothing, and notices when its connections end.
private final class SilentServer: Sendable {
    private let server: ScriptedServer
    private let ends = Ends()

    private final class Ends: Sendable { let count = Atomic(0) }

    var url: String { server.url }
    var asked: Int { server.questions.count }
    var ended: Int { ends.count.load(ordering: .relaxed) }

    init() {
        server = ScriptedServer { [ends] _, connection in
            connection.waitForEnd()
            ends.count.add(1, ordering: .relaxed)
            return false
        }
    }
}

/// What kept an answer from coming; nil when one came.
func failure(of request: HTTPRequest, within time: Duration = .seconds(10)) async -> ProbeError? {
    do {
        _ = try await HTTPClient.response(to: request, until: .after(time))
        return nil
    } catch {
        return error
    }
}
