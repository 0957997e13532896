import ArgumentParser
import Diagnostics
import Report
import Runbook
import Sweep

extension TargetOptions {
    /// Looks closer at the targets that a word names (or all of the kind), prints what was seen, and ends with its verdict.
    ///
    /// - Parameter probe: how to look at one of them; nil: as a sweep does.
    func inspect(
        _ kind: Target.Kind, _ words: [String], probe: (ConfiguredTarget) -> (any Probe)? = { _ in nil }
    ) async throws {
        let settings = try configuration.load()
        let locator = TargetLocator(configured: settings.targets, environment: Environment.variables)
        var targets: [ConfiguredTarget] = []
        if words.isEmpty { targets = try locator.targets(kind, nil) }
        for word in words { targets += try locator.targets(kind, word) }
        let entries = targets.map { target in
            let bound = timeout?.duration ?? target.timeout ?? settings.bounds.timeout
            return Plan.Entry(probe: probe(target) ?? target.inspectionProbe, timeout: bound)
        }
        let inspection = Inspection(entries, configuration: settings)
        let outcome = await ProgressLine.during { await inspection.run(progress: $0) }
        try finish(SweepReport(outcome))
    }

    private func finish(_ report: SweepReport) throws {
        switch format {
        case .text: try Output.write(report.inspection(layout: text.layout(rows: 40, pieces: .max)))
        case .json: try Output.write(report.json)
        }
        throw ExitCode(report.exitStatus.rawValue)
    }
}
