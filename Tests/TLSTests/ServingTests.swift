import Diagnostics
import Glibc
import Playground
import Testing

@testable import TLS

@Suite("What a server's configuration says is to be served")
struct ServingTests {
    private func nginx(_ files: [String: String]) -> [Site] {
        NginxConfiguration(
            folder: "/etc/nginx", read: { files[$0].map { Array($0.utf8) } },
            paths: { pattern in
                let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
                guard parts.count == 2 else { return [pattern] }
                return files.keys.filter { $0.hasPrefix(parts[0]) && $0.hasSuffix(parts[1]) }.sorted()
            }
        ).sites(in: "/etc/nginx/nginx.conf")
    }

    @Test func `nginx: servers, what they include and what they inherit`() {
        let sites = nginx([
            "/etc/nginx/nginx.conf": """
            user www-data; # a comment; with } braces {
            http {
                ssl_certificate /etc/ssl/usual.pem;
                include sites-enabled/*;
                server { listen 80; server_name plain.test; }
                server { listen 8443 ssl; server_name ~^re$ *.wild.test named.test; }
            }
            """,
            "/etc/nginx/sites-enabled/a": """
            server {
                listen 443 ssl http2; listen [::]:443 ssl;
                server_name "a.test" www.a.test;
                include snippets/tls.conf;
                location / { if ($host = "x") { return 301 "https://a.test$request_uri"; } }
            }
            """,
            "/etc/nginx/snippets/tls.conf": "ssl_certificate ssl/rsa.pem;\nssl_certificate ssl/ecdsa.pem;",
            "/etc/nginx/sites-enabled/b":
                "server { listen 127.0.0.1:9443 ssl; ssl_certificate /x/$ssl_server_name.pem; server_name ${v}.test; }",
        ])
        #expect(
            sites.map(\.place) == [
                "/etc/nginx/sites-enabled/a:1", "/etc/nginx/sites-enabled/b:1", "/etc/nginx/nginx.conf:6",
            ])
        #expect(sites[0].certificateFiles == ["/etc/nginx/ssl/rsa.pem", "/etc/nginx/ssl/ecdsa.pem"])
        #expect(sites[0].listens == [.init(host: "127.0.0.1", port: 443), .init(host: "::1", port: 443)])
        #expect(sites[0].names == ["a.test", "www.a.test"])
        #expect(sites[1].certificateFiles == ["/etc/ssl/usual.pem"] && sites[1].names == [])
        #expect(sites[2].names == ["named.test"])
    }

    @Test func `nginx: a file that includes itself ends`() {
        let sites = nginx([
            "/etc/nginx/nginx.conf": "include nginx.conf; http { server { listen 1 ssl; ssl_certificate /a; } }"
        ])
        #expect(!sites.isEmpty)
    }

    @Test func `nginx: the real one's configuration is read as it is served`() async throws {
        let servers = try await Playground.shared.tls()
        let folder = servers.log.dropLast("/error.log".count)
        let sites = NginxSites.read("\(folder)/nginx.conf")
        for kind in TLSServers.Kind.allCases where kind != .byName {
            let site = sites.first { $0.listens.contains { $0.port == servers.port(kind) } }
            #expect(site?.certificateFiles == ["\(folder)/\(kind.rawValue).crt"])
        }
    }

    @Test func `nginx: random bytes never crash it`() {
        let text = Array(
            "http { server { listen 443 ssl; ssl_certificate \"a b\"; server_name ${x} 'y'; include z; } }".utf8)
        for round in 0..<3000 {
            var bytes = round % 3 == 0 ? (0..<80).map { _ in UInt8.random(in: 0...255) } : text
            for _ in 0..<Int.random(in: 0...6) {
                bytes[Int.random(in: bytes.indices)] = "{};\"'\\$#\n".utf8.randomElement()!
            }
            _ = NginxConfiguration(folder: "/", read: { _ in bytes }, paths: { _ in ["x"] }).sites(in: "x")
        }
        let deep = [UInt8](repeating: UInt8(ascii: "{"), count: 200_000)
        #expect(NginxParser.directives(in: deep).isEmpty)
    }

    private func haproxy(_ text: String, files: [String: String] = [:], folders: [String: [String]] = [:]) -> [Site] {
        HAProxyConfiguration(
            read: { $0 == "cfg" ? Array(text.utf8) : files[$0].map { Array($0.utf8) } }, files: { folders[$0] }
        ).sites(inFile: "cfg")
    }

    @Test func `HAProxy: files, folders and lists`() {
        let sites = haproxy(
            """
            global
                crt-base /etc/haproxy/certs
            frontend web
                bind *:443 ssl crt a.pem crt /srv/certs/ alpn h2,http/1.1   # a comment
                bind :80
                bind ipv6@[::]:8443 ssl crt-list /etc/haproxy/list.txt
                bind /run/haproxy.sock ssl crt a.pem
            """,
            files: [
                "/etc/haproxy/list.txt":
                    "# names\nb.pem [alpn h2 ssl-min-ver TLSv1.2] b.test !x.b.test *.b.test\n/c.pem\n"
            ],
            folders: ["/srv/certs/": ["/srv/certs/x.pem", "/srv/certs/x.pem.ocsp", "/srv/certs/x.key"]])
        #expect(
            sites.map(\.certificateFiles) == [
                ["/etc/haproxy/certs/a.pem"], ["/srv/certs/x.pem"], ["/etc/haproxy/certs/b.pem"], ["/c.pem"],
            ])
        #expect(sites[0].listens == [.init(host: "127.0.0.1", port: 443)])
        #expect(sites[2].listens == [.init(host: "::1", port: 8443)])
        #expect(sites[2].names == ["b.test"])
        #expect(sites[0].place == "cfg:4" && sites[0].reloadCommand == "systemctl reload haproxy")
    }

    @Test func `HAProxy: random bytes never crash it`() {
        let text = "bind *:443 ssl crt 'a b' crt-list \"c\\\" d\" # e\ncrt-base /x\n"
        for _ in 0..<3000 {
            var bytes = Array(text.utf8)
            for _ in 0..<Int.random(in: 0...8) { bytes[Int.random(in: bytes.indices)] = .random(in: 0...255) }
            _ = HAProxyConfiguration(read: { _ in bytes }, files: { _ in nil }).sites(inFile: "x")
        }
    }
}

