import Diagnostics
import Testing

@testable import TLS

@Suite("Where a TLS server is")
struct TLSSettingsTests {
    @Test(arguments: [
        ("example.org", "example.org", 443), ("example.org:8443", "example.org", 8443), ("[::1]:443", "::1", 443),
        ("[::1]", "::1", 443), ("::1", "::1", 443), ("2001:db8::1", "2001:db8::1", 443),
        ("tls://example.org:6380", "example.org", 6380), ("https://example.org/path?x=1", "example.org", 443),
        ("HTTPS://example.org:8443/", "example.org", 8443), ("https://user:secret@example.org/", "example.org", 443),
        ("192.0.2.1:1", "192.0.2.1", 1), ("https://[2001:db8::1]:8443/x", "2001:db8::1", 8443),
    ])
    func `hosts, ports and URIs are read`(_ text: String, _ host: String, _ port: UInt16) throws {
        let settings = try TLSSettings(text)
        #expect(settings == TLSSettings(host: host, port: port))
    }

    @Test(arguments: [(nil, "h"), ("", "h"), ("n", "n")] as [(String?, String)])
    func `an empty server name is none`(_ name: String?, _ expected: String) {
        #expect(TLSSettings(host: "h", serverName: name).nameToVerify == expected)
    }

    @Test(arguments: [
        "", ":443", "example.org:", "example.org:0", "example.org:65536", "example.org:x", "gopher://example.org",
        "[::1", "[::1]443", "a b", "https://user:secret@:443",
    ])
    func `what cannot be a server is refused`(_ text: String) {
        #expect {
            try TLSSettings(text)
        } throws: { error in
            (error as? ProbeError)?.kind == .misconfigured && !"\(error)".contains("secret")
        }
    }
}
