import Diagnostics
import Runbook
import Testing

@testable import Report

@Suite("Many TLS servers in one table")
struct EndpointsTextTests {
    private func server(
        _ name: String, days: Double?, trusted: Bool = true, flaws: [String] = [], failure: ProbeError? = nil
    ) -> Observation {
        let expiry = days.map { Scenario.now + $0 * 86_400 }
        let summary = Evidence.records(
            "tls.summary", "In short",
            columns: ["certificate", "issuer", "not_after", "left", "verified", "flaws", "session", "addresses"],
            rows: [
                [
                    .text("*.example.test"), .text("R3"), expiry.map(Cell.time) ?? .none,
                    days.map { .seconds($0 * 86_400) } ?? .none, .flag(trusted), flaws.isEmpty ? .none : .list(flaws),
                    .text("TLSv1.3"), .none,
                ]
            ])
        let metric = Metric("diag_tls_certificate_expiry_seconds", .gauge, "Expiry.")
        return Observation(
            target: Target(kind: .tls, name: name, address: name), started: Scenario.now, duration: .milliseconds(5),
            samples: expiry.map { [Sample(metric, $0.secondsSinceEpoch)] } ?? [],
            evidence: failure == nil ? [summary] : [], failure: failure)
    }

    private func text(_ observations: [Observation], width: Int) -> String? {
        let findings = Judgement().judge(observations, history: nil, states: nil, now: Scenario.now).findings
        return SweepReport(
            version: "1", started: Scenario.now, duration: .milliseconds(31), observations: observations,
            findings: findings.filter { $0.target != nil }, notes: []
        ).endpoints(layout: TextLayout(ink: Ink(isColoured: false), width: width))
    }

    private var servers: [Observation] {
        [
            server("good:443", days: 80), server("soon:443", days: 5),
            server("bad:443", days: 60, trusted: false, flaws: ["unknown_authority", "name_mismatch"]),
            server(
                "dead:443", days: nil, failure: ProbeError(.refused, step: "connect", message: "Connection refused")),
            server("later\u{1B}[2J:443", days: 30),
        ]
    }

    @Test func `the worst comes first, on a wide terminal with all columns`() {
        #expect(
            text(servers, width: 140) == """
                CRITICAL  5 servers in 31 ms · 1 without an answer · 1 not trusted · 1 with an alert

                server                   left  not_after   certificate     issuer  tls      remark
                dead:443                    -  -           -               -       -        connect: Connection refused
                bad:443             60.0 days  2026-03-02  *.example.test  R3      TLSv1.3  unknown authority, name mismatch
                soon:443             5.0 days  2026-01-06  *.example.test  R3      TLSv1.3  -
                later\\u{1b}[2J:443  30.0 days  2026-01-31  *.example.test  R3      TLSv1.3  -
                good:443            80.0 days  2026-03-22  *.example.test  R3      TLSv1.3  -

                One in full: diag tls TARGET; all: --verbose

                """)
    }

    @Test func `a narrow one keeps what matters`() throws {
        let lines = try #require(text(servers, width: 80)).split(separator: "\n")
        #expect(lines[1].contains("server") && lines[1].contains("remark") && !lines[1].contains("issuer"))
        #expect(lines.allSatisfy { $0.count <= 84 })
        #expect(lines[3].contains("unknown authority, name mismatch"))
    }

    @Test func `a single server is shown in full instead`() { #expect(text([servers[0]], width: 80) == nil) }
}
