import Diagnostics
import HTTP
import Host
import Logs
import Network
import PostgreSQL
import Reachability
import Redis
import TLS

/// What can be judged: every metric that a module measures, or a question of the configuration's own, and where.
struct MetricNames {
    private var kinds: [String: [Target.Kind]] = [:]
    private var questions: [String: [String]] = [:]

    init(_ queries: [OwnQuery]) {
        let modules: [(Target.Kind, [Metric])] = [
            (.postgresql, PostgreSQLMetrics.all), (.redis, RedisMetrics.all + ClusterMetrics.all),
            (.sentinel, SentinelMetrics.all),
            (.tls, TLSMetrics.all), (.http, HTTPMetrics.all + TLSMetrics.all), (.log, LogMetrics.all),
            (.host, HostMetrics.all), (.network, ReachabilityMetrics.all),
            (.host, ResolverCheck.metrics),
            (.pgbouncer, PoolerMetrics.all), (.postgresql, queries.flatMap(\.metrics)),
        ]
        for (kind, metrics) in modules {
            for metric in metrics where !kinds[metric.name, default: []].contains(kind) {
                kinds[metric.name, default: []].append(kind)
            }
        }
        for query in queries {
            // One question can serve several targets, and stands there once for each.
            for metric in query.metrics where !questions[metric.name, default: []].contains(query.name) {
                questions[metric.name, default: []].append(query.name)
            }
        }
    }

    var all: [String] { kinds.keys.sorted() }

    func kinds(ofMetric name: String) -> [Target.Kind] { kinds[name] ?? [] }

    /// The answer of the question that gives it.
    func evidence(ofMetric name: String) -> [String] { (questions[name] ?? []).map { "postgresql.own.\($0)" } }
}
