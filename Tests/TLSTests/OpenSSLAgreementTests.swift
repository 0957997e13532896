import Diagnostics
import Foundation
import Playground
import Testing

@testable import TLS

/// What the runbook types, `openssl s_client` and `openssl x509`, of the same servers at the same time.
@Suite("The same facts as openssl's own commands")
struct OpenSSLAgreementTests {
    private func openssl(_ arguments: [String], input: String = "") throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        let (stdin, stdout) = (Pipe(), Pipe())
        process.standardInput = stdin
        process.standardOutput = stdout
        process.standardError = FileHandle.nullDevice
        try process.run()
        stdin.fileHandleForWriting.write(Data(input.utf8))
        try stdin.fileHandleForWriting.close()
        let text = String(decoding: stdout.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return text
    }

    private func value(_ key: String, _ text: String) -> String? {
        text.split(separator: "\n").first { $0.hasPrefix("\(key)=") }.map { String($0.dropFirst(key.count + 1)) }
    }

    @Test(arguments: TLSServers.Kind.allCases)
    func `each endpoint`(_ kind: TLSServers.Kind) async throws {
        let servers = try await Playground.shared.tls()
        let place = "\(servers.host):\(servers.port(kind))"
        let said = try openssl(
            ["s_client", "-connect", place, "-servername", servers.serverName, "-verify_hostname", servers.serverName]
                + ["-CAfile", servers.authority, "-showcerts"])
        var settings = TLSSettings(
            host: servers.host, port: servers.port(kind), serverName: servers.serverName, caFile: servers.authority)
        settings.alpn = []
        let seen = await TLSProbe(settings: settings).observe(until: .after(.seconds(20)))
        #expect(
            (seen.value(TLSMetrics.verified) == 1) == said.contains("Verify return code: 0 (ok)"), "\(said.suffix(300))"
        )
        let session = seen.fact("tls.session").split(separator: ",").prefix(2).map { $0.filter { $0 != " " } }
        #expect(said.contains("New, \(session[0]), Cipher is \(session[1])"))
        try compare(said, seen)
    }

    /// The certificates one by one.
    private func compare(_ said: String, _ seen: Observation) throws {
        guard case .table(let chain)? = seen.evidence("tls.chain") else { return #expect(Bool(false), "no chain") }
        let end = "-----END CERTIFICATE-----"
        let blocks = said.components(separatedBy: "-----BEGIN CERTIFICATE-----").dropFirst()
            .compactMap { $0.components(separatedBy: end).first }
        #expect(chain.rows.count == blocks.count)
        for (block, row) in zip(blocks, chain.rows) {
            let pem = "-----BEGIN CERTIFICATE-----" + block + end + "\n"
            let told = try openssl(
                [
                    "x509", "-noout", "-subject", "-issuer", "-serial", "-dates", "-nameopt", "RFC2253", "-dateopt",
                    "iso_8601",
                ],
                input: pem)
            let cells = Dictionary(uniqueKeysWithValues: zip(chain.columns.map(\.name), row))
            for key in ["subject", "issuer", "serial"] {
                #expect(cells[key] == .text(try #require(value(key, told))))
            }
            for (key, column) in [("notBefore", "not_before"), ("notAfter", "not_after")] {
                guard case .time(let time)? = cells[column] else { return #expect(Bool(false), "no \(column)") }
                #expect(value(key, told) == time.description.replacing("T", with: " "))
            }
            for algorithm in ["sha256", "sha1"] {
                let print = try openssl(["x509", "-noout", "-fingerprint", "-\(algorithm)"], input: pem)
                let digits = print.split(separator: "=").last.map { $0.filter(\.isHexDigit).lowercased() }
                #expect(cells[algorithm] == digits.map(Cell.text))
            }
        }
    }
}
