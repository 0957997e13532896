import Diagnostics
import Network
import TLS

/// Asks one Sentinel for all masters that it watches: what a sweep needs to know of it. All Sentinels of a deployment and the
/// servers themselves are looked at by `SentinelSurveyProbe`.
///
/// Evidence: `sentinel.master.<master>`, `sentinel.masters`, `sentinel.replicas.<master>`, `sentinel.sentinels.<master>`,
/// `sentinel.quorum.<master>`, `sentinel.tilt`.
public struct SentinelProbe: Probe {
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
                content.report(try await SentinelReading.read(&connection, settings, until: deadline))
            } catch {
                content.failure = error
                content.gaps.append(Gap(SentinelMetrics.masterInfo, "\(error)"))
            }
        }
    }
}
