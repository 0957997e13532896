import Foundation

/// nginx for what HTTP over TLS can do beside certificates: HTTP/2, and certificates of clients.
public struct WebServer: Sendable {
    /// Speaks HTTP/2 and packs what it sends.
    public let http2: UInt16
    /// Wants a certificate of the client and says what came of it.
    public let mutual: UInt16
    /// Has nine days left, and leads `/away` on to `/`.
    public let expiring: UInt16
    public let clientCertificate: String
    public let clientKey: String

    static func start(on ground: Ground, with servers: TLSServers) throws -> WebServer {
        let folder = try ground.makeFolder("web")
        let authority = (servers.authority as NSString).deletingLastPathComponent
        let certificates = (authority as NSString).deletingLastPathComponent
        let ports = try (0..<3).map { _ in try Ports.unused() }
        let log = folder + "/error.log"
        let clients = try CertificateAuthority(folder: try ground.makeFolder("web/authority"), on: ground)
        let root = try clients.issue("clients", .authority, lifetime: -1...90, by: nil)
        let client = try clients.issue("client", .client, names: ["diag"], lifetime: -1...90, by: root)
        let text = configuration(certificates, root.certificate, ports)
        try ground.write(text, to: folder + "/nginx.conf")
        let process = try ground.start(
            "web nginx", .nginx, ["-c", folder + "/nginx.conf", "-p", folder, "-e", log], folder: folder,
            log: folder + "/nginx.output")
        try waitUntil("nginx answers") {
            try process.checkRunning()
            return try ports.allSatisfy { try Socket.canConnect(to: $0) }
        }
        return WebServer(
            http2: ports[0], mutual: ports[1], expiring: ports[2], clientCertificate: client.certificate,
            clientKey: client.key)
    }

    private static func configuration(_ folder: String, _ clients: String, _ ports: [UInt16]) -> String {
        """
        daemon off;
        worker_processes 1;
        pid nginx.pid;
        error_log error.log notice;
        events { worker_connections 128; }
        http {
            access_log off;
            client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
            uwsgi_temp_path uwsgi; scgi_temp_path scgi;
            gzip on; gzip_types text/plain; gzip_min_length 1;
            server {
                listen 127.0.0.1:\(ports[0]) ssl http2;
                ssl_certificate \(folder)/good.crt;
                ssl_certificate_key \(folder)/good.private;
                location / { default_type text/plain; return 200 "hello\\n"; }
            }
            server {
                listen 127.0.0.1:\(ports[1]) ssl;
                ssl_certificate \(folder)/good.crt;
                ssl_certificate_key \(folder)/good.private;
                ssl_client_certificate \(clients);
                ssl_verify_client on;
                location / { default_type text/plain; return 200 "$ssl_client_verify\\n"; }
            }
            server {
                listen 127.0.0.1:\(ports[2]) ssl;
                ssl_certificate \(folder)/expiring.crt;
                ssl_certificate_key \(folder)/expiring.private;
                location = /away { return 302 /; }
                location / { default_type text/plain; return 200 "here\\n"; }
            }
        }

        """
    }
}
