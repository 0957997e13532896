import CLinux
import Diagnostics
import Glibc
import Network

/// What statvfs(3) says about one filesystem, counted in blocks.
struct FilesystemUsage: Sendable, Hashable {
    var blockSize: Int64
    var blocks: Int64
    var free: Int64
    /// Free for ordinary users: without what is reserved for root.
    var available: Int64
    var inodes: Int64
    var inodesFree: Int64
    var inodesAvailable: Int64

    /// As df shows it: what root has reserved is neither used nor available. Nil for a filesystem without blocks.
    var usedRatio: Double? { Self.ratio(used: blocks - free, available: available) }

    /// Nil for a filesystem that makes inodes as it needs them, as btrfs does.
    var inodesUsedRatio: Double? {
        inodes > 0 ? Self.ratio(used: inodes - inodesFree, available: inodesAvailable) : nil
    }

    var size: Int64 { blocks &* blockSize }
    var availableBytes: Int64 { available &* blockSize }

    private static func ratio(used: Int64, available: Int64) -> Double? {
        let used = max(0, used)
        // df counts a negative number of available blocks (root has used some of its reserve) as none.
        let total = used + max(0, available)
        return total > 0 ? Double(used) / Double(total) : nil
    }

    /// The same blocks seen by another way: an overlay shows the size of the filesystem that it lies on.
    func isSameStore(as other: FilesystemUsage) -> Bool {
        size == other.size && inodes == other.inodes
    }
}

/// Asks how full a filesystem is.
protocol FilesystemReader: Sendable {
    /// May block for ever, as statvfs does on a dead network mount; runs on a thread of its own.
    func usage(of mount: Mount) -> Result<FilesystemUsage, ProbeError>
}

/// This host's filesystems, or another's below its root.
struct SystemFilesystems: FilesystemReader {
    let files: HostFiles

    func usage(of mount: Mount) -> Result<FilesystemUsage, ProbeError> {
        var status = statvfs()
        guard statvfs(files.path(mount.mountpoint), &status) == 0 else {
            return .failure(Self.error(errno, mount))
        }
        let number = { (count: UInt) in Int64(clamping: count) }
        return .success(
            FilesystemUsage(
                blockSize: number(status.f_frsize > 0 ? status.f_frsize : status.f_bsize),
                blocks: number(status.f_blocks),
                free: number(status.f_bfree), available: number(status.f_bavail), inodes: number(status.f_files),
                inodesFree: number(status.f_ffree), inodesAvailable: number(status.f_favail)))
    }
}

extension SystemFilesystems {
    private static func error(_ code: CInt, _ mount: Mount) -> ProbeError {
        let error = ProbeError(errno: code, step: "statvfs \(mount.mountpoint)")
        guard code == EACCES || code == EPERM else { return error }
        return ProbeError(
            .forbidden, step: error.step, message: error.message,
            advice: "let diag's user search the folders above it, or leave the mount point out")
    }
}

/// The filesystems of a recorded host: its file `/statvfs` has a line for each mount, which holds mount point (escaped
/// as in mountinfo), block size, blocks, free and available blocks, inodes, free and available inodes.
struct RecordedFilesystems: FilesystemReader {
    private let usages: [String: FilesystemUsage]

    /// Nil when the host is no recorded one.
    init?(_ files: HostFiles) {
        guard !files.isThisHost, let text = files.read("/statvfs") else { return nil }
        usages = Dictionary(text.split(separator: "\n").compactMap(Self.entry), uniquingKeysWith: { $1 })
    }

    private static func entry(_ line: Substring) -> (String, FilesystemUsage)? {
        let words = line.split(separator: " ")
        let numbers = words.dropFirst().compactMap { Int64($0) }
        guard let mountpoint = words.first, numbers.count == 7 else { return nil }
        return (
            Mount.unescaped(mountpoint),
            FilesystemUsage(
                blockSize: numbers[0], blocks: numbers[1], free: numbers[2], available: numbers[3], inodes: numbers[4],
                inodesFree: numbers[5], inodesAvailable: numbers[6])
        )
    }

    func usage(of mount: Mount) -> Result<FilesystemUsage, ProbeError> {
        guard let usage = usages[mount.mountpoint] else {
            return .failure(
                ProbeError(
                    .local, step: "statvfs \(mount.mountpoint)", message: "the recorded host says nothing about it"))
        }
        return .success(usage)
    }
}
