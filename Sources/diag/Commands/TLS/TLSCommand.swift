import ArgumentParser

struct TLSCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tls",
        abstract: "Certificates: as servers show them, and as they lie in files.",
        discussion: """
            Without a subcommand it looks at servers: `diag tls HOST` is `diag tls check HOST`.

            EXAMPLES
              diag tls example.org
              diag tls mail.example.org:25 imap://mail.example.org ldap.example.org:389
              diag tls --file endpoints.txt
              diag tls file /etc/letsencrypt/live
              diag tls drift
              diag tls certbot
            """,
        subcommands: [TLSCheckCommand.self, TLSFileCommand.self, TLSDriftCommand.self, TLSCertbotCommand.self],
        defaultSubcommand: TLSCheckCommand.self)
}
