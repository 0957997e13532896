import Diagnostics
import TLS

extension Section {
    /// A server, certificates in files, or what a certbot keeps.
    func tlsTarget() -> ConfiguredTarget.Settings? {
        if has("files") { return .certificateFiles(certificateFiles()) }
        if has("certbot") { return .certbot(certbotFolders()) }
        return tlsSettings().map(ConfiguredTarget.Settings.tls)
    }

    private func certificateFiles() -> CertificateFiles {
        CertificateFiles(
            patterns: (strings("files") ?? []).map(source.resolved), password: secret("password"),
            unpacking: CertificateDocuments.unpacking)
    }

    private func certbotFolders() -> CertbotFolders {
        var folders = CertbotFolders()
        folders.configuration = string("certbot").map(source.resolved) ?? folders.configuration
        folders.log = string("log").map(source.resolved) ?? folders.log
        return folders
    }

    private func tlsSettings() -> TLSSettings? {
        guard requiredString("address") != nil else { return nil }
        // Every key is asked for, whatever the address is: one that is not asked for is an unknown one.
        let parsed = parsed("address") { text throws(ProbeError) in try TLSSettings(text) }
        var settings = parsed ?? TLSSettings(host: "")
        if let word = string("starttls") { readStartTLS(word, &settings) }
        settings.serverName = string("server_name")
        settings.verifyName = string("verify_name")
        settings.addresses = strings("resolve") ?? []
        settings.caFile = string("ca_file").map(source.resolved)
        settings.caDirectory = string("ca_dir").map(source.resolved)
        settings.identity = identity(nil)
        settings.alpn = strings("alpn")
        settings.asksForVersions = bool("protocols") ?? false
        settings.certificateFiles = (strings("certificate_file") ?? []).map(source.resolved)
        settings.reloadCommand = string("reload")
        readFamily(&settings)
        return parsed == nil ? nil : settings
    }

    private func readStartTLS(_ word: String, _ settings: inout TLSSettings) {
        if word == "none" || word == "no" {
            settings.startTLS = nil
        } else if let known = StartTLS(named: word) {
            settings.startTLS = known
        } else {
            let names = StartTLS.allCases.map(\.rawValue) + ["none"]
            report(
                "starttls",
                "\(word.quoted) is none of \(names.joined(separator: ", "))" + didYouMean(word, among: names))
        }
    }

    private func readFamily(_ settings: inout TLSSettings) {
        switch string("ip") {
        case nil: break
        case "4"?: settings.family = .ipv4
        case "6"?: settings.family = .ipv6
        case let word?: report("ip", "\(word.quoted) is neither 4 nor 6")
        }
    }
}
