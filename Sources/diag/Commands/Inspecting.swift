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
        try checkFormat(isWatched: watch?.watch != nil)
        let inspection = try await inspection(
            words, for: length, usually: usual, bounds, find, at: nodes, probe, others)
        if let interval = watch?.watch?.duration {
            try await self.watch(inspection, every: interval, jsonLine)
        } else if length != nil {
            try await finish(SweepReport(inspected: await Interruption.cancelling { await inspection.run() }), render)
        } else {
            try await finish(
                SweepReport(inspected: await ProgressLine.during { await inspection.run(progress: $0) }), render)
        }
    }

    /// Runs it once, prints what was seen, and ends with its verdict.
    func show(_ inspection: Inspection) async throws {
        try await finish(SweepReport(inspected: await ProgressLine.during { await inspection.run(progress: $0) })) {
            _ in nil
        }
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
        return inspection(entries, settings)
    }

    /// Where only the verdict is wanted, all that was measured is judged.
    func inspection(_ entries: [Plan.Entry], _ settings: Configuration) -> Inspection {
        guard format.document?.isCheck == true else { return Inspection(entries, configuration: settings) }
        var settings = settings
        settings.overrides = settings.overrides.asking(
            Catalogue.optional.filter { $0.needsMeasuring && !$0.dependsOnUse }.map(\.name))
        let history = settings.history.path(environment: Environment.variables)
        return Inspection(entries, configuration: settings, history: history)
    }

    /// - Throws: `UsageError` for what has a beginning and an end.
    func checkFormat(isWatched: Bool) throws {
        guard isWatched else { return }
        if output.output != nil {
            throw UsageError(description: "--watch shows one look after another: --output is for one")
        }
        guard format.document != nil else { return }
        throw UsageError(description: "--watch shows text or json: a \(format.rawValue) document is of one look")
    }

    /// The exit code is the verdict of the last round.
    private func watch(
        _ inspection: Inspection, every interval: Duration, _ jsonLine: @escaping @Sendable (SweepReport) -> String
    ) async throws {
        let (format, text) = (format, text)
        let last = try await Watch(interval: interval).run {
            SweepReport(inspected: await inspection.run())
        } shownBy: { report in
            switch format {
            case .text: .block(report.inspection(layout: text.layout(rows: Screen.tableRows, pieces: .max)))
            // Others are refused before.
            case .json, .nagios, .junit, .markdown, .html: .line(jsonLine(report))
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

    private func finish(_ report: SweepReport, _ render: (SweepReport) throws -> String?) async throws {
        let report = format == .html ? await report.withPast(in: configuration) : report
        let other = try render(report)
        switch format {
        case _ where other != nil: try output.write(other ?? "")
        case .text: try output.write(report.inspection(layout: text.layout(rows: 40, pieces: .max)))
        case .json: try output.write { (sink) throws(OutputError) in try report.writeJSON(to: sink) }
        case .nagios, .junit, .markdown, .html: try write(report)
        }
        throw ExitCode(report.exitStatus(format.document).rawValue)
    }

    private func write(_ report: SweepReport) throws {
        guard let document = format.document else { return }
        try output.write(report.document(document, isWhole: text.verbose))
    }
}

extension SweepReport {
    /// With what sweeps have judged at these targets, where there is a history.
    fileprivate func withPast(in configuration: ConfigurationOptions) async -> SweepReport {
        var report = self
        let path = try? configuration.load().history.path(environment: Environment.variables)
        guard let path, let history = try? await History.reading(at: path) else { return report }
        report.past = await history.judgedValues(at: observations.map(\.target))
        return report
    }
}

extension Alert {
    /// Whether it can only be judged where something was measured for it, so that it is judged where it fits.
    fileprivate var needsMeasuring: Bool { conditions.allSatisfy { !$0.expression.metrics.isEmpty } }
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
