import ArgumentParser
import Diagnostics
import Report
import Sweep
import TLS

struct TLSCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Servers' certificates: chain, names, expiry, and whether they verify and why not.",
        discussion: """
            Looks at every address of a name. Many servers are a table, the worst first; one is shown in full (--verbose shows \
            all in full). On the usual ports of PostgreSQL, MySQL, SMTP, LMTP, IMAP, POP3, LDAP, FTP, XMPP, ManageSieve and \
            NNTP it asks for TLS in that protocol; a URI (smtp://, imap://, …) or --starttls says it for other ports.

            EXAMPLES
              diag tls example.org
              diag tls example.org:8443 [::1]:443 --format json
              diag tls mail.example.org:25 ldap.example.org:389 db:5432
              diag tls --file endpoints.txt --ca-file our-root.pem
              diag tls example.org --protocols
              diag tls 10.0.0.7 --servername www.example.org
              diag tls www.example.org --resolve www.example.org:443:10.0.0.7
            """)

    @OptionGroup var options: TargetOptions
    @OptionGroup var watch: WatchOptions
    @OptionGroup var asking: TLSAskingOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Servers, one a line; # begins a comment, - reads standard input. Repeatable.", valueName: "path"),
        completion: .file())
    var file: [String] = []

    @Option(name: .long, help: ArgumentHelp("How many servers are looked at at once.", valueName: "number"))
    var concurrency: Int?

    @Argument(
        help: ArgumentHelp(
            "A target's name, HOST[:PORT] or a URI; the port is 443 by default.", valueName: "target"),
        completion: .targets(.tls))
    var targets: [String] = []

    /// Who asks about a server wants to hear in the exit code too that no client would trust it.
    static let alerts = [
        "TLSChainInvalid", "TLSNameMismatch", "TLSWeakCertificate", "TLSCertificateDrift", "TLSStapleStale",
        "TLSEndpointUnreachable",
    ]

    /// Hundreds of dead servers wait side by side, and room is left for those that live.
    private static let usualConcurrency = 640

    func validate() throws {
        if let concurrency, concurrency < 1 { throw ValidationError("--concurrency must be at least 1") }
    }

    func run() async throws {
        let listed = try file.flatMap { try EndpointList.words(inFile: $0) }
        let bounds = InspectionBounds(
            concurrency: concurrency ?? Self.usualConcurrency, isUnbounded: true, alerts: Self.alerts)
        let change = try asking.changes()
        let isTable = options.format == .text && !options.text.verbose && watch.watch == nil
        let isBrief = isTable && targets.count + listed.count > 1
        let list = EndpointList(listed)
        try await options.inspect(targets + listed, within: bounds, watching: watch, find: list.targets) { target in
            target.tlsProbe { settings in
                change(&settings)
                settings.isBrief = isBrief
            }
        } render: { report in
            guard isTable else { return nil }
            return report.endpoints(layout: options.text.layout(rows: .max, pieces: .max))
        }
    }
}
