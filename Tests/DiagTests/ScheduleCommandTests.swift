import Foundation
import Testing
import Yams

@Suite("diag schedule")
struct ScheduleCommandTests {
    private let home = Home()

    /// Runs a program of the system and returns what it printed.
    private func tool(_ words: [String]) async throws -> (status: Int32, text: String) {
        let output = Stream.pipe()
        let child = try Child.spawn(
            words, ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "HOME": home.root],
            output: output.childEnd, errors: output.childEnd)
        output.closeChildEnd()
        let status = try await child.end()
        await output.finish()
        return (status, output.text)
    }

    /// The units as the script would write them.
    private func units(_ words: String...) async throws -> [String: String] {
        let outcome = try await Diag.run(["schedule", "systemd", "--program", Diag.path] + words)
        #expect(outcome.status == 0)
        let script = outcome.output.replacingOccurrences(of: "/etc/", with: home.path("etc/"))
        let writes = script.components(separatedBy: "\nsystemd-sysusers")[0]
        try home.write(writes, to: "install.sh", mode: 0o700)
        let run = try await tool(["/bin/sh", home.path("install.sh")])
        #expect(run.status == 0, "\(run.text)")
        var files: [String: String] = [:]
        for name in ["sysusers.d/diag.conf", "systemd/system/diag.service", "systemd/system/diag.timer"] {
            files[name] = try String(contentsOfFile: home.path("etc/" + name), encoding: .utf8)
        }
        return files
    }

    @Test func systemdVerifiesItsUnits() async throws {
        _ = try await units("--every", "30s", "--", "--skip", "team=50% $x")
        let folder = home.path("etc/systemd/system")
        let verified = try await tool([
            "/usr/bin/systemd-analyze", "verify", "--man=no", "\(folder)/diag.service", "\(folder)/diag.timer",
        ])
        #expect(verified.status == 0, "\(verified.text)")
        #expect(!verified.text.contains("diag."), "\(verified.text)")
    }

    /// 0 is perfect, 10 has no protection at all; what is left open is what diag is for: the network and /proc.
    @Test func systemdFindsTheServiceWellProtected() async throws {
        _ = try await units()
        let security = try await tool([
            "/usr/bin/systemd-analyze", "security", "--offline=true", "--threshold=20",
            home.path("etc/systemd/system/diag.service"),
        ])
        #expect(security.status == 0, "\(security.text)")
        #expect(security.text.contains(/exposure level for diag.service: [01]\.\d OK/), "\(security.text)")
    }

    @Test(arguments: ["10s", "30s", "1m", "5m", "20m", "1h", "4h", "24h"])
    func systemdUnderstandsEachInterval(every: String) async throws {
        let timer = try #require(try await units("--every", every)["systemd/system/diag.timer"])
        let line = try #require(timer.split(separator: "\n").first { $0.hasPrefix("OnCalendar=") })
        let calendar = try await tool([
            "/usr/bin/systemd-analyze", "calendar", "--iterations=3", String(line.dropFirst(11)),
        ])
        #expect(calendar.status == 0, "\(calendar.text)")
    }

    @Test func theServiceMayWriteWhatItHasTo() async throws {
        let service = try #require(
            try await units("--textfile", "/var/lib/prometheus/node-exporter/diag.prom", "--group", "adm")[
                "systemd/system/diag.service"])
        #expect(service.contains("ReadWritePaths=/var/lib/prometheus/node-exporter\n"))
        #expect(service.contains("SupplementaryGroups=adm\n"))
        #expect(service.contains("SuccessExitStatus=1 2 3\n"))
    }

    @Test func logsInTheConfigurationAskForTheirGroup() async throws {
        let path = try home.configure("targets:\n  logs:\n    - path: /var/log/auth.log\n")
        let outcome = try await Diag.run("schedule", "systemd", "--config", path, in: home)
        #expect(outcome.output.contains("SupplementaryGroups=adm\n"))
        #expect(outcome.output.contains("m diag adm\n"))
    }

    @Test func theLineOfCronRunsAsItStands() async throws {
        let path = try home.configure(
            "targets:\n  host: {name: here}\nalerts:\n  HighMemoryUsage: {threshold: 0%, for: 0s}\n")
        let printed = try await Diag.run(
            "schedule", "cron", "--config", path, "--state", home.path("h.sqlite"), "--program", Diag.path, in: home)
        let line = try #require(printed.lines.last)
        let command = line.split(separator: " ", maxSplits: 6).last.map(String.init) ?? ""
        let shell = command.replacingOccurrences(of: "\\%", with: "%")
        let first = try await tool(["/bin/sh", "-c", shell])
        #expect(first.status == 2, "\(first.text)")
        #expect(first.text.contains("HighMemoryUsage"))
        let second = try await tool(["/bin/sh", "-c", shell])
        #expect(second.text.isEmpty, "nothing has changed, so there is no mail: \(second.text)")
    }

    @Test(
        arguments: [[], ["--shards", "4"], ["--pod-logs"], ["--storage-class", "fast", "--every", "5m"]] as [[String]])
    func theManifestsHaveOnlyWhatKubernetesKnows(words: [String]) async throws {
        let outcome = try await Diag.run(["schedule", "kubernetes", "--image", "registry/diag:1"] + words)
        #expect(outcome.status == 0)
        let documents = try Array(Yams.compose_all(yaml: outcome.output))
        for document in documents { try KubernetesShape.check(document) }
        let kinds = documents.compactMap { $0.mapping?["kind"]?.string }
        let rights = words.contains("--pod-logs") ? ["Role", "RoleBinding"] : []
        #expect(kinds == ["ServiceAccount"] + rights + ["PersistentVolumeClaim", "CronJob"])
    }

    @Test func aPodMayDoAsLittleAsPossible() async throws {
        let outcome = try await Diag.run("schedule", "kubernetes", "--shards", "3")
        let job = try #require(try Array(Yams.compose_all(yaml: outcome.output)).last)
        let spec = try #require(job["spec"]?["jobTemplate"]?["spec"])
        #expect(spec["completions"]?.int == 3)
        #expect(spec["completionMode"]?.string == "Indexed")
        let pod = try #require(spec["template"]?["spec"])
        #expect(pod["automountServiceAccountToken"]?.bool == false)
        #expect(pod["securityContext"]?["runAsNonRoot"]?.bool == true)
        let container = try #require(pod["containers"]?.sequence?.first)
        #expect(container["securityContext"]?["readOnlyRootFilesystem"]?.bool == true)
        #expect(container["securityContext"]?["capabilities"]?["drop"]?.sequence?.first?.string == "ALL")
        let command = container["command"]?.sequence?.compactMap(\.string) ?? []
        #expect(command.suffix(3) == ["--exit-zero", "--shard", "3"])
        #expect(job["spec"]?["concurrencyPolicy"]?.string == "Forbid")
    }
}
