import Diagnostics
import Host
import Redis

/// A Redis server, with this machine's memory for one that runs here. It is read when the others are already looked at.
struct LocalRedis: Probe {
    let target: Target
    let settings: RedisSettings
    var questions = RedisProbe.Question.usual

    func observe(until deadline: Deadline) async -> Observation {
        await RedisProbe(target: target, settings: settings.knowingLocalMemory, questions: questions)
            .observe(until: deadline)
    }
}

/// A Redis server asked for its memory, with what sweeps remember of it.
struct RememberedMemory: Probe {
    let target: Target
    let settings: RedisSettings
    /// The history's path; nil without one.
    let history: String?

    func observe(until deadline: Deadline) async -> Observation {
        let past = await History.past(of: RedisMetrics.memoryUsedRatio, at: target, in: history)
        let points = past.map { $0.map { MemoryForecast.Point(time: $0.time, ratio: $0.value) } }
        return await LocalRedis(target: target, settings: settings, questions: [.memory(past: points)])
            .observe(until: deadline)
    }
}

extension RedisSettings {
    /// A server on this machine cannot have more memory than this machine or container.
    var knowingLocalMemory: RedisSettings {
        var settings = self
        if settings.hostMemory == nil, endpoint.isLocal { settings.hostMemory = Self.localMemory }
        return settings
    }

    /// Read once, however many servers are here.
    private static let localMemory = hostMemoryLimit()
}

extension RedisSettings.Endpoint {
    fileprivate var isLocal: Bool {
        switch self {
        case .unix: true
        case .tcp(let host, _): ["localhost", "::1"].contains(host) || host.hasPrefix("127.")
        }
    }
}
