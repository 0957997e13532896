import ArgumentParser
import Diagnostics
import PostgreSQL
import Runbook
import Sweep

/// A `diag pg` command that asks each server some questions and prints what they answer.
protocol PGAsking: AsyncParsableCommand {
    var asked: PGAsked { get }
    /// - Throws: when what is asked for is not there.
    var questions: [PostgreSQLProbe.Question] { get throws }
    /// Conditions beside the runbook's that are about what is asked: a check measures them too.
    var conditions: [String] { get }
}

extension PGAsking {
    var conditions: [String] { [] }

    func run() async throws {
        let isCheck = asked.options.format.document?.isCheck == true
        let judged = isCheck ? conditions.compactMap(Catalogue.alert).flatMap(\.conditions) : []
        let questions = try questions.alsoMeasuring(Set(judged.flatMap(\.expression.metrics)))
        try await asked.options.inspect(.postgresql, asked.targets, watching: asked.watch) {
            $0.postgreSQLProbe(asking: questions)
        }
    }
}

/// Whom a `diag pg` command asks, and how it shows the answer.
struct PGAsked: ParsableArguments {
    @OptionGroup var options: TargetOptions

    @OptionGroup var watch: WatchOptions

    @Argument(
        help: ArgumentHelp("A target's name, postgres://… or HOST[:PORT].", valueName: "target"),
        completion: .targets(.postgresql, .pgbouncer))
    var targets: [String] = []
}
