import Diagnostics
import HTTP

extension KubernetesAPI {
    private static let logLines = 20
    /// More are not looked at: who has more of one kind knows its selector.
    private static let mostPods = 50

    /// - Returns: nil where the cluster has no such pods.
    /// - Throws: when the API cannot be asked, or may not be.
    func report(on workload: Workload, until deadline: Deadline) async throws(ProbeError) -> WorkloadReport? {
        switch workload {
        case .container: return nil
        case .pods(let selector, let namespace):
            let namespace = namespace ?? self.namespace
            return await report(
                on: try await pods(namespace, selector: selector, until: deadline), namespace, until: deadline)
        case .pod(let name, let namespace):
            let namespace = namespace ?? self.namespace
            let all = try await pods(namespace, until: deadline)
            let exact = all.filter { $0.name == name }
            let chosen = exact.isEmpty ? all.filter { $0.name.hasPrefix(name + "-") } : exact
            return await report(on: chosen, namespace, until: deadline)
        case .address(let host, _):
            return try await report(atHost: host, until: deadline)
        }
    }

    private func report(atHost host: String, until deadline: Deadline) async throws(ProbeError) -> WorkloadReport? {
        let parts = host.split(separator: ".").map(String.init)
        if parts.count >= 3, parts[2] == "svc" {
            return try await report(onService: parts[0], parts[1], until: deadline)
        }
        if parts.count == 1, Int(host) == nil, !host.contains(":"), host != "localhost" {
            return try await report(onService: host, namespace, until: deadline)
        }
        let field = DockerEngine.query("status.podIP=\(host)")
        let found = try await json(
            "/api/v1/namespaces/\(namespace)/pods?fieldSelector=\(field)&limit=5", until: deadline)
        return await report(on: Pod.list(found), namespace, until: deadline)
    }

    /// The pods that a service leads to.
    private func report(
        onService name: String, _ namespace: String, until deadline: Deadline
    ) async throws(ProbeError) -> WorkloadReport? {
        let service: JSONValue
        do {
            service = try await json(
                "/api/v1/namespaces/\(DockerEngine.query(namespace))/services/\(DockerEngine.query(name))",
                until: deadline)
        } catch {
            if error.kind == .server(code: "404") { return nil }
            throw error
        }
        let labels = (service["spec"]?["selector"]?.object ?? [:]).compactMap { key, value in
            value.string.map { "\(key)=\($0)" }
        }
        guard !labels.isEmpty else { return nil }
        let selector = labels.sorted().joined(separator: ",")
        return await report(
            on: try await pods(namespace, selector: selector, until: deadline), namespace, until: deadline)
    }

    private func pods(
        _ namespace: String, selector: String? = nil, until deadline: Deadline
    ) async throws(ProbeError) -> [Pod] {
        let filter = selector.map { "labelSelector=\(DockerEngine.query($0))&" } ?? ""
        // Without a selector it is by name that they are told apart, and there may be many others.
        let most = selector == nil ? 500 : Self.mostPods
        let path = "/api/v1/namespaces/\(DockerEngine.query(namespace))/pods?\(filter)limit=\(most)"
        return Pod.list(try await json(path, limit: 16 << 20, until: deadline))
    }

    /// Everything in the service account's namespace, without the closer looks.
    func list(until deadline: Deadline) async throws(ProbeError) -> WorkloadReport {
        var report = WorkloadReport(runtime: "kubernetes")
        report.instances = try await pods(namespace, until: deadline).flatMap(\.instances)
        return report
    }
}

// MARK: - The closer look

extension KubernetesAPI {
    private func report(on pods: [Pod], _ namespace: String, until deadline: Deadline) async -> WorkloadReport? {
        guard !pods.isEmpty else { return nil }
        var (report, problems) = (WorkloadReport(runtime: "kubernetes"), [ProbeError]())
        report.instances = pods.prefix(Self.mostPods).flatMap(\.instances)
        let troubled = pods.first { $0.instances.contains(where: \.isTroubled) } ?? pods[0]
        await noting(&problems) { () throws(ProbeError) in
            (report.logs, report.logsOf) = try await logs(of: troubled, namespace, until: deadline)
        }
        await noting(&problems) { () throws(ProbeError) in
            report.incidents = try await incidents(at: troubled, namespace, until: deadline)
        }
        if let owner = troubled.replicaSet {
            await noting(&problems) { () throws(ProbeError) in
                report.rollouts = try await rollouts(like: owner, namespace, until: deadline)
            }
        }
        await noting(&problems) { () throws(ProbeError) in
            report.instances = try await measured(report.instances, troubled, namespace, until: deadline)
        }
        report.problems = problems
        return report
    }

