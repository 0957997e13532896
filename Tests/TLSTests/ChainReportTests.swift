import Diagnostics
import Testing

@testable import TLS

@Suite("What is told of a chain")
struct ChainReportTests {
    private func content(_ sent: [Issued], _ verification: Verification?, now: Timestamp = .now) -> Observation.Content
    {
        var content = Observation.Content()
        ChainReport(sent: sent.map(\.certificate), verification: verification, now: now).write(to: &content)
        return content
    }

    private func value(_ content: Observation.Content, _ metric: Metric) -> Double? {
        content.samples.first { $0.metric == metric }?.value
    }

    private func flaw(_ kind: Verification.Flaw.Kind) -> Verification.Flaw {
        .init(kind: kind, sentence: "s", advice: "a")
    }

    private func expiryWords(_ content: Observation.Content) -> String {
        guard case .fact(let words) = content.evidence.first(where: { $0.id == "tls.expiry" })?.body else { return "" }
        return words
    }

    @Test func `the alert is on the path where one is verified, whatever else was sent`() {
        let leaf = issue("leaf", days: -1...90)
        let needless = issue("needless", days: -100 ... -5)
        let told = content([leaf, needless], Verification(path: [leaf.certificate], flaws: []))
        #expect(value(told, TLSMetrics.certificateExpiry) == value(told, TLSMetrics.leafExpiry))
        #expect(value(told, TLSMetrics.sentEarliestExpiry) ?? .infinity < Timestamp.now.secondsSinceEpoch)
        #expect(value(told, TLSMetrics.verified) == 1)
        #expect(expiryWords(told).contains("leaf (serial"))
    }

    @Test(arguments: [Verification.Flaw.Kind.selfSigned, .unknownAuthority, .missingIntermediate, .badSignature])
    func `without a path it is on what was sent`(_ kind: Verification.Flaw.Kind) {
        let leaf = issue("leaf", days: -1...90)
        let early = issue("early", days: -1...5)
        let told = content([leaf, early], Verification(path: [leaf.certificate], flaws: [flaw(kind)]))
        #expect(value(told, TLSMetrics.certificateExpiry) == value(told, TLSMetrics.sentEarliestExpiry))
        #expect(value(told, TLSMetrics.verified) == 0)
        #expect(expiryWords(told).contains("early (serial") && expiryWords(told).contains("no path could be verified"))
    }

    @Test(arguments: [Verification.Flaw.Kind.expired, .nameMismatch, .notYetValid, .weak])
    func `a flaw of dates or names leaves the path what it is`(_ kind: Verification.Flaw.Kind) {
        let leaf = issue("leaf", days: -1...90)
        let early = issue("early", days: -1...5)
        let told = content([leaf, early], Verification(path: [leaf.certificate], flaws: [flaw(kind)]))
        #expect(value(told, TLSMetrics.certificateExpiry) == value(told, TLSMetrics.leafExpiry))
    }

    @Test(arguments: [(-10.5, "expires in 20.5 days"), (-30.5, "expires in 40.5 days"), (13.5, "expired 3.5 days ago")])
    func `days are told as a person counts them`(_ shift: Double, _ words: String) {
        let leaf = issue("leaf", days: -20...10)
        let told = content([leaf], nil, now: .now + shift * 86_400)
        #expect(expiryWords(told).contains(words), "\(expiryWords(told))")
    }

    @Test func `no certificate, or none with a date, is a gap and not a date`() {
        #expect(content([], nil).gaps.map(\.metric) == [TLSMetrics.certificateExpiry.name])
        #expect(content([], nil).samples.isEmpty)
        let odd = content([issue("odd", dates: ("x", "y"))], nil)
        #expect(odd.gaps.map(\.metric) == [TLSMetrics.certificateExpiry.name])
        #expect(odd.samples.map(\.metric) == [TLSMetrics.weakCertificates])
    }

    @Test func `where judging was impossible nothing is said about trust`() {
        let told = content([issue("leaf")], nil)
        #expect(value(told, TLSMetrics.verified) == nil)
        #expect(!told.evidence.contains { $0.id == "tls.verification" })
    }
}
