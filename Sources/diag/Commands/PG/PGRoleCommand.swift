import ArgumentParser
import PostgreSQL

struct PGRoleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "role",
        abstract: "The SQL that creates the role for diag to log in as.",
        discussion: """
            It is printed, not run. Everything but the remedies works with it.

            EXAMPLES
              diag pg role | psql -h db -U postgres
              diag pg role --name watcher --database app --with-remedies > role.sql
            """)

    @Option(name: .long, help: ArgumentHelp("The role's name.", valueName: "role"))
    var name = "diag"

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A database that not everybody may connect to; repeatable.", valueName: "database"))
    var database: [String] = []

    @Flag(name: .long, help: "May also cancel and end sessions.")
    var withRemedies = false

    func validate() throws {
        if name.isEmpty || database.contains("") { throw ValidationError("a name must not be empty") }
    }

    func run() throws {
        try Output.write(MonitoringRole(name: name, databases: database, hasRemedies: withRemedies).sql)
    }
}
