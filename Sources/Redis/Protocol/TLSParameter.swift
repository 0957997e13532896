import TLS

/// How a URI says what TLS is to be like: by the names of our configuration, of redis-cli's options and of the URIs that
/// common clients read.
enum TLSParameter {
    case authorityFile, authorityFolder, certificate, key, serverName, insecure, verification, nameCheck

    init?(_ name: String) {
        switch name.lowercased() {
        case "ca_file", "cacert", "ssl_ca_certs": self = .authorityFile
        case "ca_dir", "cacertdir", "ssl_ca_path": self = .authorityFolder
        case "cert_file", "cert", "ssl_certfile": self = .certificate
        case "key_file", "key", "ssl_keyfile": self = .key
        case "server_name", "sni": self = .serverName
        case "insecure", "skip_verify": self = .insecure
        case "ssl_cert_reqs": self = .verification
        case "check_name", "ssl_check_hostname": self = .nameCheck
        default: return nil
        }
    }

    /// False for a value that means nothing here.
    func set(_ value: String, in settings: inout TLSClientSettings) -> Bool {
        switch self {
        case .authorityFile: settings.trust.file = value
        case .authorityFolder: settings.trust.directory = value
        case .certificate:
            settings.identity = .init(certificateFile: value, keyFile: settings.identity?.keyFile)
        case .key:
            // The certificate may come behind it, and until then it is in the same file.
            settings.identity = .init(certificateFile: settings.identity?.certificateFile ?? value, keyFile: value)
        case .serverName: settings.serverName = value
        case .insecure: return set(value, in: &settings, yes: .nothing, no: settings.check)
        case .nameCheck: return set(value, in: &settings, yes: .chainAndName, no: .chain)
        case .verification: return setVerification(value, in: &settings)
        }
        return !value.isEmpty
    }

    private func set(
        _ value: String, in settings: inout TLSClientSettings, yes: TLSClientSettings.Check?,
        no: TLSClientSettings.Check?
    ) -> Bool {
        switch value.lowercased() {
        case "", "true", "1", "yes": settings.check = yes
        case "false", "0", "no": settings.check = no
        default: return false
        }
        return true
    }

    /// As Python's client has it: `none`, `optional`, `required`.
    private func setVerification(_ value: String, in settings: inout TLSClientSettings) -> Bool {
        switch value.lowercased() {
        case "none", "cert_none": settings.check = .nothing
        case "optional", "required", "cert_optional", "cert_required": break
        default: return false
        }
        return true
    }
}
