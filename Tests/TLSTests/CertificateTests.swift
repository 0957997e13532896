import COpenSSL
import Diagnostics
import Testing

@testable import TLS

@Suite("Reading a certificate")
struct CertificateTests {
    @Test func `all fields are read`() {
        let root = issue("Root", isAuthority: true)
        let issued = issue(
            "leaf", days: 0...10, names: "DNS:a.test,DNS:b.test,IP:192.0.2.7,IP:2001:db8::7", issuer: root)
        let certificate = issued.certificate
        #expect(certificate.subject == "CN=leaf")
        #expect(certificate.issuer == "CN=Root")
        #expect(certificate.dnsNames == ["a.test", "b.test"])
        #expect(certificate.ipAddresses == ["192.0.2.7", "2001:db8::7"])
        #expect(certificate.key?.type == "ED25519")
        #expect(certificate.signature.algorithm == "ED25519")
        #expect(certificate.fingerprint.count == 64)
        #expect(!certificate.isAuthority && !certificate.isSelfIssued)
        #expect(root.certificate.isAuthority && root.certificate.isSelfIssued)
    }

    @Test func `days left are counted from the dates`() throws {
        let certificate = issue("leaf", days: -5...15).certificate
        let left = try #require(certificate.notAfter).seconds(since: .now)
        #expect(abs(left - 15 * 86_400) < 60)
        #expect(abs(try #require(certificate.lifetimeLeft(at: .now)) - 0.75) < 0.001)
        #expect(certificate.lifetimeLeft(at: .now + 100 * 86_400) == 0)
        #expect(certificate.lifetimeLeft(at: .now - 100 * 86_400) == 1)
    }

    @Test func `the end of time is a date like any other`() throws {
        let issued = issue("leaf", dates: ("20200101000000Z", "99991231235959Z"))
        // Dates set as UTCTIME hold two digits of the year: four are not valid there, and are no date.
        let certificate = try #require(Certificate(der: issued.der))
        #expect(certificate.notAfter == nil || certificate.notAfter?.description == "9999-12-31T23:59:59Z")
    }

    @Test func `names in other scripts stay readable`() {
        #expect(issue("Größe 名").certificate.subject.contains("Größe") == true)
    }

    @Test func `a comma in a name doesn't cut it`() {
        #expect(issue("Example, Inc.").certificate.commonName == "Example, Inc.")
    }

    @Test func `a certificate cut short is none`() {
        let der = issue("leaf").der
        for length in stride(from: 0, to: der.count, by: 7) {
            #expect(Certificate(der: Array(der.prefix(length))) == nil)
        }
    }
}
