import Diagnostics
import Testing

@testable import Host

@Suite("What is told of a host")
struct HostReportTests {
    private func content(_ files: [String: String]) throws -> Observation.Content {
        let host = try TemporaryHost(files)
        var content = Observation.Content()
        HostReport(reading: HostReading.take(HostFiles(root: host.root)), later: nil).write(to: &content)
        return content
    }

    @Test func `what cannot be read is a gap with its reason, and the rest is told`() throws {
        let told = try content(["/proc/meminfo": "MemTotal: 1000 kB\nMemAvailable: 100 kB\n"])
        #expect(Set(told.gaps.map(\.metric)) == [HostMetrics.cpuBusy.name, HostMetrics.cpuCapacity.name])
        #expect(told.samples.first { $0.metric == HostMetrics.memoryUsed }?.value == 0.9)
        let other = try content(["/proc/stat": "cpu  1 1 1 1\ncpu0 1 1 1 1\n"])
        #expect(other.gaps.map(\.metric) == [HostMetrics.memoryUsed.name])
    }

    @Test func `pressure is told where the kernel knows it`() throws {
        let told = try content([
            "/proc/stat": "cpu  1 1 1 1\ncpu0 1 1 1 1\n",
            "/proc/pressure/io": "some avg10=10.00 avg60=5.00 avg300=1.00 total=2500000\nrubbish\n",
        ])
        let pressure = told.samples.filter { $0.metric == HostMetrics.pressure }
        #expect(pressure.map(\.value) == [2.5])
        #expect(pressure.map(\.labels) == [["resource": "io", "stalled": "some"]])
    }

    @Test func `swap that there is not has no share`() throws {
        let told = try content([
            "/proc/meminfo": "MemTotal: 10 kB\nMemAvailable: 5 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n"
        ])
        #expect(!told.samples.contains { $0.metric == HostMetrics.swapUsed })
    }

    @Test func `a start of the host is another identity of its counters`() throws {
        let files = ["/proc/stat": "cpu  1 1 1 1\ncpu0 1 1 1 1\n", "/proc/sys/kernel/random/boot_id": "one\n"]
        let first = try content(files).samples.first { $0.metric == HostMetrics.cpuBusy }
        let second = try content(files.merging(["/proc/sys/kernel/random/boot_id": "two\n"]) { $1 })
            .samples.first { $0.metric == HostMetrics.cpuBusy }
        #expect(first?.identity == "one")
        #expect(second?.identity == "two")
    }
}
