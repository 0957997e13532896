import Diagnostics
import Glibc

/// CPU time used and available since the host started, or since its container did.
struct ProcessorTimes: Sendable, Hashable {
    /// Seconds of CPU time that were used.
    var busy: Double
    /// Seconds of CPU time that there were.
    var capacity: Double
    /// Seconds that the hypervisor gave to others.
    var stolen: Double = 0
    /// Seconds in which a processor was idle while something waited for a disk.
    var waitingForDisk: Double = 0
    var processors: Int

    /// Share of the capacity that was used since `earlier`; nil when no time has passed.
    func busyRatio(since earlier: ProcessorTimes) -> Double? {
        let passed = capacity - earlier.capacity
        return passed > 0 ? min(1, max(0, (busy - earlier.busy) / passed)) : nil
    }
}

extension ProcessorTimes {
    /// From `/proc/stat` (proc_stat(5)): user, nice, system, idle, iowait, irq, softirq, steal, guest, guest_nice.
    ///
    /// Time for guests is contained in user and nice and not added again. Waiting for a disk is idleness. Stolen time is
    /// neither used nor available: it was never ours, so a host that uses all that it is given counts as busy.
    init?(procStat: String, ticksPerSecond: Double = Double(sysconf(CInt(_SC_CLK_TCK)))) {
        let lines = procStat[...].lines
        guard let all = lines.first(where: { $0.hasPrefix("cpu ") }) else { return nil }
        let numbers = all.words().dropFirst().compactMap { Double($0) }
        guard numbers.count >= 4 else { return nil }
        let at = { (index: Int) in index < numbers.count ? numbers[index] / ticksPerSecond : 0 }
        busy = at(0) + at(1) + at(2) + at(5) + at(6)
        capacity = busy + at(3) + at(4)
        waitingForDisk = at(4)
        stolen = at(7)
        processors = lines.count { $0.hasPrefix("cpu") && !$0.hasPrefix("cpu ") }
    }
}
