import ArgumentParser
import Diagnostics
import Network
import Report
import Sweep
import TLS

struct TLSFileCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "file",
        abstract:
            "Certificates and keys as they lie in files: expiry, whether they belong together, who may read them.",
        discussion: """
            Reads PEM, DER, PKCS#12, bundles, Kubernetes Secrets and ConfigMaps and kubeconfig files, in YAML or JSON, by what is in \
            them and not by their names. A PATH is a file, a pattern, or a folder such as certbot's live. The password of a \
            container or key comes from a file or from DIAG_KEY_PASSWORD in the environment.

            EXAMPLES
              diag tls file /etc/ssl/private/app.pem
              diag tls file '/etc/letsencrypt/live/*/fullchain.pem'
              diag tls file /etc/nginx/ssl ~/.kube/config --format json
              diag tls file keystore.p12 --password-file /run/secrets/keystore
              kubectl get secrets -A -o yaml | diag tls file -
            """)

    @OptionGroup var options: TargetOptions
    @OptionGroup var watch: WatchOptions

    @Option(
        name: .long, help: ArgumentHelp("The first line of it is the password.", valueName: "file"), completion: .file()
    )
    var passwordFile: String?

    @Argument(help: ArgumentHelp("Files, patterns or folders.", valueName: "path"), completion: .file())
    var paths: [String]

    func run() async throws {
        let password = try password()
        // What is not there is a target of its own: it fails, and does not hide behind those that can be read.
        let (there, missing) = (
            paths.filter { $0 == "-" || !Glob.isMissing($0) }, paths.filter { $0 != "-" && Glob.isMissing($0) }
        )
        let targets = ([there].filter { !$0.isEmpty } + missing.map { [$0] }).map { patterns in
            ConfiguredTarget(
                settings: .certificateFiles(
                    CertificateFiles(
                        patterns: patterns, password: password, unpacking: CertificateDocuments.unpacking)))
        }
        try await options.inspect(
            [], within: InspectionBounds(alerts: ["TLSKeyMismatch", "TLSWeakCertificate"]), watching: watch,
            find: { _, _ in targets },
            render: { report in
                guard options.format == .text, !options.text.verbose else { return nil }
                return report.certificateFiles(layout: options.text.layout(rows: 200, pieces: .max))
            })
    }

    private func password() throws -> String? {
        guard let passwordFile else { return Environment.variables["DIAG_KEY_PASSWORD"] }
        do throws(FileError) {
            let line = try TextFile.read(passwordFile, upTo: 65_536).prefix { $0 != 10 && $0 != 13 }
            return String(decoding: line, as: UTF8.self)
        } catch {
            throw ProbeError(.misconfigured, step: "read the password", message: "\(error)")
        }
    }
}
