import Diagnostics
import Redis
import Runbook

extension [RedisProbe.Question] {
    /// What a sweep asks of a server so that these alerts can be judged there.
    static func measuring(_ alerts: [Alert]) -> Self {
        RedisProbe.Question.sweep(measuring: alerts.metrics(at: .redis))
    }
}
