import Diagnostics
import HTTP

extension DockerEngine {
    /// - Returns: nil where Docker has no such container.
    /// - Throws: when Docker cannot be asked.
    func report(on workload: Workload, until deadline: Deadline) async throws(ProbeError) -> WorkloadReport? {
        switch workload {
        case .container(let name):
            guard let details = try await details(of: name, until: deadline) else { return nil }
            return await report(on: details, until: deadline)
        case .address(let host, let port):
            guard let details = try await publisher(of: port, at: host, until: deadline) else { return nil }
            return await report(on: details, until: deadline)
        case .pod, .pods: return nil
        }
    }

    /// Everything that it runs and ran, without the closer looks.
    func list(until deadline: Deadline) async throws(ProbeError) -> WorkloadReport {
        let summaries = try await json("/containers/json?all=1", limit: 4 << 20, until: deadline).array ?? []
        var report = WorkloadReport(runtime: "docker")
        report.instances = summaries.prefix(200).map { Instance(summary: $0) }
        return report
    }

    /// Containers that were killed for lack of memory since then, each once.
    func memoryKills(since: Timestamp, now: Timestamp, until deadline: Deadline) async throws(ProbeError) -> [Incident]
    {
        let filters = DockerEngine.query(#"{"type":["container"],"event":["oom"]}"#)
        let span = "since=\(Int64(since.secondsSinceEpoch))&until=\(Int64(now.secondsSinceEpoch))"
        let bytes = try await get("/events?\(span)&filters=\(filters)", limit: 1 << 20, until: deadline)
        return Self.incidents(bytes)
    }

    /// One JSON object a line, or one behind the other.
    static func incidents(_ bytes: [UInt8]) -> [Incident] {
        let events = bytes.split(separator: 10).compactMap { JSONValue(Array($0)) }
        let named = events.compactMap { event -> (String, Double)? in
            guard let name = event["Actor"]?["Attributes"]?["name"]?.string, let time = event["time"]?.number else {
                return nil
            }
            return (name, time)
        }
        let counted = Dictionary(grouping: named) { $0.0 }
        return counted.map { name, events in
            Incident(
                time: events.map(\.1).max().map(Timestamp.init(secondsSinceEpoch:)), subject: name,
                what: "killed for lack of memory", count: events.count)
        }.sorted { ($1.count, $0.subject) < ($0.count, $1.subject) }
    }
}

// MARK: - One container

extension DockerEngine {
    private static let logLines = 20

    private func details(of name: String, until deadline: Deadline) async throws(ProbeError) -> JSONValue? {
        let details: JSONValue
        do {
            details = try await json("/containers/\(Self.query(name))/json", limit: 1 << 20, until: deadline)
        } catch {
            if error.kind == .server(code: "404") { return nil }
            throw error
        }
        guard details["State"]?.object != nil else {
            throw ProbeError(
                .protocolViolation, step: "ask Docker at \(place)", message: "the answer does not describe a container")
        }
        return details
    }

    private func report(on details: JSONValue, until deadline: Deadline) async -> WorkloadReport {
        var (report, problems) = (WorkloadReport(runtime: "docker"), [ProbeError]())
        var instance = Instance(details: details)
        let id = Self.query(details["Id"]?.string ?? instance.name)
        if instance.isRunning {
            let path = "/containers/\(id)/stats?stream=false&one-shot=true"
            await noting(&problems) { () throws(ProbeError) in
                instance.take(statistics: try await json(path, limit: 1 << 20, until: deadline))
            }
        }
        await noting(&problems) { () throws(ProbeError) in
            let path = "/containers/\(id)/logs?stdout=1&stderr=1&tail=\(Self.logLines)"
            let bytes = try await get(path, limit: 256 << 10, until: deadline)
            report.logs = LogText.lines(LogFrames.payload(bytes), most: Self.logLines)
        }
        (report.instances, report.problems) = ([instance], problems)
        report.logsOf = instance.name
        // Docker keeps no history of versions: when it was made is when this one was put to work.
        report.rollouts = [
            Rollout(
                name: instance.name, revision: "", images: instance.image,
                created: Timestamp(ofRuntime: details["Created"]?.string), replicas: 1, cause: nil)
        ]
        return report
    }

