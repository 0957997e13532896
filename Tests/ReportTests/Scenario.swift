import Diagnostics
import Runbook

@testable import Report

/// A sweep with one of everything: something that fires, is pending, unknown, ok and not watched.
enum Scenario {
    static let now = Timestamp(secondsSinceEpoch: 1_767_225_600)

    static var report: SweepReport {
        let judgement = Judgement()
        let result = judgement.judge(observations, history: SeriesHistory(), states: [:], now: now)
        return SweepReport(
            version: "1.2.3", started: now, duration: .milliseconds(41), observations: observations,
            findings: result.findings, notes: ["the history was \u{1B}[31mdamaged"])
    }

    static var observations: [Observation] { [primary, standby, host, certificate] }

    private static var primary: Observation {
        let ratio = Metric("diag_postgresql_connections_used_ratio", .gauge, "Connections used.")
        let clients = Evidence.table(
            "postgresql.connections.clients", "Connections by user, application and address",
            columns: ["usename", "application_name", "connections"],
            rows: [[.text("app"), .text("api\u{1B}[2J"), .integer(25)], [.text("cron"), .none, .integer(2)]])
        return Observation(
            target: Target(kind: .postgresql, name: "primary", address: "10.0.0.5:5432"), started: now,
            duration: .milliseconds(12), samples: [Sample(ratio, 27.0 / 27.0)], evidence: [clients])
    }

    private static var standby: Observation {
        Observation(
            target: Target(kind: .redis, name: "cache", address: "10.0.0.6:6379", labels: ["team": "core"]),
            started: now,
            duration: .seconds(5),
            failure: ProbeError(.timedOut, step: "connect", message: "no answer within the deadline"))
    }

    private static var host: Observation {
        let cpu = Metric("diag_host_cpu_busy_ratio", .gauge, "CPU used.")
        let memory = Metric("diag_host_memory_used_ratio", .gauge, "Memory used.")
        let disk = Metric("diag_host_filesystem_used_ratio", .gauge, "Disk used.")
        let labels: Labels = ["mountpoint": "/", "device": "/dev/vda", "fstype": "ext4"]
        return Observation(
            target: Target(kind: .host, name: "host", address: "this host"), started: now, duration: .milliseconds(3),
            samples: [Sample(cpu, 0.95), Sample(memory, 0.4), Sample(disk, 0.5, labels: labels)])
    }

    private static var certificate: Observation {
        let expiry = Metric("diag_tls_certificate_expiry_seconds", .gauge, "Expiry.")
        return Observation(
            target: Target(kind: .tls, name: "web", address: "example.org:443"), started: now,
            duration: .milliseconds(9),
            samples: [Sample(expiry, (now + 9 * 86_400).secondsSinceEpoch)])
    }
}
