import COpenSSL
import Diagnostics
import Testing

@testable import TLS

@Suite("All addresses of a name, and what is asked of them")
struct EndpointTests {
    private let root = issue("Root", days: -100...1000, isAuthority: true)
    private static let name = "app.example.test"

    private func leaf(days: ClosedRange<Int> = -1...90, key: Key = .ed25519()) -> Issued {
        issue("leaf", days: days, names: "DNS:\(Self.name)", issuer: root, key: key)
    }

    private func look(
        _ addresses: [String], port: UInt16, change: (inout TLSSettings) -> Void = { _ in }
    ) async -> Observation {
        let file = TemporaryFile(root.pem)
        defer { withExtendedLifetime(file) {} }
        var settings = TLSSettings(host: Self.name, port: port, caFile: file.path)
        settings.addresses = addresses
        change(&settings)
        return await TLSProbe(settings: settings).observe(until: .after(.seconds(20)))
    }

    @Test func `servers that serve the same are judged once`() async {
        let leaf = leaf()
        let first = OwnServer(leaf)
        let second = OwnServer(leaf, host: "127.0.0.2", port: first.port)
        let seen = await look(["127.0.0.1", "127.0.0.2"], port: first.port)
        withExtendedLifetime((first, second)) {}
        #expect(seen.value(TLSMetrics.addresses) == 2)
        #expect(seen.value(TLSMetrics.servedCertificates) == 1)
        #expect(seen.evidence.filter { $0.id == "tls.chain" }.count == 1)
        #expect(seen.value(TLSMetrics.verified) == 1)
    }

