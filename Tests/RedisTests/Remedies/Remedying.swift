import Diagnostics
import Playground
import Redis

extension LiveRedis {
    static let writing = RemedyCommand(tail: ["cache"], whole: ["redis", "purge", "cache"])

    var target: Target { Target(kind: .redis, name: "cache", address: "\(settings.endpoint)") }

    func purge(
        _ filter: KeyFilter, _ mode: Treatment.Mode = .done, _ options: KeyRemedyRun.Options = .init(),
        _ settings: RedisSettings? = nil
    ) async -> Treatment {
        await treat(.delete, filter, mode, options, settings)
    }

    func treat(
        _ deed: KeyDeed, _ filter: KeyFilter, _ mode: Treatment.Mode = .done, _ options: KeyRemedyRun.Options = .init(),
        _ settings: RedisSettings? = nil
    ) async -> Treatment {
        await KeyRemedyRun(
            deed, filter, on: target, settings: settings ?? self.settings, mode: mode, writing: Self.writing,
            options: options
        ).treat(within: .seconds(20))
    }

    func flush(
        _ database: Int = 0, _ mode: Treatment.Mode = .done, _ settings: RedisSettings? = nil,
        confirm: @escaping @Sendable (FlushRun.Phrase) async -> String?
    ) async -> Treatment {
        await FlushRun(
            database: database, on: target, settings: settings ?? self.settings, mode: mode,
            writing: RemedyCommand(tail: ["cache"], whole: ["redis", "flushdb", "cache"]), confirm: confirm
        ).treat(within: .seconds(20))
    }

    func killClients(
        _ choice: KillClientsRun.Choice, _ mode: Treatment.Mode = .done, _ settings: RedisSettings? = nil
    ) async -> Treatment {
        await KillClientsRun(
            choice, on: target, settings: settings ?? self.settings, mode: mode, writing: Self.writing
        ).treat(within: .seconds(20))
    }
}

extension Client {
    /// So many strings `prefix:N`, in pieces.
    func write(_ count: Int, _ prefix: String, _ value: String = "x") async throws {
        for start in stride(from: 0, to: count, by: 5000) {
            _ = try await pipeline((start..<min(count, start + 5000)).map { ["SET", "\(prefix):\($0)", value] })
        }
    }

    func integer(_ words: String...) async throws -> Int64? { try await pipeline([words])[0].integer }
}

extension Treatment {
    var outcomes: [Deed.Outcome] { content.deeds.map(\.outcome) }

    /// A named value of the first deed.
    func before(_ name: String) -> Cell? { content.deeds.first?.before.first { $0.name == name }?.value }
    func after(_ name: String) -> Cell? { content.deeds.first?.after?.first { $0.name == name }?.value }
}
