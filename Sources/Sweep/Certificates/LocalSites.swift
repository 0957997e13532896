import Diagnostics
import Network
import TLS

/// The servers of this machine whose certificates lie in files here, by their own configurations.
public struct LocalSites: Sendable {
    /// nginx's main file.
    public var nginx = "/etc/nginx/nginx.conf"
    /// HAProxy's file, or a folder of them.
    public var haproxy = "/etc/haproxy/haproxy.cfg"
    public var certbot = "/etc/letsencrypt"

    public init() {}

    /// One for each certificate and address that it is served at. Reads files.
    ///
    /// - Throws: `.misconfigured` where there is no such configuration at all.
    public func targets() throws(ProbeError) -> [ConfiguredTarget] {
        let sites = NginxSites.read(nginx) + HAProxySites.read(haproxy)
        let served = Set(sites.flatMap(\.certificateFiles))
        let lineages = CertbotSites.read(certbot).filter { !served.contains($0.file) }
        let all = sites.flatMap(targets) + lineages.map(target)
        guard all.isEmpty else { return unique(all) }
        throw ProbeError(
            .misconfigured, step: "find what this machine serves",
            message: "no certificate is named in \(nginx), \(haproxy) or \(certbot)",
            advice:
                "--nginx, --haproxy and --certbot name them; of a server in a container say diag tls HOST --expect FILE"
        )
    }

    private func targets(_ site: Site) -> [ConfiguredTarget] {
        let leaf = site.certificateFiles.lazy.compactMap { CertificateFiles(patterns: [$0]).leaf }.first
        let name = site.names.first ?? leaf.flatMap(Self.name)
        return site.listens.map { listen in
            var settings = TLSSettings(host: listen.host, port: listen.port, serverName: name)
            settings.startTLS = nil
            settings.certificateFiles = site.certificateFiles
            settings.reloadCommand = site.reloadCommand
            let title = "\(name ?? listen.host):\(listen.port) (\(site.software.rawValue))"
            return ConfiguredTarget(name: title, settings: .tls(settings))
        }
    }

    /// Where a lineage is served nobody says: looked for where its first name leads.
    private func target(_ lineage: (name: String, file: String)) -> ConfiguredTarget {
        var settings = TLSSettings(host: lineage.name)
        settings.certificateFiles = [lineage.file]
        return ConfiguredTarget(name: "\(lineage.name):443 (certbot)", settings: .tls(settings))
    }

    /// One that can be asked for: a wildcard fits any label.
    private static func name(_ leaf: Certificate) -> String? {
        leaf.dnsNames.first { !$0.contains("*") } ?? leaf.dnsNames.first.map { "diag" + $0.dropFirst() }
    }

    /// Histories and findings go by name.
    private func unique(_ targets: [ConfiguredTarget]) -> [ConfiguredTarget] {
        var seen: [String: Int] = [:]
        return targets.map { target in
            let count = seen[target.target.name, default: 0] + 1
            seen[target.target.name] = count
            guard count > 1 else { return target }
            return ConfiguredTarget(name: "\(target.target.name) #\(count)", settings: target.settings)
        }
    }
}
