import Diagnostics
import Playground
import Testing

@testable import Host

@Suite("Looking at a host")
struct HostProbeTests {
    private func probe(_ settings: HostSettings) -> HostProbe {
        HostProbe(target: Target(kind: .host, name: "host", address: "localhost"), settings: settings)
    }

    @Test func `this machine is measured whole`() async {
        let settings = HostSettings(cpuSample: .milliseconds(100), topProcesses: 3)
        let seen = await probe(settings).observe(until: .after(.seconds(30)))
        #expect(seen.failure == nil)
        for metric in [
            HostMetrics.cpuBusy, HostMetrics.cpuCapacity, HostMetrics.cpuBusyRatio, HostMetrics.memoryUsed,
            HostMetrics.filesystemUsed, HostMetrics.memoryLimit,
        ] {
            #expect(seen.samples.contains { $0.metric == metric && $0.value >= 0 }, "\(metric.name)")
        }
        #expect(seen.samples.allSatisfy { HostMetrics.all.contains($0.metric) })
        #expect(seen.evidence.map(\.id).contains("host.processes.cpu"))
    }

    @Test func `without a sample no share of the CPU is claimed`() async {
        let seen = await probe(HostSettings()).observe(until: .after(.seconds(30)))
        #expect(!seen.samples.contains { $0.metric == HostMetrics.cpuBusyRatio })
    }

    @Test func `a root without a host is a failure that says what was looked for`() async {
        let seen = await probe(HostSettings(root: "/nowhere")).observe(until: .after(.seconds(30)))
        #expect(seen.failure?.message.contains("/nowhere/proc/stat") == true)
        #expect(seen.samples.isEmpty)
    }

    @Test func `a deadline that has passed is a failure`() async {
        let seen = await probe(HostSettings()).observe(until: .after(.zero))
        #expect(seen.failure?.kind == .timedOut)
    }

    @Test func `a recorded host goes from calm to suffering and back`() async throws {
        let playground = Playground()
        let host = try await playground.host()
        let settings = HostSettings(root: host.root, cpuSample: .milliseconds(700))
        let calm = await probe(settings).observe(until: .after(.seconds(30)))
        #expect(calm.value(HostMetrics.cpuBusyRatio) ?? 1 < 0.5)
        #expect(calm.value(HostMetrics.memoryUsed) ?? 1 < 0.5)
        #expect(calm.value(HostMetrics.filesystemUsed, "/") ?? 1 < 0.5)
        for strain in RecordedHost.Strain.allCases { try host.set(strain, true) }
        let suffering = await probe(settings).observe(until: .after(.seconds(30)))
        #expect(suffering.value(HostMetrics.cpuBusyRatio) ?? 0 > 0.8)
        #expect(suffering.value(HostMetrics.memoryUsed) ?? 0 > 0.85)
        #expect(suffering.value(HostMetrics.filesystemUsed, "/") ?? 0 > 0.85)
        for strain in RecordedHost.Strain.allCases { try host.set(strain, false) }
        let again = await probe(settings).observe(until: .after(.seconds(30)))
        #expect(again.value(HostMetrics.cpuBusyRatio) ?? 1 < 0.5)
        #expect(again.problems == [])
        await playground.stop()
    }

    @Test func `a recorded host's images and bind mounts don't count`() async throws {
        let playground = Playground()
        let host = try await playground.host()
        let seen = await probe(HostSettings(root: host.root)).observe(until: .after(.seconds(30)))
        let mountpoints = seen.samples.filter { $0.metric == HostMetrics.filesystemUsed }.map {
            $0.labels["mountpoint"]
        }
        #expect(mountpoints == ["/", "/boot", "/run", "/srv/data"])
        await playground.stop()
    }
}

extension Observation {
    func value(_ metric: Metric, _ mountpoint: String? = nil) -> Double? {
        samples.first { $0.metric == metric && (mountpoint == nil || $0.labels["mountpoint"] == mountpoint) }?.value
    }
}
