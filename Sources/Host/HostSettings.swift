/// Which host is looked at and how closely.
public struct HostSettings: Sendable, Hashable {
    public static let fullEnoughToMeasure = 0.7

    /// Where the host's `/proc` and `/sys` are found: `/`, or the folder that a container sees the host's root at, or
    /// that of a recorded host. A recorded one has a file `statvfs` beside them, as `RecordedFilesystems` reads it.
    public var root: String
    /// How long to watch the CPU for `diag_host_cpu_busy_ratio`; nil to leave that to the sweeps' own distance.
    public var cpuSample: Duration?
    /// How many processes to list by CPU and by memory; they are listed anyway when the host is under strain.
    public var topProcesses: Int
    /// Whether to add up the usual large folders when a filesystem is rather full (`fullEnoughToMeasure`), which reads
    /// much and takes seconds: only for a person who waits for it.
    public var measuresFolders: Bool
    /// Mount points that are left out, whatever they hold.
    public var ignoredMountpoints: [String]
    /// How long one filesystem may take to answer before it counts as dead; the target's deadline holds besides.
    public var filesystemTimeout: Duration

    public init(
        root: String = "/", cpuSample: Duration? = nil, topProcesses: Int = 0, measuresFolders: Bool = false,
        ignoredMountpoints: [String] = [], filesystemTimeout: Duration = .seconds(2)
    ) {
        self.root = root
        self.cpuSample = cpuSample
        self.topProcesses = topProcesses
        self.measuresFolders = measuresFolders
        self.ignoredMountpoints = ignoredMountpoints
        self.filesystemTimeout = filesystemTimeout
    }
}
