import Diagnostics
import Redis

/// A scan of a keyspace, held against the one before and kept for the next.
struct ScannedKeyspace: Probe {
    let target: Target
    let scan: KeyspaceScan
    /// Of the history's file; nil for none.
    let history: String?
    let progress: @Sendable (KeyspaceScan.Progress) -> Void

    func observe(until deadline: Deadline) async -> Observation {
        await Observation.measuring(target) { content in
            do throws(ProbeError) {
                let report = try await scan.run(until: deadline, progress: progress)
                content.evidence = report.evidence(since: await compared(report))
                content.problems = report.problems + [report.interruption].compactMap { $0 }
            } catch {
                content.failure = error
            }
        }
    }

    /// The scan before, once this one has taken its place. Scans of some databases only are compared with nothing.
    ///
    /// A history that cannot be used costs the comparison and nothing else.
    private func compared(_ report: KeyspaceReport) async -> KeyspaceSummary? {
        guard let history, scan.options.databases == nil, let summary = report.summary(at: .now) else { return nil }
        let opened = try? await History.open(at: history).history
        return await opened?.replaceKeyspace(of: target, with: summary)
    }
}
