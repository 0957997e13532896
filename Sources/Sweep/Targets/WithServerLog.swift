import Diagnostics
import Logs
import PostgreSQL

/// A PostgreSQL server whose log is a file on this machine: the reports of its deadlocks are read there.
struct WithServerLog: Probe {
    let server: any Probe
    /// A path, perhaps with `*`.
    let log: String
    /// Deadlocks by database that were known before, for reading only what is news; nil to read in any case.
    let known: (@Sendable () async -> [String: Double]?)?

    var target: Target { server.target }

    func observe(until deadline: Deadline) async -> Observation {
        let seen = await server.observe(until: deadline)
        guard await isWanted(seen) else { return seen }
        do throws(ProbeError) {
            let tail = try await LogTail.read(log, until: deadline)
            let more = DeadlockEvidence(DeadlockLog.reports(in: tail.bytes), from: tail.words).evidence
            // What is news comes first; who asks reads the counters before.
            return known == nil ? seen.with(seen.evidence + more) : seen.with(more + seen.evidence)
        } catch {
            return seen.with(seen.evidence, problems: [error])
        }
    }

    private func isWanted(_ seen: Observation) async -> Bool {
        guard let known else { return true }
        let counts = seen.samples.filter { $0.metric == PostgreSQLMetrics.deadlocks && $0.value > 0 }
        guard !counts.isEmpty, let before = await known() else { return false }
        return counts.contains { $0.value > before[$0.labels["datname"] ?? "", default: 0] }
    }
}

extension LogTail {
    fileprivate var words: String {
        "the last \(Units.bytes(Int64(bytes.count))) of \(path)"
            + (fileCount > 1 ? " and \(fileCount - 1) before it" : "")
    }
}

extension Observation {
    fileprivate func with(_ evidence: [Evidence], problems others: [ProbeError] = []) -> Observation {
        Observation(
            target: target, started: started, duration: duration, samples: samples, evidence: evidence, gaps: gaps,
            problems: problems + others, failure: failure)
    }
}

extension OpeningHistory {
    /// Deadlocks of each database as of the last sweep; nil when there was none.
    func deadlocks(at target: Target) async -> [String: Double]? {
        guard let values = await opened.history?.lastValues(of: PostgreSQLMetrics.deadlocks, at: target),
            !values.isEmpty
        else { return nil }
        return Dictionary(values.map { ($0["datname"] ?? "", $1) }, uniquingKeysWith: max)
    }
}