    /// The container that publishes a port here, or has the address. One that is not running publishes nothing: there the
    /// ports that it would publish tell.
    private func publisher(
        of port: UInt16, at host: String, until deadline: Deadline
    ) async throws(ProbeError) -> JSONValue? {
        let summaries = try await json("/containers/json?all=1", limit: 4 << 20, until: deadline).array ?? []
        if let running = summaries.first(where: { $0.listens(at: host, port) }), let id = running["Id"]?.string {
            return try await details(of: id, until: deadline)
        }
        for summary in summaries.filter({ $0["State"]?.string != "running" }).prefix(20) {
            guard let id = summary["Id"]?.string, let details = try await details(of: id, until: deadline) else {
                continue
            }
            if details.wouldPublish(port) { return details }
        }
        return nil
    }

    /// A word of a URL's path or query.
    static func query(_ text: String) -> String {
        let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)
        let digits = Array("0123456789ABCDEF".utf8)
        let bytes = text.utf8.flatMap { byte -> [UInt8] in
            plain.contains(byte) ? [byte] : [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// A question whose failure costs only itself.
func noting(_ problems: inout [ProbeError], _ ask: () async throws(ProbeError) -> Void) async {
    do {
        try await ask()
    } catch {
        problems.append(error)
    }
}

// MARK: - Reading

extension JSONValue {
    /// Of an entry of the list: it publishes the port on this machine, or has this address itself.
    fileprivate func listens(at host: String, _ port: UInt16) -> Bool {
        let ports = self["Ports"]?.array ?? []
        let addresses = (self["NetworkSettings"]?["Networks"]?.object ?? [:]).values.compactMap {
            $0["IPAddress"]?.string
        }
        if addresses.contains(host) { return ports.contains { $0["PrivatePort"]?.number == Double(port) } }
        let isHere = host == "localhost" || host == "::1" || host.hasPrefix("127.")
        return isHere && ports.contains { $0["PublicPort"]?.number == Double(port) }
    }

    fileprivate func wouldPublish(_ port: UInt16) -> Bool {
        (self["HostConfig"]?["PortBindings"]?.object ?? [:]).values.contains { bindings in
            (bindings.array ?? []).contains { $0["HostPort"]?.string == "\(port)" }
        }
    }
}

extension Instance {
    /// Of `GET /containers/json`.
    init(summary: JSONValue) {
        let names = summary["Names"]?.array?.compactMap(\.string) ?? []
        self.init(name: (names.first ?? summary["Id"]?.string ?? "?").droppingSlash)
        image = summary["Image"]?.string ?? ""
        state = summary["State"]?.string ?? "?"
        isRunning = state == "running"
        // `Up 3 hours (healthy)`, `Exited (137) 2 minutes ago`: only here does the list say it.
        let status = summary["Status"]?.string ?? ""
        health = ["unhealthy", "healthy", "health: starting"].first { status.contains("(\($0))") }
        if status.hasPrefix("Exited ("), let code = Int(status.dropFirst(8).prefix { $0 != ")" }) { exitCode = code }
        started = summary["Created"]?.number.map(Timestamp.init(secondsSinceEpoch:))
    }

    /// Of `GET /containers/ID/json`.
    init(details: JSONValue) {
        let now = details["State"]
        self.init(name: (details["Name"]?.string ?? "?").droppingSlash)
        image = details["Config"]?["Image"]?.string ?? ""
        state = now?["Status"]?.string ?? "?"
        isRunning = state == "running"
        started = Timestamp(ofRuntime: now?["StartedAt"]?.string)
        finished = Timestamp(ofRuntime: now?["FinishedAt"]?.string)
        exitCode = isRunning ? nil : now?["ExitCode"]?.number.flatMap { Int(exactly: $0) }
        restarts = details["RestartCount"]?.number.flatMap { Int(exactly: $0) }
        wasKilledForMemory = now?["OOMKilled"] == .bool(true)
        message = now?["Error"]?.string
        let check = now?["Health"]
        health = check?["Status"]?.string.flatMap { $0 == "none" ? nil : $0 }
        healthOutput = check?["Log"]?.array?.last?["Output"]?.string
        memoryLimit = details["HostConfig"]?["Memory"]?.number.flatMap { $0 > 0 ? Int64(exactly: $0) : nil }
    }

    /// Of `GET /containers/ID/stats`. Memory as `docker stats` counts it: without what the kernel can drop at once.
    mutating func take(statistics: JSONValue) {
        let memory = statistics["memory_stats"]
        if let usage = memory?["usage"]?.number {
            let cache = memory?["stats"]?["inactive_file"]?.number ?? 0
            memoryUsed = Int64(exactly: max(0, usage - cache))
        }
        memoryLimit = memoryLimit ?? memory?["limit"]?.number.flatMap { Int64(exactly: $0) }
    }
}

extension String {
    fileprivate var droppingSlash: String { hasPrefix("/") ? String(dropFirst()) : self }
}