    /// Of a container that has just been restarted it is the one before that said why.
    private func logs(
        of pod: Pod, _ namespace: String, until deadline: Deadline
    ) async throws(ProbeError) -> ([String], String) {
        let name = DockerEngine.query(pod.name)
        let container = pod.troubledContainer
        let base =
            "/api/v1/namespaces/\(DockerEngine.query(namespace))/pods/\(name)/log?tailLines=\(Self.logLines)"
            + "&container=\(DockerEngine.query(container.name))&limitBytes=262144"
        if container.hasEndedBefore,
            let bytes = try? await get(base + "&previous=true", limit: 256 << 10, until: deadline)
        {
            let lines = LogText.lines(bytes, most: Self.logLines)
            if !lines.isEmpty { return (lines, "\(pod.name)/\(container.name), as it was before it was restarted") }
        }
        let bytes = try await get(base, limit: 256 << 10, until: deadline)
        return (LogText.lines(bytes, most: Self.logLines), "\(pod.name)/\(container.name)")
    }

    /// Warnings about the pod: images that cannot be pulled, probes that fail, no node with room.
    private func incidents(
        at pod: Pod, _ namespace: String, until deadline: Deadline
    ) async throws(ProbeError) -> [Incident] {
        let field = DockerEngine.query("involvedObject.name=\(pod.name),type!=Normal")
        let found = try await json(
            "/api/v1/namespaces/\(DockerEngine.query(namespace))/events?fieldSelector=\(field)&limit=50",
            until: deadline)
        return (found["items"]?.array ?? []).map { event in
            let time = event["lastTimestamp"]?.string ?? event["eventTime"]?.string
            let words = [event["reason"]?.string, event["message"]?.string].compactMap(\.self).joined(separator: ": ")
            return Incident(
                time: Timestamp(ofRuntime: time), subject: pod.name, what: LogText.safe(words, limit: 200),
                count: event["count"]?.number.flatMap { Int(exactly: $0) } ?? 1)
        }.sorted { ($0.time?.secondsSinceEpoch ?? 0) > ($1.time?.secondsSinceEpoch ?? 0) }.prefix(10).map(\.self)
    }

    /// What `kubectl rollout history` shows: the replica sets of the same deployment.
    private func rollouts(
        like replicaSet: String, _ namespace: String, until deadline: Deadline
    ) async throws(ProbeError) -> [Rollout] {
        let path = "/apis/apps/v1/namespaces/\(DockerEngine.query(namespace))/replicasets"
        let sets = try await json(path + "?limit=500", limit: 16 << 20, until: deadline)["items"]?.array ?? []
        guard let own = sets.first(where: { $0["metadata"]?["name"]?.string == replicaSet })?.deployment else {
            return []
        }
        return sets.filter { $0.deployment == own }.map { Rollout(replicaSet: $0, of: own) }
            .sorted { ($0.created?.secondsSinceEpoch ?? 0) > ($1.created?.secondsSinceEpoch ?? 0) }.prefix(5).map(
                \.self)
    }

    /// What `kubectl top` shows. Where the cluster has no metrics server there is nothing to say.
    private func measured(
        _ instances: [Instance], _ pod: Pod, _ namespace: String, until deadline: Deadline
    ) async throws(ProbeError) -> [Instance] {
        let path =
            "/apis/metrics.k8s.io/v1beta1/namespaces/\(DockerEngine.query(namespace))/pods/"
            + DockerEngine.query(pod.name)
        let metrics: JSONValue
        do {
            metrics = try await json(path, until: deadline)
        } catch {
            if [.server(code: "404"), .server(code: "503"), .forbidden].contains(error.kind) { return instances }
            throw error
        }
        let usage = Dictionary(
            (metrics["containers"]?.array ?? []).compactMap { container in
                container["name"]?.string.map { ("\(pod.name)/\($0)", container["usage"]) }
            }, uniquingKeysWith: { first, _ in first })
        return instances.map { instance in
            guard let used = usage[instance.name] ?? nil else { return instance }
            var instance = instance
            instance.memoryUsed = used["memory"]?.string.flatMap(KubernetesQuantity.init)?.wholeBytes
            instance.processors = used["cpu"]?.string.flatMap(KubernetesQuantity.init)?.value
            return instance
        }
    }
}

extension JSONValue {
    /// The deployment that a replica set belongs to.
    fileprivate var deployment: String? {
        self["metadata"]?["ownerReferences"]?.array?.first { $0["kind"]?.string == "Deployment" }?["name"]?.string
    }
}

extension Rollout {
    fileprivate init(replicaSet: JSONValue, of deployment: String) {
        let metadata = replicaSet["metadata"]
        let notes = metadata?["annotations"]
        let containers = replicaSet["spec"]?["template"]?["spec"]?["containers"]?.array ?? []
        self.init(
            name: deployment, revision: notes?["deployment.kubernetes.io/revision"]?.string ?? "",
            images: containers.compactMap { $0["image"]?.string }.joined(separator: ", "),
            created: Timestamp(ofRuntime: metadata?["creationTimestamp"]?.string),
            replicas: replicaSet["status"]?["replicas"]?.number.flatMap { Int(exactly: $0) } ?? 0,
            cause: notes?["kubernetes.io/change-cause"]?.string)
    }
}
