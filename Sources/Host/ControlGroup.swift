/// The limits that a container's cgroup (version 2) sets to all that runs in it.
struct ControlGroup: Sendable {
    /// The quota that leaves least, as processors: 1.5.
    struct ProcessorQuota: Sendable, Hashable {
        let processors: Double
        /// CPU time used so far by all that the quota holds for.
        let used: Double
        let throttled: Double
        let throttledPeriods: Int64
        let path: String
    }

    struct MemoryLimit: Sendable, Hashable {
        let limit: Int64
        /// Without what the kernel can drop at once (`inactive_file`).
        let used: Int64
        let kills: Int64
        let path: String

        var usedRatio: Double { limit > 0 ? Double(used) / Double(limit) : 1 }
    }

    let quota: ProcessorQuota?
    /// The limit that is closest to being reached.
    let memory: MemoryLimit?
    let smallestMemoryLimit: Int64?

    /// Limits of the group of the first process and of all groups above it: they hold for the whole container. Our own
    /// group may be a service's, whose limits say nothing about the host. Only what is below the machine's own size
    /// is a limit.
    init(_ files: HostFiles, mounts: [Mount], processors: Int, memoryTotal: Int64) {
        let folders = Self.folders(files, mounts)
        quota = folders.compactMap { Self.quota(files, $0) }.filter { $0.processors < Double(processors) }
            .min { $0.processors < $1.processors }
        let limits = folders.compactMap { Self.memory(files, $0) }.filter { $0.limit < memoryTotal }
        memory = limits.max { $0.usedRatio < $1.usedRatio }
        smallestMemoryLimit = limits.map(\.limit).min()
    }

    /// From the group of the first process up to where the hierarchy is mounted.
    private static func folders(_ files: HostFiles, _ mounts: [Mount]) -> [String] {
        guard let table = files.read("/proc/1/cgroup") ?? recordedGroup(files),
            let line = table.split(separator: "\n").first(where: { $0.hasPrefix("0::/") })
        else { return [] }
        let mount = mounts.first { $0.type == "cgroup2" }
        let base = mount?.mountpoint ?? "/sys/fs/cgroup"
        let path = relative(line.dropFirst(3), to: mount?.root ?? "/")
        let names = path.split(separator: "/").filter { $0 != ".." }
        return (0...names.count).map { base + names.prefix($0).map { "/" + $0 }.joined() }.reversed()
    }

    /// Where `/proc/1` is hidden from us (`hidepid`), our own group says nothing; a recorded host has no other.
    private static func recordedGroup(_ files: HostFiles) -> String? {
        files.isThisHost ? nil : files.read("/proc/self/cgroup")
    }

    /// The group's path below what is mounted: a container may see only its own part of the hierarchy.
    private static func relative(_ path: Substring, to root: String) -> Substring {
        root != "/" && path.hasPrefix(root) ? path.dropFirst(root.count) : path
    }

    private static func quota(_ files: HostFiles, _ folder: String) -> ProcessorQuota? {
        guard let words = files.read(folder + "/cpu.max")?.split(whereSeparator: \.isWhitespace), words.count == 2,
            let quota = Double(words[0]), let period = Double(words[1]), period > 0
        else { return nil }
        let statistics = files.keyedNumbers(folder + "/cpu.stat")
        guard let used = statistics["usage_usec"] else { return nil }
        return ProcessorQuota(
            processors: quota / period, used: Double(used) / 1e6,
            throttled: Double(statistics["throttled_usec"] ?? 0) / 1e6,
            throttledPeriods: statistics["nr_throttled"] ?? 0, path: folder)
    }

    private static func memory(_ files: HostFiles, _ folder: String) -> MemoryLimit? {
        guard let limit = files.number(folder + "/memory.max"), let current = files.number(folder + "/memory.current")
        else { return nil }
        let inactive = files.keyedNumbers(folder + "/memory.stat")["inactive_file"] ?? 0
        let kills = files.keyedNumbers(folder + "/memory.events")["oom_kill"] ?? 0
        return MemoryLimit(limit: limit, used: max(0, current - inactive), kills: kills, path: folder)
    }
}
