import ArgumentParser
import Diagnostics
import Runbook
import Sweep

extension CompletionKind {
    /// The configuration's names of targets of these kinds; of all kinds where none is named.
    static func targets(_ kinds: Target.Kind...) -> CompletionKind {
        .custom { words, _, _ in
            configuredTargets(words).filter { kinds.isEmpty || kinds.contains($0.kind) }.map(\.name).unique
        }
    }

    /// What `--only` and `--skip` take: alerts, kinds, and each target and label of the configuration.
    static let selections = CompletionKind.custom { words, _, _ in
        let targets = configuredTargets(words)
        let labels = targets.flatMap { $0.labels.map { "\($0.name)=\($0.value)" } }
        let all = Catalogue.all.map(\.name) + Target.Kind.allCases.map(\.rawValue) + targets.map { "target=\($0.name)" }
        return (all + labels).unique
    }
}

/// Of the file that `--config` names on the command line so far, or of the usual one. None where it is not right: a shell
/// that completes a word is no place for errors.
private func configuredTargets(_ words: [String]) -> [Target] {
    let environment = Environment.variables
    let named = words.firstIndex(of: "--config").flatMap { words.indices.contains($0 + 1) ? words[$0 + 1] : nil }
    guard let file = named ?? ConfigurationFile.usual(environment: environment) else { return [] }
    return (try? Configuration(file: file, environment: environment))?.targets.map(\.target) ?? []
}

extension [String] {
    fileprivate var unique: [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}
