/// What nginx serves.
public enum NginxSites {
    /// By its main file; none where that cannot be read. Blocks.
    public static func read(_ path: String) -> [Site] { NginxConfiguration.sites(in: path) }
}

/// What HAProxy serves.
public enum HAProxySites {
    /// By its file, or a folder of them; none where that cannot be read. Blocks.
    public static func read(_ path: String) -> [Site] { HAProxyConfiguration.sites(in: path) }
}

/// What certbot keeps for servers.
public enum CertbotSites {
    /// Each lineage's first name that can be asked for, and its file. Blocks.
    public static func read(_ folder: String) -> [(name: String, file: String)] {
        CertbotLineage.all(in: folder).compactMap { lineage in
            lineage.holding?.leaf?.dnsNames.first { !$0.contains("*") }.map { ($0, lineage.path) }
        }
    }
}

extension CertificateFiles {
    /// The first certificate that is a server's or client's own. Blocks.
    public var leaf: Certificate? { read().lazy.compactMap(\.leaf).first }
}
