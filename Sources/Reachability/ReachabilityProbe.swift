import Diagnostics
import Glibc
import Network

/// Looks at the way to a place: its name, connections to each of its addresses, the routers between, the MTU.
///
/// Evidence: `net.judgement` (what it comes to, in one sentence), `net.order`, `net.search`, `net.resolvers`,
/// `net.addresses`, `net.connect`, `net.tcp`, `net.path`, `net.path.unseen`, `net.mtu`; of a glance `net.way`.
public struct ReachabilityProbe: Probe {
    public let target: Target
    public let settings: ReachabilitySettings

    public init(target: Target, settings: ReachabilitySettings) {
        self.target = target
        self.settings = settings
    }

    public func observe(until deadline: Deadline) async -> Observation {
        await Observation.measuring(target) { content in
            switch settings.depth {
            case .glance: await glance(&content, deadline)
            case .full: await look(&content, deadline)
            }
        }
    }

    private func glance(_ content: inout Observation.Content, _ deadline: Deadline) async {
        do throws(ProbeError) {
            let start = ContinuousClock.now
            let addresses = try await Resolver.addresses(of: settings.host, port: settings.port, until: deadline)
            let isName = Resolver.numeric(settings.host, port: settings.port) == nil
            let resolved = start.duration(to: .now)
            let connection = try await Connector.connect(to: addresses, until: deadline)
            content.add(ReachabilityMetrics.connect, connection.connectTime.seconds)
            ConnectionWay(
                resolve: isName ? resolved : nil, connect: connection.connectTime,
                descriptor: connection.socket.descriptor
            ).report(to: &content)
        } catch {
            content.failure = error
        }
    }

    /// What is left at the end for saying it: answers that come later are not waited for.
    private func look(_ content: inout Observation.Content, _ deadline: Deadline) async {
        let deadline = Deadline.after(deadline.remaining * 0.95)
        let survey = await WaySurvey.take(settings, until: deadline)
        survey.report(to: &content)
    }
}
