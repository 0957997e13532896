import Diagnostics

/// Looks at a PgBouncer through its administration console: who waits for which pool, how long, and why.
///
/// Evidence: `postgresql.pools.summary`, `postgresql.pools.reading`, `postgresql.pools`, `….databases`, `….clients`,
/// `….servers`, `….traffic`, `….limits`.
public struct PoolerProbe: Probe {
    public let target: Target
    private let settings: PostgreSQLSettings
    private let listsAlways: Bool

    /// - Parameters:
    ///   - settings: of the console, or of any database behind the pooler.
    ///   - listsAlways: clients and servers one by one also when nobody waits.
    public init(_ settings: PostgreSQLSettings, listsAlways: Bool = false) {
        target = Target(kind: .pgbouncer, name: settings.name, address: settings.address, labels: settings.labels)
        self.settings = settings
        self.listsAlways = listsAlways
    }

    public func observe(until deadline: Deadline) async -> Observation {
        await Observation.measuring(target) { content in
            do throws(ProbeError) {
                let console = try await PoolerConsole.open(settings, until: deadline)
                if let time = console.tcpConnectTime { content.add(PostgreSQLMetrics.tcpConnect, time.seconds) }
                let view = try await PoolerView.read(console, listsAlways: listsAlways, &content)
                PoolerReport(view).write(to: &content)
            } catch {
                content.failure = error
            }
        }
    }
}