    @Test func `one that serves another certificate is shown, and the worst is what alarms`() async {
        let first = OwnServer(leaf())
        let second = OwnServer(leaf(days: -80...3), host: "127.0.0.2", port: first.port)
        let seen = await look(["127.0.0.1", "127.0.0.2"], port: first.port)
        withExtendedLifetime((first, second)) {}
        #expect(seen.value(TLSMetrics.servedCertificates) == 2)
        #expect(abs(seen.days(TLSMetrics.certificateExpiry) - 3) < 0.1)
        let titles = seen.evidence.filter { $0.id == "tls.chain" }.map(\.title)
        #expect(
            titles == [
                "Certificates as sent at 127.0.0.2:\(first.port)", "Certificates as sent at 127.0.0.1:\(first.port)",
            ])
    }

    @Test func `a dead address is a finding of its own, not the end`() async throws {
        let server = OwnServer(leaf())
        // From the documentation's range: silent, or no way there.
        let seen = await look(["127.0.0.1", "127.0.0.3"], port: server.port)
        withExtendedLifetime(server) {}
        #expect(seen.failure == nil)
        #expect(seen.value(TLSMetrics.verified) == 1)
        // All are this machine's own, so one that nobody listens at is not missed.
        #expect(seen.value(TLSMetrics.deadAddresses) == 0)
        let table = try #require(seen.evidence.first { $0.id == "tls.addresses" })
        guard case .table(let rows) = table.body else { return }
        #expect(rows.rows.count == 2)
    }

    @Test func `where none answers every address is named`() async {
        let server = OwnServer(leaf())
        let port = server.port
        let seen = await look(["127.0.0.4", "127.0.0.5"], port: port)
        withExtendedLifetime(server) {}
        #expect(seen.failure?.kind == .refused)
        #expect(seen.failure?.message.contains("127.0.0.4") == true)
        #expect(seen.failure?.message.contains("127.0.0.5") == true)
    }

    @Test func `only addresses of one kind when asked`() async {
        let server = OwnServer(leaf())
        let seen = await look(["127.0.0.1", "::1"], port: server.port) { $0.family = .ipv4 }
        let none = await look(["127.0.0.1"], port: server.port) { $0.family = .ipv6 }
        withExtendedLifetime(server) {}
        #expect(seen.value(TLSMetrics.addresses) == 1)
        #expect(none.failure?.kind == .unresolved)
    }

    @Test func `the name asked for and the name expected are told apart`() async {
        let server = OwnServer(leaf())
        let seen = await look(["127.0.0.1"], port: server.port) { settings in
            settings.serverName = "elsewhere.test"
            settings.verifyName = Self.name
        }
        withExtendedLifetime(server) {}
        #expect(seen.value(TLSMetrics.verified) == 1)
    }

    @Test func `older versions are asked for one by one`() async {
        let server = OwnServer(leaf(key: .rsa(bits: 2048))) { context in
            _ = SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_VERSION), nil)
            _ = SSL_CTX_ctrl(context, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(TLS1_2_VERSION), nil)
            SSL_CTX_set_cipher_list(context, "ALL:@SECLEVEL=0")
        }
        let seen = await look(["127.0.0.1"], port: server.port) { $0.asksForVersions = true }
        withExtendedLifetime(server) {}
        let accepted = seen.samples.filter { $0.metric == TLSMetrics.versionAccepted }
        #expect(accepted.map { $0.labels["version"] } == ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"])
        #expect(accepted.map(\.value) == [1, 1, 1, 0])
        #expect(seen.fact("tls.versions.limits").contains("SSL 3.0"))
    }

    @Test func `HTTP's protocols are offered where HTTP may be spoken`() async {
        let server = OwnServer(leaf()) { context in
            SSL_CTX_set_alpn_select_cb(
                context,
                { _, chosen, length, offered, count, _ in
                    // The first that is offered.
                    chosen?.pointee = offered.map { $0 + 1 }
                    length?.pointee = offered?.pointee ?? 0
                    return SSL_TLSEXT_ERR_OK
                }, nil)
        }
        let seen = await look(["127.0.0.1"], port: server.port)
        let other = await look(["127.0.0.1"], port: server.port) { $0.alpn = ["imap"] }
        withExtendedLifetime(server) {}
        #expect(seen.fact("tls.session").contains("ALPN h2"))
        #expect(other.fact("tls.session").contains("ALPN imap"))
    }

    @Test func `a client certificate that is demanded is given`() async {
        let own = issue("client", issuer: root)
        let (certificate, key) = (TemporaryFile(own.pem), TemporaryFile(own.key.pem(password: "secret")))
        let authority = TemporaryFile(root.pem)
        let server = OwnServer(leaf()) { context in
            SSL_CTX_load_verify_locations(context, authority.path, nil)
            SSL_CTX_set_client_CA_list(context, SSL_load_client_CA_file(authority.path))
            SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
            _ = SSL_CTX_ctrl(context, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(TLS1_2_VERSION), nil)
        }
        let without = await look(["127.0.0.1"], port: server.port)
        let with = await look(["127.0.0.1"], port: server.port) {
            $0.identity = .init(certificateFile: certificate.path, keyFile: key.path, keyPassword: "secret")
        }
        let wrong = await look(["127.0.0.1"], port: server.port) {
            $0.identity = .init(certificateFile: certificate.path, keyFile: key.path, keyPassword: "other")
        }
        withExtendedLifetime((server, certificate, key, authority)) {}
        #expect(without.problems.map(\.kind) == [.tls])
        #expect(with.problems == [] && with.value(TLSMetrics.verified) == 1)
        #expect(with.fact("tls.session").contains("asks for a client certificate, and was given ours"))
        guard case .table(let table)? = with.evidence("tls.client_authorities") else { return #expect(Bool(false)) }
        #expect(table.rows == [[.text("CN=Root")]])
        #expect(wrong.failure?.kind == .misconfigured)
    }
}

extension Observation {
    func fact(_ id: String) -> String { if case .fact(let words)? = evidence(id) { words } else { "" } }

    func lines(_ id: String) -> [String] {
        if case .tree(let branches)? = evidence(id) { branches.map(\.text) } else { [] }
    }

    /// Of the one row of the summary.
    func summary(_ column: String) -> Cell? { cell("tls.summary", column) }

    /// Of the server's own certificate.
    func chain(_ column: String) -> Cell? { cell("tls.chain", column) }

    var flawKinds: Set<Verification.Flaw.Kind> {
        guard case .list(let words)? = summary("flaws") else { return [] }
        return Set(words.compactMap(Verification.Flaw.Kind.init))
    }

    private func cell(_ id: String, _ column: String) -> Cell? {
        guard case .table(let table)? = evidence(id), let row = table.rows.first else { return nil }
        return table.columns.firstIndex { $0.name == column }.map { row[$0] }
    }
}
