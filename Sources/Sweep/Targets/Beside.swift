import Containers
import Diagnostics
import Host
import Reachability
import Runbook

/// A probe with what others have to say of its target. All look at the same time, within the target's one deadline.
struct Beside: Probe {
    let probe: any Probe
    /// What is looked at in any case.
    var always: (@Sendable (Deadline) async -> Observation.Content)?
    /// What is looked at only when the target is not well.
    var whenIll: (@Sendable (Deadline) async -> Observation.Content)?

    var target: Target { probe.target }

    func observe(until deadline: Deadline) async -> Observation {
        async let more = always?(deadline)
        let seen = await probe.observe(until: whenIll == nil ? deadline : deadline.leavingTimeForMore)
        var contents = [await more].compactMap(\.self)
        if seen.isIll, let look = await whenIll?(deadline) { contents.append(look) }
        return contents.reduce(seen) { $0.with($1) }
    }
}

extension Deadline {
    /// A little is left for asking a runtime, which answers in milliseconds, why a target is silent.
    fileprivate var leavingTimeForMore: Deadline { within(remaining * 0.9) }
}

extension Observation {
    /// Does not answer, or answers that it is not well.
    fileprivate var isIll: Bool {
        failure != nil || samples.contains { $0.metric.name == "diag_http_health_up" && $0.value == 0 }
    }

    /// What was seen beside it comes behind, and takes as long as it takes.
    fileprivate func with(_ content: Content) -> Observation {
        Observation(
            target: target, started: started, duration: duration, samples: samples + content.samples,
            evidence: evidence + content.evidence, gaps: gaps + content.gaps, problems: problems + content.problems,
            failure: failure)
    }
}

extension ConfiguredTarget {
    /// The same for a command that looks closer at a target.
    public func besideContainers(_ probe: any Probe, environment: [String: String]) -> any Probe {
        beside(probe, ContainerRuntimes(environment: environment), [])
    }

    /// The probe with what its container says: of one that is named each time, of one that only the address tells when
    /// the target is ill.
    func beside(_ probe: any Probe, _ runtimes: ContainerRuntimes, _ alerts: [Alert]) -> any Probe {
        if case .host(let settings) = settings { return besideHost(probe, settings, runtimes, alerts) }
        let ask: @Sendable (Workload, Bool, Deadline) async -> Observation.Content = { workload, isNamed, deadline in
            let (evidence, problems) = await WorkloadInquiry(workload, isNamed: isNamed, in: runtimes).look(
                until: deadline)
            var content = Observation.Content()
            (content.evidence, content.problems) = (evidence, problems)
            return content
        }
        if let workload { return Beside(probe: probe, always: { await ask(workload, true, $0) }) }
        guard !runtimes.isEmpty, let place = places.first else { return probe }
        return Beside(
            probe: probe, whenIll: { await ask(.address(host: place.host, port: place.port), false, $0) })
    }

    /// A host is looked at with its resolvers where a condition asks for them, and with the containers that it killed.
    private func besideHost(
        _ probe: any Probe, _ settings: HostSettings, _ runtimes: ContainerRuntimes, _ alerts: [Alert]
    ) -> any Probe {
        let metrics = Set(alerts.flatMap(\.conditions).flatMap(\.expression.metrics))
        let asksResolvers = !metrics.isDisjoint(with: ResolverCheck.metrics.map(\.name))
        guard asksResolvers || !runtimes.isEmpty else { return probe }
        return Beside(
            probe: probe,
            always: { deadline in
                var content =
                    asksResolvers
                    ? await ResolverCheck(root: settings.root).look(until: deadline) : Observation.Content()
                content.evidence += await runtimes.memoryKills(until: deadline)
                return content
            })
    }
}
