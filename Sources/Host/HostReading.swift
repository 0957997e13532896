import Diagnostics

/// Everything read from `/proc` and `/sys` at one moment.
struct HostReading: Sendable {
    let times: ProcessorTimes?
    let memory: MemoryInfo?
    let group: ControlGroup
    let mounts: [Mount]
    let load: [Double]
    let pressure: [PressureStall]
    /// Seconds since the start.
    let uptime: Double?
    /// Changes with every start; nil where the host doesn't say.
    let bootID: String?
    let outOfMemoryKills: Int64?
    let network: NetworkCounters

    static func take(_ files: HostFiles) -> HostReading {
        let times = files.read("/proc/stat").flatMap { ProcessorTimes(procStat: $0) }
        let memory = files.read("/proc/meminfo").flatMap(MemoryInfo.init)
        let mounts = Mount.table(files.read("/proc/self/mountinfo") ?? files.read("/proc/1/mountinfo") ?? "")
        let group = ControlGroup(
            files, mounts: mounts, processors: times?.processors ?? .max, memoryTotal: memory?.total ?? .max)
        return HostReading(
            times: times, memory: memory, group: group, mounts: mounts, load: numbers(files.read("/proc/loadavg"), 3),
            pressure: PressureStall.read(files), uptime: numbers(files.read("/proc/uptime"), 1).first,
            bootID: files.read("/proc/sys/kernel/random/boot_id").map { String($0.prefix { $0 != "\n" }) },
            outOfMemoryKills: files.keyedNumbers("/proc/vmstat")["oom_kill"], network: NetworkCounters.read(files))
    }

    /// CPU time of the container where a quota holds it, else of the host.
    ///
    /// The quota grants the same share of every second, so the capacity is that share of the time since the start.
    var judgedTimes: ProcessorTimes? {
        guard let quota = group.quota, let uptime, let processors = times?.processors else { return times }
        return ProcessorTimes(busy: quota.used, capacity: quota.processors * uptime, processors: processors)
    }

    /// What the CPU counters count: a start of the host or another quota begins anew.
    var countingIdentity: String? {
        guard let quota = group.quota else { return bootID }
        return "\(bootID ?? "")\(quota.path)=\(quota.processors)"
    }

    /// Whether a person will want to see which processes it is.
    var isUnderStrain: Bool {
        let processors = Double(times?.processors ?? 1)
        let memoryUsed = group.memory?.usedRatio ?? memory?.usedRatio ?? 0
        return memoryUsed > 0.8 || (load.first ?? 0) > processors
    }

    private static func numbers(_ text: String?, _ count: Int) -> [Double] {
        (text ?? "").split(whereSeparator: \.isWhitespace).prefix(count).compactMap { Double($0) }
    }
}
