import Diagnostics
import Network
import TLS

/// Asks one Redis server for all that the conditions and a first look need, in one packet.
///
/// Evidence: `redis.server`, `redis.memory`, `redis.memory.limit`, `redis.memory.headroom`, `redis.eviction`,
/// `redis.clients`, `redis.keyspace`, `redis.replication`, `redis.replicas`, `redis.persistence`, `redis.commands`.
public struct RedisProbe: Probe {
    public let target: Target
    public let settings: RedisSettings

    public init(target: Target, settings: RedisSettings) {
        self.target = target
        self.settings = settings
    }

    public func observe(until deadline: Deadline) async -> Observation {
        await Observation.measuring(target) { content in
            do throws(ProbeError) {
                var connection = try await RedisConnection.connect(settings, until: deadline) {
                    $0.writeSamples(to: &content)
                }
                content.report(connection.security, settings.tls)
                if let time = connection.connectTime { content.add(RedisMetrics.connectTime, time.seconds) }
                let session = await RedisSession.open(&connection, settings, asking: Self.questions, until: deadline)
                content.problems += session.problems
                try report(session, &content)
            } catch {
                content.failure = error
                content.gaps.append(Gap(RedisMetrics.memoryUsedRatio, "\(error)"))
            }
        }
    }

    /// `INFO all` is what every version knows; it leaves out modules' sections, which can be costly.
    private static let questions = [
        RedisCommand("INFO", "all"), RedisCommand("CONFIG", "GET", "maxmemory*"), RedisCommand("SLOWLOG", "LEN"),
    ]

    private func report(_ session: RedisSession, _ content: inout Observation.Content) throws(ProbeError) {
        let info = RedisInfo(try session.text(0))
        let memory = info.memory.completed(by: session.fields(1))
        content.report(memory, hostMemory: settings.hostMemory)
        content.report(info)
        content.reportReplication(info)
        if case .integer(let length)? = session.replies[2] {
            content.add(RedisMetrics.slowlogLength, Double(length))
        }
    }
}

extension RedisInfo.Memory {
    /// INFO tells maxmemory since 3.2; an older server's CONFIG GET does, where it is allowed.
    func completed(by configuration: [String: String]) -> RedisInfo.Memory {
        RedisInfo.Memory(
            used: used, resident: resident, peak: peak, dataset: dataset,
            maximum: maximum ?? configuration["maxmemory"].flatMap { Int64($0) },
            policy: policy ?? configuration["maxmemory-policy"], notCountedForEviction: notCountedForEviction,
            systemTotal: systemTotal, fragmentationRatio: fragmentationRatio)
    }
}
