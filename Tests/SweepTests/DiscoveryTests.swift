import Diagnostics
import Redis
import Testing

@testable import Sweep

@Suite("Targets that are found without a configuration")
struct DiscoveryTests {
    /// Kinds and addresses, without the host, which is always there, and what else this machine has by chance.
    private func found(_ environment: [String: String], _ ports: [UInt16] = []) -> [String] {
        let targets = Discovery.targets(environment: environment, ports: Self.listening(at: ports)).targets
        return targets.map(\.target).filter { $0.kind != .host && $0.kind != .log && !$0.address.hasPrefix("/") }
            .map { "\($0.kind.rawValue) \($0.address)" }
    }

    private static func listening(at ports: [UInt16]) -> ListeningPorts {
        let lines = ports.enumerated().map { index, port in
            "   \(index): 0100007F:\(hex(port)) 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 1 1"
        }
        return ListeningPorts(tcp: (["  sl  local_address"] + lines).joined(separator: "\n"), tcp6: "")
    }

    private static func hex(_ port: UInt16) -> String {
        let digits = String(port, radix: 16, uppercase: true)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }

    @Test(
        arguments: [
            ([:], [], []),
            (["PGHOST": ""], [5433], ["postgresql 127.0.0.1:5433"]),
            (["PGUSER": "u"], [5432, 5434], ["postgresql 127.0.0.1:5432", "postgresql 127.0.0.1:5434"]),
            ([:], [6379, 26379], ["redis 127.0.0.1:6379", "sentinel 127.0.0.1:26379"]),
            (["REDIS_URL": "redis://h:9"], [6379], ["redis h:9"]),
            (["REDIS_URL": "redis://h:9"], [26379], ["redis h:9", "sentinel 127.0.0.1:26379"]),
            (["REDIS_URL": "redis://u:S3cret@h:x"], [6379], ["redis REDIS_URL"]),
            ([:], [443, 8443, 8080, 22], ["tls 127.0.0.1:443", "tls 127.0.0.1:8443", "http http://127.0.0.1:8080/"]),
        ] as [([String: String], [UInt16], [String])])
    func byTheEnvironmentAndTheUsualPorts(environment: [String: String], ports: [UInt16], expected: [String]) {
        #expect(found(environment, ports) == expected)
    }

    /// Its address is libpq's to find out, from this process's own environment.
    @Test(arguments: ["PGHOST", "PGHOSTADDR", "PGPORT", "PGSERVICE"])
    func aServerThatAVariableOfLibpqNamesIsTheOnlyOne(variable: String) {
        let found = Discovery.targets(environment: [variable: "x"], ports: Self.listening(at: [5432, 5433]))
        #expect(found.targets.filter { $0.target.kind == .postgresql }.map(\.target.name) == ["postgresql"])
        #expect(found.notes.joined().contains("postgresql (\(variable))"))
    }

    @Test func thisMachineIsAlwaysThere() {
        let targets = Discovery.targets(environment: [:], ports: Self.listening(at: [])).targets
        #expect(targets.contains { $0.target.kind == .host })
    }

    @Test func aNoteSaysWhatWasFoundAndWhy() {
        let notes = Discovery.targets(environment: ["REDIS_URL": "redis://h"], ports: Self.listening(at: [443])).notes
        #expect(notes.joined().contains("redis (REDIS_URL)"))
        #expect(notes.joined().contains("tls-443 (port 443)"))
    }

    @Test func aURLThatCannotBeReadIsReportedInItsOwnPlace() async throws {
        let environment = ["REDIS_URL": "redis://u:S3cret@h:x"]
        let targets = Discovery.targets(environment: environment, ports: Self.listening(at: [])).targets
        let target = try #require(targets.first { $0.target.kind == .redis })
        let observation = await target.probe(history: nil).observe(until: .after(.seconds(5)))
        #expect(observation.failure?.kind == .misconfigured)
        #expect(observation.failure?.description == "read REDIS_URL: the port is no number from 1 to 65535")
    }

    @Test func thePasswordOfTheEnvironmentIsForTheServerAndNotForTheSentinel() throws {
        let targets = Discovery.targets(environment: ["REDISCLI_AUTH": "p"], ports: Self.listening(at: [6379, 26379]))
            .targets
        let passwords = targets.compactMap { target -> String? in
            switch target.settings {
            case .redis(let settings), .sentinel(let settings): "\(target.target.kind) \(settings.password ?? "-")"
            default: nil
            }
        }
        #expect(passwords == ["redis p", "sentinel -"])
    }
}