@Suite("A certificate that is served, and the file that it should come from")
struct DriftTests {
    private func holding(_ issued: [Issued], _ path: String = "/etc/ssl/app.pem") -> Holding {
        var holding = Holding(path: path, format: "PEM")
        holding.certificates = issued.map(\.certificate)
        return holding
    }

    private func difference(_ served: [Issued], _ files: [Holding]) -> Remark? {
        Drift(files: files, reload: "systemctl reload haproxy", now: .now).difference(to: served.map(\.certificate))
    }

    @Test func `the same is no drift`() {
        let leaf = issue("leaf")
        #expect(difference([leaf], [holding([leaf])]) == nil)
    }

    @Test func `renewed on disk but not reloaded is told with what mends it`() {
        let remark = difference([issue("leaf", days: -80...10)], [holding([issue("leaf", days: -1...89)])])
        #expect(remark?.weight == .trouble)
        #expect(remark?.text.hasPrefix("renewed on disk but not reloaded: /etc/ssl/app.pem") == true)
        #expect(remark?.text.contains("what is served ends in 10.0 days") == true)
        #expect(remark?.next == ["systemctl reload haproxy"])
    }

    @Test func `an older file is something else`() {
        let remark = difference([issue("leaf", days: -1...89)], [holding([issue("leaf", days: -80...10)])])
        #expect(remark?.weight == .careful)
        #expect(remark?.text.contains("that one ends earlier") == true)
    }

    @Test func `of two kinds of key either may be served`() {
        let (rsa, ecdsa) = (issue("leaf", key: .rsa(bits: 2048)), issue("leaf", key: .curve(415)))
        #expect(difference([ecdsa], [holding([rsa], "/rsa.pem"), holding([ecdsa], "/ec.pem")]) == nil)
        let old = issue("leaf", days: -80...10, key: .curve(415))
        let remark = difference([old], [holding([rsa], "/rsa.pem"), holding([ecdsa], "/ec.pem")])
        #expect(remark?.text.contains("/ec.pem") == true)
    }

    @Test func `other intermediates are told too`() {
        let (leaf, first, second) = (issue("leaf"), issue("I", isAuthority: true), issue("J", isAuthority: true))
        #expect(difference([leaf, first], [holding([leaf, second])])?.text.contains("other intermediates") == true)
        #expect(difference([leaf, first], [holding([leaf])]) == nil)
    }
}
