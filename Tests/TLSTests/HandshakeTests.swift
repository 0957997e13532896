import COpenSSL
import Diagnostics
import Testing

@testable import TLS

@Suite("Servers with wishes of their own")
struct HandshakeTests {
    private func look(
        _ key: Key = .rsa(bits: 2048), prepare: @escaping @Sendable (OpaquePointer?) -> Void
    ) async -> Observation {
        let server = OwnServer(issue("leaf", days: -1...30, names: "IP:127.0.0.1", key: key), prepare: prepare)
        defer { withExtendedLifetime(server) {} }
        return await TLSProbe(settings: TLSSettings(host: "127.0.0.1", port: server.port))
            .observe(until: .after(.seconds(20)))
    }

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func `a server that insists on a client certificate still shows its own`(_ version: CInt) async {
        let seen = await look { context in
            SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
            _ = SSL_CTX_ctrl(context, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(version), nil)
        }
        #expect(seen.failure == nil)
        #expect(abs(seen.days(TLSMetrics.leafExpiry) - 30) < 0.1)
        #expect(seen.session.contains("asks for a client certificate"))
        // TLS 1.3 lets the client finish before the server has looked; TLS 1.2 does not.
        #expect(seen.problems.map(\.kind) == (version == TLS1_2_VERSION ? [.tls] : []))
    }

    @Test func `a server of TLS 1.0 is read and called outdated`() async {
        let seen = await look { context in
            _ = SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_VERSION), nil)
            _ = SSL_CTX_ctrl(context, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(TLS1_VERSION), nil)
            SSL_CTX_set_cipher_list(context, "ALL:@SECLEVEL=0")
        }
        #expect(seen.failure == nil)
        #expect(seen.session.contains("TLSv1,") && seen.session.contains("RFC 8996"))
    }

    @Test func `a server without common ciphers is a failure of TLS that names what it said`() async {
        let seen = await look { context in
            _ = SSL_CTX_ctrl(context, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(TLS1_2_VERSION), nil)
            SSL_CTX_set_cipher_list(context, "ECDHE-ECDSA-AES128-GCM-SHA256")
        }
        #expect(seen.failure?.kind == .tls)
        #expect(seen.failure?.message.contains("handshake failure") == true, "\(String(describing: seen.failure))")
        #expect(seen.failure?.advice != nil)
        #expect(seen.samples.isEmpty)
    }

    @Test func `an agreement tells version, cipher and strength`() async {
        let seen = await look(.ed25519()) { _ in }
        #expect(seen.session.hasPrefix("TLSv1.3, TLS_AES_256_GCM_SHA384, 256 bits"))
        #expect(seen.value(TLSMetrics.verified) == 0)
        #expect(seen.flaws.contains { $0.contains("is signed by itself") })
    }
}

extension Observation {
    fileprivate var session: String {
        guard case .fact(let words) = evidence("tls.session") else { return "" }
        return words
    }
}
