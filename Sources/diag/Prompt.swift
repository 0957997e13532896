import Diagnostics
import Glibc
import Network
import Report

/// A question to whoever sits before the terminal.
enum Prompt {
    private static let threads = BlockingThreads(name: "diag-prompt", limit: 1)

    /// The line that is typed; nil where nobody is there to type one, or nobody does within five minutes.
    ///
    /// - Parameter lines: the answer is typed behind the last one.
    static func answer(_ lines: [String]) async -> String? {
        guard isatty(STDIN_FILENO) == 1, Terminal.isError else { return nil }
        Output.show(lines.map(terminalSafe).joined(separator: "\n"))
        return try? await threads.run("ask", until: .after(.seconds(300))) { readLine() }
    }
}
