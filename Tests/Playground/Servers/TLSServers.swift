import Foundation
import Glibc
import Synchronization

/// nginx with a port for each kind of certificate.
public struct TLSServers: Sendable {
    /// Each is an endpoint of its own.
    public enum Kind: String, CaseIterable, Sendable {
        /// 90 days; the one that `Fault.certificate` replaces.
        case web
        /// 90 days, always.
        case good
        /// Nine days left of 90.
        case expiring
        /// Since yesterday.
        case expired
        /// From tomorrow on.
        case notYetValid = "not-yet-valid"
        case selfSigned = "self-signed"
        /// For another name than `serverName`.
        case wrongName = "wrong-name"
        /// Issued by an intermediate that is sent along; the leaf has 90 days, the intermediate 30.
        case chain
        /// Issued by an intermediate that is not sent.
        case incomplete
        /// A good leaf; sent along is the root, cross-signed by an old root, and that certificate has expired. No
        /// client that trusts the root itself needs it.
        case crossSigned = "cross-signed"
        /// Issued by a root that nobody trusts.
        case untrusted
        /// Wrong name without SNI, a good certificate with it.
        case byName = "by-name"
    }

    public let host = "127.0.0.1"
    public let ports: [Kind: UInt16]
    /// The name that all certificates are for, but `wrongName`'s.
    public let serverName = "app.example.test"
    /// The file of the root that clients are to trust.
    public let authority: String
    public let log: String
    let site: TLSSite

    public func port(_ kind: Kind) -> UInt16 { ports[kind, default: 0] }

    static func start(on ground: Ground) throws -> TLSServers {
        let folder = try ground.makeFolder("tls")
        let certificates = try CertificateSet(in: folder, on: ground)
        let ports = try Dictionary(uniqueKeysWithValues: Kind.allCases.map { ($0, try Ports.unused()) })
        try ground.write(configuration(folder, ports), to: folder + "/nginx.conf")
        let log = folder + "/error.log"
        let process = try ground.start(
            "nginx", .nginx, ["-c", folder + "/nginx.conf", "-p", folder, "-e", log], folder: folder,
            log: folder + "/nginx.output")
        try waitUntil("nginx answers") {
            try process.checkRunning()
            return try ports.values.allSatisfy { try Socket.canConnect(to: $0) }
        }
        let site = TLSSite(process: process, certificates: certificates, ground: ground)
        return TLSServers(ports: ports, authority: certificates.root.certificate, log: log, site: site)
    }

    private static func configuration(_ folder: String, _ ports: [Kind: UInt16]) -> String {
        let servers = ports.sorted { $0.key.rawValue < $1.key.rawValue }.map { kind, port in
            kind == .byName
                ? server(.wrongName, "\(port) ssl default_server", name: "_")
                    + server(.good, "\(port) ssl", name: "app.example.test")
                : server(kind, "\(port) ssl", name: "_")
        }
        return """
            daemon off;
            worker_processes 1;
            pid nginx.pid;
            error_log error.log notice;
            events { worker_connections 512; }
            http {
                access_log off;
                client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
                uwsgi_temp_path uwsgi; scgi_temp_path scgi;
                ssl_session_cache off;
            \(servers.joined())
            }
            """
    }

    private static func server(_ kind: Kind, _ listen: String, name: String) -> String {
        """
            server {
                listen 127.0.0.1:\(listen);
                server_name \(name);
                ssl_certificate \(kind.rawValue).crt;
                ssl_certificate_key \(kind.rawValue).private;
                location / { default_type text/plain; return 200 "\(kind.rawValue)\\n"; }
            }

        """
    }
}
