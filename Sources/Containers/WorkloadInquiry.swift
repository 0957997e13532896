import Diagnostics
import HTTP

/// Asks the runtimes at hand about a workload.
public struct WorkloadInquiry: Sendable {
    private let runtimes: ContainerRuntimes
    private let workload: Workload
    /// Whether somebody has said what it runs as: then it not being there is worth a word.
    private let isNamed: Bool

    public init(_ workload: Workload, isNamed: Bool, in runtimes: ContainerRuntimes) {
        self.workload = workload
        self.isNamed = isNamed
        self.runtimes = runtimes
    }

    /// Evidence: `container.state`, `container.instances`, `container.health`, `container.rollouts`,
    /// `container.incidents`, `container.logs`. What went wrong on the way is a problem, and nothing more: containers are
    /// evidence beside the target.
    public func look(until deadline: Deadline) async -> (evidence: [Evidence], problems: [ProbeError]) {
        guard !runtimes.isEmpty else { return ([], isNamed ? [nobody] : []) }
        let (found, problems) = await search(until: deadline)
        if let found { return (found, problems) }
        guard isNamed else { return ([], []) }
        return (problems.isEmpty ? [missing] : [], problems)
    }

    /// Nil where none of the runtimes has it.
    func search(until deadline: Deadline) async -> (evidence: [Evidence]?, problems: [ProbeError]) {
        var problems: [ProbeError] = []
        do throws(ProbeError) {
            if let report = try await runtimes.docker?.report(on: workload, until: deadline) {
                return (report.evidence(now: .now), report.problems)
            }
        } catch {
            problems.append(error)
        }
        do throws(ProbeError) {
            if let report = try await runtimes.kubernetes?.report(on: workload, until: deadline) {
                return (report.evidence(now: .now), report.problems)
            }
        } catch {
            problems.append(error)
        }
        return (nil, problems)
    }

    private var missing: Evidence {
        .fact("container.state", "Container", "there is no \(workload.words)")
    }

    private var nobody: ProbeError {
        ProbeError(
            .misconfigured, step: "look for \(workload.words)",
            message: "neither Docker's socket nor a service account of Kubernetes is at hand")
    }
}

extension ContainerRuntimes {
    /// Containers that were killed for lack of memory in the last day, as evidence `container.oom`; none where nobody
    /// can say.
    public func memoryKills(until deadline: Deadline) async -> [Evidence] {
        let now = Timestamp.now
        var incidents = (try? await docker?.memoryKills(since: now - 86_400, now: now, until: deadline)) ?? []
        if let pods = try? await kubernetes?.list(until: deadline) {
            incidents += pods.instances.filter(\.wasKilledForMemory).map {
                Incident(
                    time: $0.finished, subject: $0.name, what: "killed for lack of memory",
                    count: max(1, $0.restarts ?? 1))
            }
        }
        guard !incidents.isEmpty else { return [] }
        return [
            .table(
                "container.oom", "Containers killed for lack of memory", columns: ["container", "last", "count"],
                rows: incidents.prefix(20).map { incident in
                    [.text(incident.subject), incident.time.map(Cell.time) ?? .none, .integer(Int64(incident.count))]
                })
        ]
    }

    /// All containers and pods at hand, for a person.
    public func list(until deadline: Deadline) async -> (evidence: [Evidence], problems: [ProbeError]) {
        var (evidence, problems) = ([Evidence](), [ProbeError]())
        await noting(&problems) { () throws(ProbeError) in
            if let docker { evidence += try await docker.list(until: deadline).listing }
        }
        await noting(&problems) { () throws(ProbeError) in
            if let kubernetes { evidence += try await kubernetes.list(until: deadline).listing }
        }
        return (evidence, problems)
    }
}

extension WorkloadReport {
    fileprivate var listing: [Evidence] {
        evidence(now: .now).filter { $0.id == "container.instances" }.map {
            Evidence(id: "container.list.\(runtime)", title: "Containers (\(runtime))", $0.body)
        }
    }
}
