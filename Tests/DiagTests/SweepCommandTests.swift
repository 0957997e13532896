import Foundation
import Playground
import Testing

@Suite("diag sweep")
struct SweepCommandTests {
    /// A certificate that expires soon and a server that is not there.
    private func troubled() async throws -> Home {
        let tls = try await Playground.shared.tls()
        let nobody = try await Playground.shared.hostile().port(.refusing)
        let home = Home()
        try home.configure(
            VerdictTests.site(tls, .expiring)
                + "  redis:\n    - name: cache\n      url: redis://127.0.0.1:\(nobody)\n      labels: {team: data}\n")
        return home
    }

    @Test func jsonIsWholeAndSaysWhichVersionOfItselfItIs() async throws {
        let outcome = try await Diag.run("sweep", "--format", "json", in: try await troubled())
        let json = try outcome.json
        try await expectSchema("sweep", of: outcome.output)
        #expect(json["exit_code"] as? Int == 2)
        #expect(json["status"] as? String == "critical")
        let findings = try #require(json["findings"] as? [[String: Any]])
        let firing = findings.filter { $0["verdict"] as? String == "firing" }.compactMap { $0["alert"] as? String }
        #expect(Set(firing) == ["InstanceDown", "CertificateExpiringSoon"])
        #expect((json["targets"] as? [Any])?.count == 2)
    }

    @Test func theWorstStandsFirst() async throws {
        let outcome = try await Diag.run("sweep", in: try await troubled())
        let down = try #require(outcome.output.firstRange(of: "InstanceDown"))
        let certificate = try #require(outcome.output.firstRange(of: "CertificateExpiringSoon"))
        #expect(outcome.output.hasPrefix("CRITICAL"))
        #expect(down.lowerBound < certificate.lowerBound)
    }

    @Test func inOneLineThereIsOneLine() async throws {
        let outcome = try await Diag.run("sweep", "--format", "line", in: try await troubled())
        #expect(outcome.output.filter { $0 == "\n" }.count == 1)
        #expect(outcome.output.hasPrefix("CRITICAL: 2 firing: InstanceDown cache"))
        #expect(outcome.errors.isEmpty)
    }

    @Test(
        arguments: [
            (["--only", "tls"], ["CertificateExpiringSoon"]), (["--skip", "tls"], ["InstanceDown"]),
            (["--only", "InstanceDown"], ["InstanceDown"]),
            (["--only", "certificateexpiringsoon"], ["CertificateExpiringSoon"]),
            (["--skip", "InstanceDown", "--skip", "CertificateExpiringSoon"], []),
            (["--only", "team=core"], ["CertificateExpiringSoon"]), (["--skip", "team=core"], ["InstanceDown"]),
            (["--only", "target=cache"], ["InstanceDown"]), (["--only", "tls", "--only", "team=data"], []),
        ] as [([String], Set<String>)])
    func onlyWhatIsSelectedFires(arguments: [String], expected: Set<String>) async throws {
        let outcome = try await Diag.run(["sweep", "--format", "json"] + arguments, in: try await troubled())
        let findings = try #require(try outcome.json["findings"] as? [[String: Any]])
        let firing = findings.filter { $0["verdict"] as? String == "firing" }.compactMap { $0["alert"] as? String }
        #expect(Set(firing) == expected)
    }

    @Test func quietMeansSilentWhenAllIsWellAndOnlyThen() async throws {
        let home = Home()
        try home.configure(VerdictTests.site(try await Playground.shared.tls(), .good))
        let well = try await Diag.run("sweep", "--quiet", in: home)
        #expect(well.status == 0)
        #expect(well.everything.isEmpty)
        let ill = try await Diag.run("sweep", "-q", "-f", "line", in: try await troubled())
        #expect(ill.status == 2)
        #expect(ill.lines.count == 1)
    }

    @Test func aThresholdOfTheConfigurationCounts() async throws {
        let home = Home()
        let site = VerdictTests.site(try await Playground.shared.tls(), .expiring)
        try home.configure(site + "alerts:\n  CertificateExpiringSoon:\n    threshold: 5d\n")
        #expect(try await Diag.run("sweep", in: home).status == 0)
        try home.configure(site + "alerts:\n  CertificateExpiringSoon:\n    enabled: false\n")
        #expect(try await Diag.run("sweep", in: home).status == 0)
    }

    @Test func aSilentPeerCostsItsOwnTimeAndNoOtherTarget() async throws {
        let silent = try await Playground.shared.hostile().port(.silent)
        let home = Home()
        try home.configure(
            VerdictTests.site(try await Playground.shared.tls(), .good)
                + "  redis: {name: cache, url: \"redis://127.0.0.1:\(silent)\"}\n")
        let outcome = try await Diag.run("sweep", "--timeout", "700ms", "--format", "json", in: home)
        #expect(outcome.status == 2)
        let targets = try #require(try outcome.json["targets"] as? [[String: Any]])
        let failures = targets.map { ($0["failure"] as? [String: Any])?["kind"] as? String }
        #expect(Set(failures) == [nil, "timed_out"])
        #expect(targets.compactMap { $0["duration_seconds"] as? Double }.allSatisfy { $0 < 20 })
    }

    @Test func theWholeDeadlineEndsASweep() async throws {
        let silent = try await Playground.shared.hostile().port(.silent)
        let home = Home()
        try home.configure("targets:\n  redis: {name: cache, url: \"redis://127.0.0.1:\(silent)\"}\n")
        let outcome = try await Diag.run("sweep", "--timeout", "10m", "--deadline", "500ms", in: home)
        #expect(outcome.status == 2)
    }
}
