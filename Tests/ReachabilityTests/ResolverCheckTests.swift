import Diagnostics
import Foundation
import Playground
import Testing

@testable import Reachability

@Suite("Resolvers in a sweep")
struct ResolverCheckTests {
    private func look(_ resolv: String, port: UInt16) async throws -> Observation.Content {
        let root = try await Playground.shared.folder() + "/etc-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: root + "/etc", withIntermediateDirectories: true)
        try resolv.write(toFile: root + "/etc/resolv.conf", atomically: true, encoding: .utf8)
        return await ResolverCheck(root: root, port: port).look(until: .after(.seconds(3)))
    }

    @Test func `one that answers is up, one that nobody listens at is not`() async throws {
        let server = try await Playground.shared.dns("dns-check", ["local=/test/"])
        let seen = try await look("nameserver 127.0.0.1\nnameserver 127.0.0.77\nnameserver nonsense", port: server.port)
        let up = Dictionary(
            uniqueKeysWithValues: seen.samples.filter { $0.metric == ResolverCheck.up }.map {
                ($0.labels["resolver"] ?? "", $0.value)
            })
        #expect(up == ["127.0.0.1": 1, "127.0.0.77": 0])
        #expect(seen.samples.filter { $0.metric == ResolverCheck.seconds }.count == 1)
        #expect(seen.evidence.map(\.id) == ["dns.resolvers"])
    }

    @Test func `a silent one is down within the deadline`() async throws {
        let server = ScriptedResolver { _ in [] }
        let start = ContinuousClock.now
        let seen = try await look("nameserver 127.0.0.1\noptions timeout:1", port: server.port)
        #expect(seen.samples.first { $0.metric == ResolverCheck.up }?.value == 0)
        #expect(start.duration(to: .now) < .seconds(20))
    }
}
