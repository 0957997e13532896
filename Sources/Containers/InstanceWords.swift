import Diagnostics

extension Instance {
    /// `exited with 137 (killed, SIGKILL) 3 min ago, out of memory`.
    func sentence(now: Timestamp) -> String {
        var words = [state]
        if !isRunning, let exitCode { words[0] += " with \(exitCode)\(Self.meaning(exitCode))" }
        if isRunning, let started { words.append("up for \(Units.seconds(max(0, now.seconds(since: started))))") }
        if !isRunning, let finished {
            words.append("ended \(Units.seconds(max(0, now.seconds(since: finished)))) ago")
        }
        if wasKilledForMemory { words.append("killed for lack of memory") }
        if let restarts, restarts > 0 { words.append("restarted \(restarts) time\(restarts == 1 ? "" : "s")") }
        if isReady == false, isRunning { words.append("not ready") }
        if let health { words.append(health) }
        if let message, !message.isEmpty { words.append(LogText.safe(message, limit: 200)) }
        return words.joined(separator: ", ")
    }

    /// Codes above 128 are signals, as in a shell; the others are the container runtimes' own (docker run, exit status).
    static func meaning(_ code: Int) -> String {
        switch code {
        case 125: " (the runtime could not start it)"
        case 126: " (its command cannot be executed)"
        case 127: " (its command is not there)"
        case 134: " (SIGABRT)"
        case 137: " (SIGKILL: killed, often for lack of memory)"
        case 139: " (SIGSEGV)"
        case 143: " (SIGTERM: asked to stop)"
        default: ""
        }
    }
}

extension WorkloadReport {
    func evidence(now: Timestamp) -> [Evidence] {
        guard !instances.isEmpty else { return [] }
        return [state(now)] + [table(now), healthOutput, rolloutTable(now), incidentTable, logLines].compactMap(\.self)
    }

    private func state(_ now: Timestamp) -> Evidence {
        let troubled = instances.filter(\.isTroubled)
        let first = troubled.first ?? instances[0]
        let others =
            instances.count > 1
            ? "; \(instances.count - troubled.count) of \(instances.count) run well" : ""
        return .fact(
            "container.state", "Container (\(runtime))", "\(first.name) \(first.sentence(now: now))\(others)")
    }

    private func table(_ now: Timestamp) -> Evidence? {
        .table(
            "container.instances", "Containers",
            columns: [
                "container", "state", "restarts", "exit_code", "oom", "health", "started", "image", "memory",
                "memory_limit", "cpu", "node",
            ],
            rows: instances.map { instance in
                let age = instance.started.map { max(0, now.seconds(since: $0)) }
                return [
                    .text(instance.name), .text(instance.state), instance.restarts.map { .integer(Int64($0)) } ?? .none,
                    instance.exitCode.map { .integer(Int64($0)) } ?? .none, .flag(instance.wasKilledForMemory),
                    instance.health.map(Cell.text) ?? instance.isReady.map { .text($0 ? "ready" : "not ready") }
                        ?? .none,
                    age.map(Cell.seconds) ?? .none, .text(instance.image), instance.memoryUsed.map(Cell.bytes) ?? .none,
                    instance.memoryLimit.map(Cell.bytes) ?? .none, instance.processors.map(Cell.number) ?? .none,
                    instance.node.map(Cell.text) ?? .none,
                ]
            })
    }

    private var healthOutput: Evidence? {
        guard let instance = instances.first(where: { $0.health == "unhealthy" }), let output = instance.healthOutput
        else { return nil }
        return .fact("container.health", "Its health check says", LogText.safe(output, limit: 300))
    }

    private func rolloutTable(_ now: Timestamp) -> Evidence? {
        guard !rollouts.isEmpty else { return nil }
        return .table(
            "container.rollouts", "Versions put to work, the newest first",
            columns: ["name", "revision", "since", "replicas", "images", "cause"],
            rows: rollouts.map { rollout in
                [
                    .text(rollout.name), .text(rollout.revision),
                    rollout.created.map { .seconds(max(0, now.seconds(since: $0))) } ?? .none,
                    .integer(Int64(rollout.replicas)), .text(rollout.images), rollout.cause.map(Cell.text) ?? .none,
                ]
            })
    }

    private var incidentTable: Evidence? {
        guard !incidents.isEmpty else { return nil }
        return .table(
            "container.incidents", "What the runtime noted", columns: ["time", "container", "count", "what"],
            rows: incidents.map { incident in
                [
                    incident.time.map(Cell.time) ?? .none, .text(incident.subject), .integer(Int64(incident.count)),
                    .text(incident.what),
                ]
            })
    }

    private var logLines: Evidence? {
        guard !logs.isEmpty else { return nil }
        return Evidence(
            id: "container.logs", title: "The last lines of \(logsOf)", .tree(logs.map { Branch($0, isWhole: true) }))
    }
}
