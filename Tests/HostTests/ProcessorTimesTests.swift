import Testing

@testable import Host

@Suite("CPU time")
struct ProcessorTimesTests {
    private func reading(_ line: String) -> ProcessorTimes? {
        ProcessorTimes(procStat: line + "\ncpu0 0 0 0 0\ncpu1 0 0 0 0\nintr 5 0\n", ticksPerSecond: 100)
    }

    @Test(
        "waiting for a disk is idleness, guests are part of user, stolen time is nobody's",
        arguments: [
            // user nice system idle iowait irq softirq steal guest guest_nice
            ("cpu  100 0 0 100 0 0 0 0 0 0", 1.0, 2.0), ("cpu  100 50 50 0 0 50 50 0 0 0", 3.0, 3.0),
            ("cpu  0 0 0 100 900 0 0 0 0 0", 0.0, 10.0), ("cpu  100 0 0 100 0 0 0 700 0 0", 1.0, 2.0),
            ("cpu  200 100 0 100 0 0 0 0 200 100", 3.0, 4.0), ("cpu  100 0 0 100", 1.0, 2.0),
        ])
    func shares(_ line: String, _ busy: Double, _ capacity: Double) throws {
        let times = try #require(reading(line))
        #expect(times.busy == busy)
        #expect(times.capacity == capacity)
        #expect(times.processors == 2)
    }

    @Test(arguments: ["", "cpu", "cpu  1 2", "cpu0 1 2 3 4", "rubbish\n\n"])
    func `what is no table gives no times`(_ text: String) {
        #expect(ProcessorTimes(procStat: text, ticksPerSecond: 100) == nil)
    }

    @Test(arguments: [
        ("cpu  100 0 0 100", "cpu  175 0 0 125", 0.75), ("cpu  100 0 0 100", "cpu  100 0 0 200", 0),
        ("cpu  100 0 0 100", "cpu  200 0 0 100", 1), ("cpu  100 0 0 100", "cpu  100 0 0 100", nil),
    ])
    func `the share between two readings is what was used of what there was`(
        _ first: String, _ second: String, _ ratio: Double?
    ) throws {
        #expect(try #require(reading(second)).busyRatio(since: try #require(reading(first))) == ratio)
    }
}
