import ArgumentParser
import Report
import Runbook
import Sweep

struct StatusCommand: AsyncParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, line }

    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "What fires by the last sweep, since when, who has acknowledged it, and who is to be told next.",
        discussion: """
            Reads the history that sweeps leave and asks no server: it takes milliseconds. An old history is told as such. The \
            exit code is as of a sweep.

            EXAMPLES
              diag status
              diag status --format line          one short line, for a prompt or a status bar
              diag status --state /var/lib/diag/diag.sqlite --format json
            """)

    @OptionGroup var life: LifeOptions
    @OptionGroup var text: TextOptions

    @Option(name: .shortAndLong, help: "text, json, or line (one short line).")
    var format: Format = .text

    func run() async throws {
        let report = StatusReport(version: Version.text, status: LifeStatus(try await life.chronicle()))
        switch format {
        case .text: try Output.write(report.text(layout: text.layout(rows: .max, pieces: .max)))
        case .json: try Output.write(report.json)
        case .line: try Output.write(report.line)
        }
        throw ExitCode(report.exitStatus.rawValue)
    }
}
