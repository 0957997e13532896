import Diagnostics
import Network

/// Looks through the last minutes of a log file for what it is watched for.
///
/// Evidence: `logs.auth_failures.sources`, `.users`, `.timeline`, `logs.rate_limit.endpoints`, `.sources`, `.timeline`,
/// each only when there is something to show, and `logs.reading`, which says how far back which files were read.
public struct LogProbe: Probe {
    public let target: Target
    private let settings: LogSettings
    private let now: @Sendable () -> Timestamp

    public init(target: Target, settings: LogSettings) {
        self.init(target: target, settings: settings, now: { .now })
    }

    init(target: Target, settings: LogSettings, now: @escaping @Sendable () -> Timestamp) {
        self.target = target
        self.settings = settings
        self.now = now
    }

    public func observe(until deadline: Deadline) async -> Observation {
        await .measuring(target) { content in
            do throws(ProbeError) {
                let time = now()
                LogReport(settings: settings, now: time).add(try await reading(at: time, until: deadline), to: &content)
            } catch {
                content.failure = error
                for subject in settings.watch {
                    content.gaps.append(Gap(LogMetrics.count(of: subject), error.description))
                }
            }
        }
    }

    /// Files are read on threads of their own: a disk may be slow and a network file system may hang.
    private static let threads = BlockingThreads(name: "diag-logs", limit: 8)

    private func reading(at now: Timestamp, until deadline: Deadline) async throws(ProbeError) -> LogReading {
        // The thread stops a little before the deadline, so that what it has seen by then arrives.
        let halt = Halt(at: .after(deadline.remaining - min(deadline.remaining / 10, .milliseconds(250))))
        defer { halt.set() }
        let settings = settings
        let result = try await Self.threads.run("read the log", until: deadline) {
            Result { () throws(ProbeError) in try LogReading.of(settings, now: now, interruption: halt) }
        }
        return try result.get()
    }
}
