import Diagnostics
import Redis

/// A metric that is remembered for longer than any condition looks back, in fewer readings: for a forecast.
struct Trend: Sendable {
    /// How far apart its readings are at least.
    let interval: Duration
    let span: Duration

    /// By the metric's name. Each sweep reads the whole history, so that these few hundred readings a target must do.
    static let all = [RedisMetrics.memoryUsedRatio.name: Trend(interval: .seconds(600), span: .seconds(3 * 86_400))]
}
