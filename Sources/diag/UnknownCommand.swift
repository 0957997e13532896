import ArgumentParser
import Diagnostics

/// A word where a command should stand. The parser only says that it did not expect it; this says what could have been
/// meant.
struct UnknownCommand: CustomStringConvertible {
    private let word: String
    private let path: [String]
    private let names: [String]

    /// - Returns: nil when the words lead to a command, so that something else is wrong with them.
    init?(in arguments: [String]) {
        var command: any ParsableCommand.Type = DiagCommand.self
        var path = [Self.name(of: command)]
        for word in arguments {
            let known = command.configuration.subcommands
            guard !known.isEmpty, !word.hasPrefix("-"), word != "help" else { return nil }
            guard let next = known.first(where: { Self.isCalled($0, word) }) else {
                // Its words are those of the command that it stands for.
                if command.configuration.defaultSubcommand != nil { return nil }
                (self.word, self.path, names) = (word, path, known.map(Self.name))
                return
            }
            command = next
            path.append(word)
        }
        return nil
    }

    var description: String {
        let whole = path.joined(separator: " ")
        return """
            '\(word)' is no command of \(whole)\(didYouMean(word, among: names))
            It has: \(names.joined(separator: ", "))
            See '\(whole) --help' for more information.
            """
    }

    private static func isCalled(_ command: any ParsableCommand.Type, _ word: String) -> Bool {
        name(of: command) == word || command.configuration.aliases.contains(word)
    }

    private static func name(of command: any ParsableCommand.Type) -> String {
        command.configuration.commandName ?? ""
    }
}
