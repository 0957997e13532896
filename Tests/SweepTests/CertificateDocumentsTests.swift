import Diagnostics
import Foundation
import Playground
import TLS
import Testing

@testable import Sweep

@Suite("Certificates in YAML")
struct CertificateDocumentsTests {
    /// Of the playground's root, as its authority wrote it.
    private func pem() async throws -> String {
        try String(contentsOfFile: try await Playground.shared.tls().authority, encoding: .utf8)
    }

    private func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

    private func places(_ yaml: String) -> [String]? { CertificateDocuments.pieces(yaml)?.map(\.place) }

    @Test func `secrets of many documents, lists and maps`() async throws {
        let pem = try await pem()
        let yaml = """
            apiVersion: v1
            kind: Secret
            metadata: {name: web, namespace: shop}
            type: kubernetes.io/tls
            data:
              tls.crt: \(base64(pem))
              tls.key: \(base64("-----BEGIN PRIVATE KEY-----"))
              ca.crt: \(base64(pem))
              password: \(base64("nothing to see"))
            ---
            apiVersion: v1
            kind: List
            items:
              - kind: Secret
                metadata: {name: plain}
                stringData: {other.pem: "-----BEGIN CERTIFICATE-----"}
              - kind: ConfigMap
                metadata: {name: roots}
                data: {bundle.pem: "-----BEGIN CERTIFICATE-----", words: "no certificate"}
            ---
            kind: Deployment
            metadata: {name: app}
            """
        #expect(
            places(yaml) == [
                "Secret shop/web, tls.crt", "Secret shop/web, ca.crt", "Secret plain, other.pem",
                "ConfigMap roots, bundle.pem",
            ])
    }

    @Test func `a kubeconfig with what stands in it and what it names`() async throws {
        let pem = base64(try await pem())
        let yaml = """
            apiVersion: v1
            kind: Config
            clusters:
              - name: prod
                cluster: {server: https://k8s, certificate-authority-data: \(pem)}
            users:
              - name: admin
                user: {client-certificate-data: \(pem), client-key-data: \(pem)}
              - name: file
                user: {client-certificate: /etc/k8s/client.crt, client-key: client.key}
              - name: token
                user: {token: secret}
            """
        #expect(places(yaml) == ["cluster prod", "user admin", "user file"])
    }

    @Test func `JSON as kubectl writes it, and what is neither`() async throws {
        let json =
            "{\"kind\": \"Secret\", \"metadata\": {\"name\": \"a\"}, \"data\": {\"tls.crt\": \"\(base64(try await pem()))\"}}"
        #expect(places(json) == ["Secret a, tls.crt"])
        #expect(places("kind: Secret\nmetadata: [unclosed") == nil)
        #expect(places("just words") == nil)
        #expect(places("kind: Secret\ndata: {tls.crt: '%%%'}") == nil)
    }

    @Test(arguments: ["", "a", "ab", "abc", "any carnal pleas", "\u{0}\u{1}ÿ"])
    func `Base64 is read as Foundation writes it`(_ text: String) {
        #expect(Base64Text.bytes(base64(text)) == Array(text.utf8))
    }

    @Test func `the sites of a real nginx are compared with their files`() async throws {
        let servers = try await Playground.shared.tls()
        var sites = LocalSites()
        sites.nginx = servers.log.dropLast("error.log".count) + "nginx.conf"
        (sites.haproxy, sites.certbot) = ("/nowhere", "/nowhere")
        let targets = try sites.targets()
        #expect(targets.count >= TLSServers.Kind.allCases.count)
        #expect(Set(targets.map(\.target.name)).count == targets.count)
        let web = try #require(targets.first { $0.target.address.hasSuffix(":\(servers.port(.good))") })
        let seen = await web.inspectionProbe.observe(until: .after(.seconds(10)))
        #expect(seen.samples.first { $0.metric.name == "diag_tls_serves_file" }?.value == 1)
    }
}
