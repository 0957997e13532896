import ArgumentParser
import Diagnostics
import Report
import Sweep
import TLS

struct TLSDriftCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drift",
        abstract: "Whether this machine's servers serve the certificates that lie in their files.",
        discussion: """
            Reads the configuration of nginx (with what it includes) and HAProxy (crt, folders, crt-list) and certbot's, connects to each \
            place where a certificate is to be served, and compares: renewed on disk but not reloaded is told with the command \
            that mends it. For a server in a container, or elsewhere: diag tls HOST --expect FILE.

            EXAMPLES
              diag tls drift
              diag tls drift --nginx /srv/proxy/nginx.conf
              diag tls drift --haproxy /etc/haproxy/conf.d --format json
            """)

    @OptionGroup var options: TargetOptions
    @OptionGroup var watch: WatchOptions

    @Option(name: .long, help: ArgumentHelp("nginx's main file.", valueName: "file"), completion: .file())
    var nginx = LocalSites().nginx

    @Option(
        name: .long, help: ArgumentHelp("HAProxy's file, or a folder of them.", valueName: "path"), completion: .file())
    var haproxy = LocalSites().haproxy

    @Option(name: .long, help: ArgumentHelp("certbot's folder.", valueName: "folder"), completion: .directory)
    var certbot = LocalSites().certbot

    @Option(
        name: .long, help: ArgumentHelp("Trusted authorities, PEM, in place of the system's.", valueName: "file"),
        completion: .file())
    var caFile: String?

    func run() async throws {
        var sites = LocalSites()
        (sites.nginx, sites.haproxy, sites.certbot) = (nginx, haproxy, certbot)
        let targets = try sites.targets().map { target in
            caFile.map { file in target.withTLS { $0.caFile = file } } ?? target
        }
        try await options.inspect(
            [], within: InspectionBounds(alerts: TLSCheckCommand.alerts), watching: watch, find: { _, _ in targets },
            render: { report in
                guard options.format == .text, !options.text.verbose else { return nil }
                return report.endpoints(layout: options.text.layout(rows: .max, pieces: .max))
            })
    }
}
