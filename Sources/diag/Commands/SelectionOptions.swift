import ArgumentParser
import Runbook
import Sweep

/// What of a sweep is wanted.
struct SelectionOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp("Only this alert, kind of target, or label=value; repeatable.", valueName: "what"),
        completion: .selections)
    var only: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp("All but this alert, kind of target, or label=value; repeatable.", valueName: "what"),
        completion: .selections)
    var skip: [String] = []

    /// - Throws: where a word names nothing that there is.
    func selection(among overrides: Overrides) throws -> Selection {
        try Selection(only: only, skip: skip, among: overrides.known)
    }
}
