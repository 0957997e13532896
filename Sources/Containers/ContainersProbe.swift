import Diagnostics

/// Looks at containers alone, for a person: all of them, or some in full.
public struct ContainersProbe: Probe {
    public let target = Target(kind: .host, name: "containers", address: "this host")
    private let workloads: [[Workload]]
    private let runtimes: ContainerRuntimes

    /// - Parameter workloads: each as what it may be, the first that is there is shown; empty for all.
    public init(workloads: [[Workload]], in runtimes: ContainerRuntimes) {
        self.workloads = workloads
        self.runtimes = runtimes
    }

    /// Why nothing can be looked at where no runtime is at hand.
    public static let nobody = ProbeError(
        .misconfigured, step: "look for containers",
        message: "neither Docker's socket nor a service account of Kubernetes is at hand",
        advice: "set DOCKER_HOST, or run where one of them is")

    public func observe(until deadline: Deadline) async -> Observation {
        await Observation.measuring(target) { content in
            guard !runtimes.isEmpty else {
                content.failure = Self.nobody
                return
            }
            guard !workloads.isEmpty else {
                (content.evidence, content.problems) = await runtimes.list(until: deadline)
                if content.evidence.isEmpty { content.failure = content.problems.first }
                return
            }
            for candidates in workloads { await look(candidates, &content, deadline) }
        }
    }

    private func look(_ candidates: [Workload], _ content: inout Observation.Content, _ deadline: Deadline) async {
        var problems: [ProbeError] = []
        for workload in candidates {
            let seen = await WorkloadInquiry(workload, isNamed: true, in: runtimes).search(until: deadline)
            if let evidence = seen.evidence {
                content.evidence += evidence
                content.problems += seen.problems
                return
            }
            problems += seen.problems
        }
        content.problems += problems
        if problems.isEmpty, let first = candidates.first {
            content.problems.append(
                ProbeError(
                    .refused, step: "look for \(first.words)", message: "there is none, and no pod whose name begins so"
                ))
        }
    }
}
