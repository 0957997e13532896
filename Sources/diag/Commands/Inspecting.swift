import ArgumentParser
import Diagnostics
import Report
import Runbook
import Sweep

extension TargetOptions {
    /// Looks closer at the targets that a word names (or all of the kind), prints what was seen, and ends with its verdict.
    ///
    /// - Parameters:
    ///   - length: how long looking may take in place of all other bounds; ^C then ends the looking and not the command.
    ///   - watch: whether to look again and again.
    ///   - way: how to get in, where the command line says so.
    ///   - nodes: which servers of a Redis deployment are looked at; nil: the target as it is.
    ///   - probe: how to look at one of them; nil: as a sweep does.
    ///   - render: what to print in place of the usual; nil: the usual.
    ///   - jsonLine: what a round of watching is in JSON.
    func inspect(
        _ kind: Target.Kind, _ words: [String], for length: Duration? = nil,
        watching watch: WatchOptions? = nil,
        through way: RedisOptions? = nil, at nodes: RedisNodes.Expansion? = nil,
        probe: (ConfiguredTarget) throws -> (any Probe)? = { _ in nil },
        render: (SweepReport) throws -> String? = { _ in nil },
        jsonLine: @escaping @Sendable (SweepReport) -> String = { $0.jsonLine }
    ) async throws {
        try await inspect(
            words, for: length, watching: watch,
            find: { try $0.targets(kind, $1).map { way?.applied(to: $0) ?? $0 } }, at: nodes, probe: probe,
            render: render, jsonLine: jsonLine)
    }

    /// The same for a command whose words name targets in a way of its own.
    ///
    /// - Parameters:
    ///   - find: the targets that a word names, or all without one.
    ///   - bounds: what the command does in another way than a sweep.
    ///   - others: probes beside those of the targets.
    func inspect(
        _ words: [String], for length: Duration? = nil, usually usual: Duration? = nil,
        within bounds: InspectionBounds = InspectionBounds(), watching watch: WatchOptions? = nil,
        find: (TargetLocator, String?) throws -> [ConfiguredTarget], at nodes: RedisNodes.Expansion? = nil,
        probe: (ConfiguredTarget) throws -> (any Probe)? = { _ in nil }, beside others: [any Probe] = [],
        render: (SweepReport) throws -> String? = { _ in nil },
        jsonLine: @escaping @Sendable (SweepReport) -> String = { $0.jsonLine }
    ) async throws {
        let inspection = try await inspection(
            words, for: length, usually: usual, bounds, find, at: nodes, probe, others)
        if let interval = watch?.watch?.duration {
            try await self.watch(inspection, every: interval, jsonLine)
        } else if length != nil {
            try finish(SweepReport(await Interruption.cancelling { await inspection.run() }), render)
        } else {
            try finish(SweepReport(await ProgressLine.during { await inspection.run(progress: $0) }), render)
        }
    }

    /// Runs it once, prints what was seen, and ends with its verdict.
    func show(_ inspection: Inspection) async throws {
        try finish(SweepReport(await ProgressLine.during { await inspection.run(progress: $0) })) { _ in nil }
    }

    /// - Parameter usual: how long a target may take where nobody says.
    private func inspection(
        _ words: [String], for length: Duration?, usually usual: Duration?, _ bounds: InspectionBounds,
        _ find: (TargetLocator, String?) throws -> [ConfiguredTarget], at nodes: RedisNodes.Expansion?,
        _ probe: (ConfiguredTarget) throws -> (any Probe)?, _ others: [any Probe]
    ) async throws -> Inspection {
        var settings = try configuration.load()
        let named = try targets(words, settings, find)
        let bound = timeout?.duration ?? settings.bounds.timeout
        let all = await nodes?.expanded(named, among: settings.targets, within: bound) ?? named
        let entries =
            try all.map { target in
                let bound = length ?? timeout?.duration ?? target.timeout ?? usual ?? settings.bounds.timeout
                return Plan.Entry(probe: try probe(target) ?? target.inspectionProbe, timeout: bound)
            }
            + others.map {
                Plan.Entry(probe: $0, timeout: length ?? timeout?.duration ?? usual ?? settings.bounds.timeout)
            }
        settings.bounds.deadline = length ?? max(settings.bounds.deadline, timeout?.duration ?? usual ?? .zero)
        bounds.apply(to: &settings)
        return Inspection(entries, configuration: settings)
    }

    /// The exit code is the verdict of the last round.
    private func watch(
        _ inspection: Inspection, every interval: Duration, _ jsonLine: @escaping @Sendable (SweepReport) -> String
    ) async throws {
        let (format, text) = (format, text)
        let last = try await Watch(interval: interval).run {
            SweepReport(await inspection.run())
        } shownBy: { report in
            switch format {
            case .text: .block(report.inspection(layout: text.layout(rows: Screen.tableRows, pieces: .max)))
            case .json: .line(jsonLine(report))
            }
        }
        throw ExitCode(last?.exitStatus.rawValue ?? 0)
    }

    private func targets(
        _ words: [String], _ settings: Configuration,
        _ find: (TargetLocator, String?) throws -> [ConfiguredTarget]
    ) throws -> [ConfiguredTarget] {
        let locator = TargetLocator(configured: settings.targets, environment: Environment.variables)
        guard !words.isEmpty else { return try find(locator, nil) }
        return try words.flatMap { try find(locator, $0) }
    }

    private func finish(_ report: SweepReport, _ render: (SweepReport) throws -> String?) throws {
        let other = try render(report)
        switch format {
        case _ where other != nil: try Output.write(other ?? "")
        case .text: try Output.write(report.inspection(layout: text.layout(rows: 40, pieces: .max)))
        case .json: try report.writeJSON { (bytes) throws(OutputError) in try Output.write(bytes) }
        }
        throw ExitCode(report.exitStatus.rawValue)
    }
}

/// What a command does in another way than a sweep: how much at once, how long, what it judges.
struct InspectionBounds {
    /// Targets that are looked at at the same time; nil: as a sweep does.
    var concurrency: Int?
    /// However long the whole takes: of thousands each has its own time-out, and that is enough.
    var isUnbounded = false
    /// Optional alerts that are the very question.
    var alerts: [String] = []

    func apply(to settings: inout Configuration) {
        settings.bounds.concurrency = concurrency ?? settings.bounds.concurrency
        if isUnbounded { settings.bounds.deadline = max(settings.bounds.deadline, .seconds(24 * 3600)) }
        settings.overrides = settings.overrides.asking(alerts)
    }
}
