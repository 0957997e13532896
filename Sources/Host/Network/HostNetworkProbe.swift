import Diagnostics
import Network

/// Looks at a host's network alone, twice: what its counters count in between is what happens now.
///
/// Evidence: `host.network.interfaces`, `host.network.trouble`, `host.network.tcp`, `host.network.conntrack`.
public struct HostNetworkProbe: Probe {
    public let target: Target
    private let files: HostFiles
    /// The time between the two.
    private let span: Duration

    private static let threads = BlockingThreads(name: "diag-host-net", limit: 2)

    public init(target: Target, settings: HostSettings = HostSettings(), span: Duration = .seconds(2)) {
        self.target = target
        files = HostFiles(root: settings.root)
        self.span = span
    }

    public func observe(until deadline: Deadline) async -> Observation {
        await Observation.measuring(target) { content in
            do throws(ProbeError) {
                let (first, start) = (try await read(deadline), ContinuousClock.now)
                guard !first.interfaces.isEmpty else {
                    throw ProbeError(
                        .local, step: "read /proc/net/dev", message: "it cannot be read, or has no interfaces")
                }
                try await Reactor.shared.sleep(until: .after(min(span, deadline.remaining / 2)))
                let last = try await read(deadline)
                let seconds = start.duration(to: .now).seconds
                NetworkReport(counters: last, earlier: (first, seconds), bootID: nil).write(to: &content)
            } catch {
                content.failure = error
            }
        }
    }

    private func read(_ deadline: Deadline) async throws(ProbeError) -> NetworkCounters {
        let files = files
        return try await Self.threads.run("read /proc/net", until: deadline) { NetworkCounters.read(files) }
    }
}
