/// What the recorded host's files say, calm or under strain.
struct HostFiles {
    static let processors = 4
    static let ticksPerSecond = 100

    let strains: Set<RecordedHost.Strain>
    let busyTicks: Int
    let idleTicks: Int

    var changing: [String: String] {
        [
            "proc/stat": stat, "proc/meminfo": memory, "proc/loadavg": load, "statvfs": filesystems,
            "proc/pressure/cpu": pressure(.processor, full: false), "proc/pressure/memory": pressure(.memory),
            "proc/pressure/io": pressure(.disk), "sys/fs/cgroup/app/memory.current": "\(memoryUsed * 1024)\n",
            "sys/fs/cgroup/app/cpu.stat": cgroupProcessor,
        ]
    }

    /// Four fifths of the busy time are the user's, the rest the system's; a little of the idle time is waiting for
    /// disks.
    private var stat: String {
        let user = busyTicks * 4 / 5
        let wait = idleTicks / 100
        let values = [user, 0, busyTicks - user, idleTicks - wait, wait, 0, 0, 0, 0, 0]
        func line(_ name: String, _ share: Int) -> String {
            ([name] + values.map { String($0 / share) }).joined(separator: " ")
        }
        let lines = [line("cpu ", 1)] + (0..<Self.processors).map { line("cpu\($0)", Self.processors) }
        let running = strains.contains(.processor) ? 13 : 1
        return (lines + ["ctxt 812345678", "btime 1790000000", "processes 912345", "procs_running \(running)"])
            .joined(separator: "\n") + "\n"
    }

    private static let memoryTotal = 16_384_000
    private var memoryAvailable: Int { strains.contains(.memory) ? 983_040 : 9_830_400 }
    private var memoryUsed: Int { Self.memoryTotal - memoryAvailable }

    /// Most of what is available is page cache: MemFree alone would look frightening on a calm host too.
    private var memory: String {
        """
        MemTotal:       \(Self.memoryTotal) kB
        MemFree:          409600 kB
        MemAvailable:    \(memoryAvailable) kB
        Buffers:          204800 kB
        Cached:         \(memoryAvailable - 409_600) kB
        SwapCached:            0 kB
        Shmem:            102400 kB
        SReclaimable:     307200 kB
        SwapTotal:       2097148 kB
        SwapFree:        \(strains.contains(.memory) ? 104_857 : 2_097_148) kB

        """
    }

    private var load: String {
        strains.contains(.processor) ? "11.80 9.42 5.10 13/512 912345\n" : "0.48 0.52 0.50 1/498 912345\n"
    }

    private func pressure(_ strain: RecordedHost.Strain, full: Bool = true) -> String {
        let share =
            strains.contains(strain) ? "avg10=61.20 avg60=48.75 avg300=22.10" : "avg10=0.00 avg60=0.12 avg300=0.08"
        let some = "some \(share) total=123456789\n"
        return full
            ? some + "full \(share) total=98765432\n" : some + "full avg10=0.00 avg60=0.00 avg300=0.00 total=0\n"
    }

    private var cgroupProcessor: String {
        let microseconds = busyTicks * 10_000
        return """
            usage_usec \(microseconds)
            user_usec \(microseconds * 4 / 5)
            system_usec \(microseconds / 5)
            nr_periods 0
            nr_throttled 0
            throttled_usec 0

            """
    }

    /// The root's reserved blocks are the difference of free and available. The image of a package is always full.
    private var filesystems: String {
        let (free, available) = strains.contains(.disk) ? (1_500_000, 800_000) : (8_000_000, 7_300_000)
        return """
            / 4096 13000000 \(free) \(available) 3276800 2900000 2900000
            /boot 4096 250000 180000 165000 65536 65200 65200
            /srv/data 4096 52000000 30000000 27400000 13107200 13000000 13000000
            /srv/bound 4096 13000000 \(free) \(available) 3276800 2900000 2900000
            /snap/tool/12 131072 512 0 0 1200 0 0
            /run 4096 409600 408000 408000 2048000 2047000 2047000

            """
    }
}

extension HostFiles {
    /// Files that stay as they are. The control group has no limits of its own.
    static var fixed: [String: String] {
        [
            "proc/self/mountinfo": mounts, "proc/mounts": shortMounts, "proc/self/cgroup": "0::/app\n",
            "proc/uptime": "3456789.12 13000000.00\n", "sys/fs/cgroup/cgroup.controllers": "cpu io memory pids\n",
            "sys/fs/cgroup/app/cpu.max": "max 100000\n", "sys/fs/cgroup/app/memory.max": "max\n",
            "sys/fs/cgroup/app/memory.high": "max\n",
            "sys/fs/cgroup/app/memory.stat": "anon 2000000000\nfile 500000000\ninactive_file 300000000\n",
            "sys/fs/cgroup/app/memory.events": "low 0\nhigh 0\nmax 0\noom 0\noom_kill 0\n",
        ]
    }

    /// With what must not count: a bind mount of the root's device, an image, file systems of the kernel.
    private static let mounts = """
        22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw,errors=remount-ro
        23 22 0:21 / /proc rw,nosuid,nodev,noexec,relatime shared:12 - proc proc rw
        24 22 0:22 / /sys rw,nosuid,nodev,noexec,relatime shared:7 - sysfs sysfs rw
        25 22 0:5 / /dev rw,nosuid shared:2 - devtmpfs devtmpfs rw,size=8192000k
        26 22 0:23 / /run rw,nosuid,nodev shared:5 - tmpfs tmpfs rw,size=1638400k,mode=755
        27 24 0:24 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:8 - cgroup2 cgroup2 rw
        28 22 8:2 / /boot rw,relatime shared:30 - ext4 /dev/sda2 rw
        29 22 8:16 / /srv/data rw,relatime shared:31 - xfs /dev/sdb rw
        30 22 8:1 /srv/shared /srv/bound rw,relatime shared:1 - ext4 /dev/sda1 rw,errors=remount-ro
        31 22 7:0 / /snap/tool/12 ro,nodev,relatime shared:32 - squashfs /dev/loop0 ro

        """

    private static var shortMounts: String {
        mounts.split(separator: "\n").map { line in
            let words = line.split(separator: " ")
            let type = words.firstIndex(of: "-").map { words[($0 + 1)...] } ?? []
            return "\(type.dropFirst().first ?? "") \(words[4]) \(type.first ?? "") \(words[5]) 0 0\n"
        }.joined()
    }
}
