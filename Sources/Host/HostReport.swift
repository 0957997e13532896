import Diagnostics

/// Samples and evidence from what was read. Pure.
struct HostReport {
    let reading: HostReading
    /// Taken a little later, where a sample was asked for.
    let later: HostReading?

    func write(to content: inout Observation.Content) {
        writeProcessor(to: &content)
        writeMemory(to: &content)
        writePressure(to: &content)
        writeNetwork(to: &content)
    }

    private func writeNetwork(to content: inout Observation.Content) {
        let span = later?.uptime.flatMap { end in reading.uptime.map { (reading.network, end - $0) } }
        NetworkReport(counters: (later ?? reading).network, earlier: span, bootID: reading.bootID).write(to: &content)
    }

    private func writeProcessor(to content: inout Observation.Content) {
        guard let times = (later ?? reading).judgedTimes else {
            for metric in [HostMetrics.cpuBusy, HostMetrics.cpuCapacity] {
                content.gaps.append(Gap(metric, "/proc/stat cannot be read"))
            }
            return
        }
        let identity = reading.countingIdentity
        content.add(HostMetrics.cpuBusy, times.busy, identity: identity)
        content.add(HostMetrics.cpuCapacity, times.capacity, identity: identity)
        content.add(HostMetrics.processors, Double(times.processors))
        if let load = reading.load.first { content.add(HostMetrics.load1, load) }
        if let quota = reading.group.quota {
            content.add(HostMetrics.cpuThrottled, quota.throttled, identity: identity)
        }
        let ratio = reading.judgedTimes.flatMap { later == nil ? nil : times.busyRatio(since: $0) }
        if let ratio { content.add(HostMetrics.cpuBusyRatio, ratio) }
        content.evidence.append(.fact("host.cpu", "CPU", processorWords(times, ratio)))
    }

    private func processorWords(_ times: ProcessorTimes, _ ratio: Double?) -> String {
        var parts = ["\(times.processors) processor\(times.processors == 1 ? "" : "s")"]
        if let ratio { parts.append("\(percent(ratio)) busy just now") }
        if reading.load.count == 3 {
            parts.append("load \(reading.load.map { decimal($0) }.joined(separator: " ")) (1, 5, 15 minutes)")
        }
        if let quota = reading.group.quota {
            parts.append("judged against the container's quota of \(decimal(quota.processors)) processors")
            parts.append("held back \(quota.throttledPeriods) times, \(decimal(quota.throttled)) s in all")
        }
        if let host = reading.times, host.stolen > 0 {
            parts.append("the hypervisor kept \(percent(host.stolen / (host.capacity + host.stolen))) since the start")
        }
        return parts.joined(separator: "; ")
    }

    private func writeMemory(to content: inout Observation.Content) {
        guard let memory = reading.memory else {
            content.gaps.append(Gap(HostMetrics.memoryUsed, "/proc/meminfo cannot be read"))
            return
        }
        content.add(HostMetrics.memoryUsed, reading.group.memory?.usedRatio ?? memory.usedRatio)
        content.add(HostMetrics.memoryLimit, Double(reading.group.smallestMemoryLimit ?? memory.total))
        if memory.swapTotal > 0 {
            content.add(HostMetrics.swapUsed, Double(memory.swapTotal - memory.swapFree) / Double(memory.swapTotal))
        }
        if let kills = reading.group.memory?.kills ?? reading.outOfMemoryKills {
            content.add(HostMetrics.outOfMemoryKills, Double(kills), identity: reading.bootID)
        }
        content.evidence.append(memoryTable(memory))
    }

    private func memoryTable(_ memory: MemoryInfo) -> Evidence {
        var rows: [[Cell]] = []
        if let group = reading.group.memory {
            rows.append(row("container (judged)", used: group.used, of: group.limit, kills: group.kills))
        }
        let name = rows.isEmpty ? "host (judged)" : "host"
        rows.append(row(name, used: memory.used, of: memory.total, kills: reading.outOfMemoryKills))
        if memory.swapTotal > 0 {
            rows.append(row("swap", used: memory.swapTotal - memory.swapFree, of: memory.swapTotal, kills: nil))
        }
        return .table(
            "host.memory", "Memory", columns: ["memory", "used", "limit", "used_ratio", "oom_kills"], rows: rows)
    }

    private func row(_ name: String, used: Int64, of total: Int64, kills: Int64?) -> [Cell] {
        [
            .text(name), .bytes(used), .bytes(total), total > 0 ? .ratio(Double(used) / Double(total)) : .none,
            kills.map(Cell.integer) ?? .none,
        ]
    }

    private func writePressure(to content: inout Observation.Content) {
        for stall in reading.pressure {
            content.add(
                HostMetrics.pressure, stall.total, labels: ["resource": stall.resource, "stalled": stall.kind],
                identity: reading.bootID)
        }
        guard !reading.pressure.isEmpty else { return }
        content.evidence.append(
            .table(
                "host.pressure", "Share of time in which processes waited",
                columns: ["resource", "kind", "10s", "60s", "300s"],
                rows: reading.pressure.map {
                    [.text($0.resource), .text($0.kind)] + $0.averages.map(Cell.ratio)
                }))
    }
}

private func percent(_ ratio: Double) -> String { "\(Int((ratio * 100).rounded())) %" }

/// Two digits after the point.
private func decimal(_ number: Double) -> String {
    let hundredths = Int((number * 100).rounded())
    let rest = abs(hundredths % 100)
    return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
}
