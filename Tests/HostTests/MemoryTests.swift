import Testing

@testable import Host

@Suite("Memory")
struct MemoryTests {
    @Test func `page cache that can be dropped is not used memory`() throws {
        let memory = try #require(
            MemoryInfo(
                """
                MemTotal:       1000 kB
                MemFree:          50 kB
                MemAvailable:    800 kB
                Cached:          800 kB
                SwapTotal:       100 kB
                SwapFree:         25 kB
                """))
        #expect(memory.usedRatio == 0.2)
        #expect(memory.total == 1000 * 1024)
        #expect(memory.swapTotal - memory.swapFree == 75 * 1024)
    }

    @Test func `a kernel that knows no MemAvailable is reckoned without shared memory`() throws {
        let memory = try #require(
            MemoryInfo("MemTotal: 1000 kB\nMemFree: 100 kB\nBuffers: 50 kB\nCached: 300 kB\nShmem: 200 kB\n"))
        #expect(memory.available == 250 * 1024)
    }

    @Test(arguments: ["", "MemTotal: x kB", "MemTotal: 0 kB", "MemTotal 5", ":::\n:"])
    func `rubbish is no memory table`(_ text: String) {
        #expect(MemoryInfo(text) == nil)
    }
}

@Suite("Limits of a container")
struct ControlGroupTests {
    private static let mounts = "27 24 0:24 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"

    private func host(_ files: [String: String], group: String = "0::/pod/app\n", of process: String = "1") throws
        -> TemporaryHost
    {
        try TemporaryHost(
            [
                "/proc/meminfo": "MemTotal: 16777216 kB\nMemAvailable: 1677721 kB\n",
                "/proc/stat": "cpu  100 0 0 900\ncpu0 1 1 1 1\ncpu1 1 1 1 1\ncpu2 1 1 1 1\ncpu3 1 1 1 1\n",
                "/proc/uptime": "1000.0 3000.0\n", "/proc/\(process)/cgroup": group,
                "/proc/self/mountinfo": Self.mounts,
                "/proc/sys/kernel/random/boot_id": "b\n",
            ].merging(files.map { ("/sys/fs/cgroup" + $0, $1) }, uniquingKeysWith: { $1 }))
    }

    private static let gigabyte = 1 << 30

    @Test func `memory is judged against the group that is closest to its limit`() throws {
        let host = try host([
            "/pod/memory.max": "\(4 * Self.gigabyte)\n", "/pod/memory.current": "\(1 * Self.gigabyte)\n",
            "/pod/app/memory.max": "\(Self.gigabyte)\n", "/pod/app/memory.current": "\(Self.gigabyte / 2)\n",
        ])
        let group = HostReading.take(HostFiles(root: host.root)).group
        #expect(group.memory?.usedRatio == 0.5)
        #expect(hostMemoryLimit(root: host.root) == Int64(Self.gigabyte))
    }

    @Test func `files that the kernel can drop are not used memory`() throws {
        let host = try host([
            "/pod/app/memory.max": "1000\n", "/pod/app/memory.current": "900\n",
            "/pod/app/memory.stat": "anon 100\ninactive_file 700\n", "/pod/app/memory.events": "oom 3\noom_kill 2\n",
        ])
        let memory = HostReading.take(HostFiles(root: host.root)).group.memory
        #expect(memory?.usedRatio == 0.2)
        #expect(memory?.kills == 2)
    }

    @Test(arguments: [
        ["/pod/app/memory.max": "max\n", "/pod/app/memory.current": "900\n"],
        ["/pod/app/memory.max": "9223372036854771712\n", "/pod/app/memory.current": "900\n"], [:],
    ])
    func `without a limit it is the host that is judged`(_ files: [String: String]) throws {
        let host = try host(files)
        #expect(HostReading.take(HostFiles(root: host.root)).group.memory == nil)
        #expect(hostMemoryLimit(root: host.root) == 16 << 30)
    }

    @Test func `a service's own limits say nothing about the host that it runs on`() throws {
        let host = try host(
            ["/system.slice/diag.service/memory.max": "1000\n", "/system.slice/diag.service/memory.current": "990\n"],
            group: "0::/init.scope\n")
        try host.write("0::/system.slice/diag.service\n", to: "/proc/self/cgroup")
        #expect(HostReading.take(HostFiles(root: host.root)).group.memory == nil)
    }

    @Test func `the quota is the denominator of the CPU's share`() throws {
        let host = try host([
            "/pod/cpu.max": "max 100000\n", "/pod/app/cpu.max": "150000 100000\n",
            "/pod/app/cpu.stat": "usage_usec 900000000\nnr_throttled 7\nthrottled_usec 2500000\n",
        ])
        let reading = HostReading.take(HostFiles(root: host.root))
        #expect(reading.group.quota?.processors == 1.5)
        #expect(reading.judgedTimes?.busy == 900)
        #expect(reading.judgedTimes?.capacity == 1500)
        #expect(reading.group.quota?.throttled == 2.5)
        #expect(reading.countingIdentity != reading.bootID)
    }

    @Test func `a quota above the number of processors limits nothing`() throws {
        let host = try host(["/pod/app/cpu.max": "800000 100000\n", "/pod/app/cpu.stat": "usage_usec 1\n"])
        let reading = HostReading.take(HostFiles(root: host.root))
        #expect(reading.group.quota == nil)
        #expect(reading.judgedTimes == reading.times)
    }

    @Test func `a namespace that starts at the container shows its limits at the top`() throws {
        let host = try host(["/memory.max": "1000\n", "/memory.current": "500\n"], group: "0::/\n")
        #expect(HostReading.take(HostFiles(root: host.root)).group.memory?.usedRatio == 0.5)
    }
}
