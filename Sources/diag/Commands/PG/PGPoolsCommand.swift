import ArgumentParser
import Diagnostics
import Sweep

struct PGPoolsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pools",
        abstract: "PgBouncer: who waits for which pool, how long, and why; clients, databases, traffic.",
        discussion: """
            It asks PgBouncer's administration console, the database pgbouncer at the pooler's own address. The role must be \
            among stats_users (or admin_users) in pgbouncer.ini. TARGET may also be a configured PostgreSQL target that is \
            reached through a pooler. Without one: all poolers that are configured, or what is at port 6432 here.

            EXAMPLES
              diag pg pools
              diag pg pools pooler-host:6432
              diag pg pools postgres://stats@10.0.0.5:6432/
            """)

    @OptionGroup var asked: PGAsked

    func run() async throws {
        try await asked.options.inspect(.pgbouncer, asked.targets, watching: asked.watch) { $0.poolerProbe }
    }
}
