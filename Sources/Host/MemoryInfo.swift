/// `/proc/meminfo`, in bytes.
struct MemoryInfo: Sendable, Hashable {
    let total: Int64
    /// What new programs can have without swapping.
    let available: Int64
    let swapTotal: Int64
    let swapFree: Int64
    let cached: Int64

    var used: Int64 { max(0, total - available) }
    var usedRatio: Double { total > 0 ? Double(used) / Double(total) : 0 }

    init?(_ text: String) {
        let fields = Dictionary(text[...].lines.compactMap(Self.field), uniquingKeysWith: { $1 })
        guard let total = fields["MemTotal"], total > 0 else { return nil }
        self.total = total
        let free = fields["MemFree"] ?? 0
        let cached = (fields["Buffers"] ?? 0) + (fields["Cached"] ?? 0) + (fields["SReclaimable"] ?? 0)
        // Kernels before 3.14 don't say. Shared memory counts as cached there, and cannot be dropped.
        available = fields["MemAvailable"] ?? max(0, free + cached - (fields["Shmem"] ?? 0))
        swapTotal = fields["SwapTotal"] ?? 0
        swapFree = fields["SwapFree"] ?? 0
        self.cached = cached
    }

    /// `MemTotal:       24684092 kB`; the unit kB means 1024 bytes.
    private static func field(_ line: Substring) -> (String, Int64)? {
        guard let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let words = line[line.utf8.index(after: colon)...].words()
        guard let number = words.first.flatMap({ Int64($0) }), number < Int64.max / 1024 else { return nil }
        return (String(line[..<colon]), number * (words.count > 1 ? 1024 : 1))
    }
}

/// The memory that there is for programs on this host: the machine's or, in a container that is limited to less, the
/// container's.
///
/// - Returns: bytes; nil where `/proc` cannot be read.
public func hostMemoryLimit(root: String = "/") -> Int64? {
    let files = HostFiles(root: root)
    guard let memory = files.read("/proc/meminfo").flatMap(MemoryInfo.init) else { return nil }
    let mounts = Mount.table(files.read("/proc/self/mountinfo") ?? "")
    let group = ControlGroup(files, mounts: mounts, processors: .max, memoryTotal: memory.total)
    return group.smallestMemoryLimit ?? memory.total
}
