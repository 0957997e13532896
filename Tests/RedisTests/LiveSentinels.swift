import Diagnostics
import Playground

@testable import Redis

/// A master, some replicas and three Sentinels that take the master for down quickly; all end with this value.
final class LiveSentinels {
    private(set) var master: LiveRedis
    let replicas: [LiveRedis]
    private(set) var sentinels: [LiveRedis]
    private let password: String?

    init(replicas count: Int = 2, password: String? = nil, beside others: (LiveRedis) async throws -> Void = { _ in })
        async throws
    {
        self.password = password
        let common =
            ["repl-diskless-sync-delay 0"] + (password.map { ["requirepass \($0)", "masterauth \($0)"] } ?? [])
        let master = try await LiveRedis(common)
        self.master = master
        var replicas: [LiveRedis] = []
        for _ in 0..<count { replicas.append(try await LiveRedis(common + ["replicaof 127.0.0.1 \(master.port)"])) }
        self.replicas = replicas
        try await others(master)
        let lines =
            [
                "sentinel monitor mymaster 127.0.0.1 \(master.port) 2",
                // On a busy machine a server keeps one waiting for half a second now and then.
                "sentinel down-after-milliseconds mymaster 1500",
                "sentinel failover-timeout mymaster 3000",
            ] + (password.map { ["sentinel auth-pass mymaster \($0)"] } ?? [])
        sentinels = []
        for _ in 0..<3 { sentinels.append(try await LiveRedis(lines, sentinel: true)) }
        for sentinel in sentinels {
            try await sentinel.client()(
                "SENTINEL", "DEBUG", "info-period", "300", "publish-period", "200", "ask-period", "300")
        }
    }

    var masterAddress: String { "127.0.0.1:\(master.port)" }

    /// Ends the master for good.
    func kill() { master.end() }

    /// A server in the place of the master, which knows nothing of a failover.
    func restartMaster() async throws {
        let lines = ["repl-diskless-sync-delay 0"] + (password.map { ["requirepass \($0)", "masterauth \($0)"] } ?? [])
        master = try await LiveRedis(lines, port: master.port)
    }

    /// What is seen from the first Sentinel alone, once it is as meant; else what was seen last.
    func look(
        from number: Int = 0, access: SentinelAccess? = nil, until isMeant: (Observation) -> Bool = { _ in true }
    ) async throws -> Observation {
        for _ in 0..<300 {
            let seen = await look(from: number, access)
            if isMeant(seen) { return seen }
            try await Task.sleep(for: .milliseconds(100))
        }
        return await look(from: number, access)
    }

    private func look(from number: Int, _ access: SentinelAccess?) async -> Observation {
        let settings = sentinels[number].settings
        let target = Target(kind: .sentinel, name: "s\(number + 1)", address: "\(settings.endpoint)")
        let probe = SentinelSurveyProbe(
            target: target, sentinels: [(target.name, settings)],
            access: access ?? SentinelAccess(usual: RedisSettings(password: password)))
        return await probe.observe(until: .soon)
    }

    /// Waits until all know each other and the replicas.
    func settled() async throws -> Observation {
        try await look { observation in
            let remarks = observation.remarks("sentinel.judgement.mymaster")
            return observation.rows("sentinel.sayings.mymaster")?.count == 3
                && remarks.allSatisfy { $0.weight == .fine }
        }
    }
}

extension Observation {
    func texts(_ id: String, _ weight: Remark.Weight? = nil) -> [String] {
        remarks(id).filter { weight == nil || $0.weight == weight }.map(\.text)
    }
}
