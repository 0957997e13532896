import Diagnostics
import Network

/// A scan of the keyspace as a probe, for `diag redis bigkeys`. No sweep runs it: it takes as long as there are keys.
///
/// Evidence: see `KeyspaceReport.evidence`.
public struct KeyspaceProbe: Probe {
    public let target: Target
    private let scan: KeyspaceScan
    private let progress: @Sendable (KeyspaceScan.Progress) -> Void

    public init(
        target: Target, settings: RedisSettings, options: KeyspaceScan.Options = KeyspaceScan.Options(),
        progress: @escaping @Sendable (KeyspaceScan.Progress) -> Void = { _ in }
    ) {
        self.target = target
        self.progress = progress
        scan = KeyspaceScan(settings: settings, options: options)
    }

    public func observe(until deadline: Deadline) async -> Observation {
        await Observation.measuring(target) { content in
            do throws(ProbeError) {
                let report = try await scan.run(until: deadline, progress: progress)
                content.evidence = report.evidence()
                content.problems = report.problems + [report.interruption].compactMap { $0 }
            } catch {
                content.failure = error
            }
        }
    }
}
