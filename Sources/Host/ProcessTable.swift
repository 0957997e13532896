import Glibc

/// A process as `/proc/PID/stat` shows it.
struct ProcessEntry: Sendable, Hashable {
    let pid: Int32
    let command: String
    let state: String
    /// CPU seconds of its own since it started.
    let cpu: Double
    /// Seconds from the host's start to its own.
    let started: Double
    let residentBytes: Int64

    /// The command stands in parentheses and may hold any character, parentheses too: the last one counts.
    init?(stat text: String, ticksPerSecond: Double, pageSize: Int64) {
        let bytes = text.utf8
        guard let open = bytes.firstIndex(of: UInt8(ascii: "(")), let close = bytes.lastIndex(of: UInt8(ascii: ")")),
            open < close, let pid = Int32(text[..<open].filter { $0 != " " })
        else { return nil }
        // By bytes: what Unicode calls white space and a character takes most of the time for a thousand processes.
        let words = bytes[bytes.index(after: close)...].split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
            .map { Substring($0) }
        // After the command: state is field 3; utime 14, stime 15, starttime 22, rss 24.
        guard words.count >= 22, let user = Double(words[11]), let system = Double(words[12]),
            let start = Double(words[19]), let pages = Int64(words[21])
        else { return nil }
        self.pid = pid
        command = String(text[bytes.index(after: open)..<close])
        state = String(words[0])
        cpu = (user + system) / ticksPerSecond
        started = start / ticksPerSecond
        residentBytes = max(0, pages) * pageSize
    }
}

/// All processes at one moment, or the first thousands of them.
struct ProcessTable: Sendable {
    /// More are not read: it costs about 10 µs each.
    static let limit = 5000

    let entries: [Int32: ProcessEntry]
    /// Seconds since the host's start.
    let uptime: Double

    static func read(_ files: HostFiles) -> ProcessTable {
        let ticks = Double(sysconf(CInt(_SC_CLK_TCK)))
        let pageSize = Int64(sysconf(CInt(_SC_PAGESIZE)))
        let entries = folderNames(files.path("/proc")).compactMap { Int32($0) }.prefix(limit)
            .compactMap { files.read("/proc/\($0)/stat") }
            .compactMap { ProcessEntry(stat: $0, ticksPerSecond: ticks, pageSize: pageSize) }
        let uptime = files.read("/proc/uptime")?.split(separator: " ").first.flatMap { Double($0) }
        return ProcessTable(
            entries: Dictionary(entries.map { ($0.pid, $0) }, uniquingKeysWith: { $1 }), uptime: uptime ?? 0)
    }

    func topByMemory(_ count: Int) -> [ProcessEntry] {
        Array(entries.values.sorted { ($1.residentBytes, $0.pid) < ($0.residentBytes, $1.pid) }.prefix(count))
    }

    /// With the share of one processor that each used: since `earlier` where there is such a table, else since it started.
    func topByProcessor(_ count: Int, since earlier: ProcessTable?) -> [(entry: ProcessEntry, share: Double)] {
        let shares = entries.values.map { entry in
            // A pid that starts at another time is another process.
            let before = earlier?.entries[entry.pid].flatMap { $0.started == entry.started ? $0 : nil }
            let since = before == nil ? entry.started : earlier?.uptime ?? 0
            return (entry, share: (entry.cpu - (before?.cpu ?? 0)) / max(0.01, uptime - since))
        }
        return Array(shares.sorted { ($1.share, $0.0.pid) < ($0.share, $1.0.pid) }.prefix(count))
    }
}

/// The names in a folder; none when it cannot be read.
func folderNames(_ path: String) -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
            pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != ".", name != ".." { names.append(name) }
    }
    return names
}
