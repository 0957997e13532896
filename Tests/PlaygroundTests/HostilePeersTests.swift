import Glibc
import Testing

@testable import Playground

@Suite("Hostile peers")
struct HostilePeersTests {
    private func talk(to kind: HostilePeers.Kind, limit: Duration = .milliseconds(1500)) async throws -> String {
        let port = try await Playground.shared.hostile().port(kind)
        return try await onThread { try Client.talk(to: port, "PING\r\n", limit: limit) }
    }

    @Test(arguments: [HostilePeers.Kind.silent, .closing]) func sayNothing(kind: HostilePeers.Kind) async throws {
        #expect(try await talk(to: kind).isEmpty)
    }

    @Test func breakOffMidway() async throws {
        #expect(try await talk(to: .resetting).hasPrefix("HTTP/1.1 200 OK"))
    }

    @Test func talkRubbish() async throws { #expect(try await talk(to: .rubbish).hasPrefix("~~~")) }

    @Test(arguments: [
        (HostilePeers.Kind.tricklingHTTP, "H"), (.tricklingRedis, "$"), (.tricklingPostgreSQL, "R"),
        (.tricklingTLS, "\u{16}"),
    ])
    func trickle(kind: HostilePeers.Kind, first: String) async throws {
        let port = try await Playground.shared.hostile().port(kind)
        let start = try await onThread {
            let descriptor = try Socket.connected(to: port)
            defer { close(descriptor) }
            Socket.send(Array("a longer greeting".utf8), to: descriptor)
            return Socket.receive(from: descriptor)
        }
        #expect(start == Array(first.utf8))
    }

    @Test func refuse() async throws {
        let error = await #expect(throws: PlaygroundError.self) { try await talk(to: .refusing) }
        #expect(error?.description.contains("refused") == true)
    }

    /// A connect that is not over within a second and a half was never answered: the first SYN was dropped.
    @Test func neverLetAConnectComplete() async throws {
        let port = try await Playground.shared.hostile().port(.full)
        let isPending = try await onThread {
            let descriptor = try Socket.make()
            defer { close(descriptor) }
            _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
            _ = withLoopback(port) { connect(descriptor, $0, $1) }
            var poll = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            return Glibc.poll(&poll, 1, 1500) == 0
        }
        #expect(isPending)
    }
}
