import ArgumentParser
import Diagnostics
import Sweep

struct PGDeadlocksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deadlocks",
        abstract: "Deadlocks counted by database, and the newest with their statements from the server's log.",
        discussion: """
            The counters only grow; `diag sweep` tells what has come since the last sweep. The reports are read in the file \
            that the configuration names (log: /var/log/postgresql/*.log), or else through the server, where the role may: \
            what is missing for that is said. Plain logs with any log_line_prefix, csvlog and jsonlog are read.

            EXAMPLES
              diag pg deadlocks db-primary
            """)

    @OptionGroup var asked: PGAsked

    func run() async throws {
        try await asked.options.inspect(.postgresql, asked.targets, watching: asked.watch) { $0.deadlocksProbe }
    }
}
