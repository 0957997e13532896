import ArgumentParser
import Sweep
import TLS

struct TLSCertbotCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "certbot",
        abstract: "The certificates that certbot keeps, and whether renewing them works.",
        discussion: """
            Reads certbot's own files and the log of its last run, and runs nothing: what `certbot certificates` says, with when each is \
            due, what failed, and what starts certbot.

            EXAMPLES
              diag tls certbot
              diag tls certbot --folder /srv/certbot/conf --log /srv/certbot/log/letsencrypt.log
            """)

    @OptionGroup var options: TargetOptions
    @OptionGroup var watch: WatchOptions

    @Option(name: .long, help: ArgumentHelp("certbot's folder.", valueName: "folder"), completion: .directory)
    var folder = CertbotFolders().configuration

    @Option(name: .long, help: ArgumentHelp("Its log.", valueName: "file"), completion: .file())
    var log = CertbotFolders().log

    func run() async throws {
        var folders = CertbotFolders()
        (folders.configuration, folders.log) = (folder, log)
        let target = ConfiguredTarget(name: "certbot", settings: .certbot(folders))
        try await options.inspect(
            [], within: InspectionBounds(alerts: ["TLSRenewalOverdue"]), watching: watch, find: { _, _ in [target] })
    }
}
