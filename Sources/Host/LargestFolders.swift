import Diagnostics
import Glibc

/// What fills the disk, looked for where it usually is. Reads every folder there, so it is bounded in time and number.
struct LargestFolders: Sendable {
    struct Folder: Sendable, Hashable {
        let path: String
        var bytes: Int64
        var files: Int
    }

    struct File: Sendable, Hashable {
        let path: String
        let bytes: Int64
    }

    static let usual = [
        "/var/log", "/var/lib/docker", "/var/lib", "/var/cache", "/var/tmp", "/var/backups", "/backup", "/tmp", "/home",
        "/opt", "/srv", "/root",
    ]
    static let maximumEntries = 500_000
    /// What counts as a large file.
    static let largeFile: Int64 = 100 << 20

    private(set) var folders: [Folder] = []
    private(set) var files: [File] = []
    /// False when the time or the number ran out first: then the sizes are lower bounds.
    private(set) var isComplete = true
    private var entriesLeft = maximumEntries
    /// Files with several names that have been counted.
    private var linked: Set<Inode> = []

    private struct Inode: Hashable {
        let device: dev_t
        let number: ino_t
    }

    /// Blocks its thread until done or the deadline.
    static func find(_ root: HostFiles, in paths: [String] = usual, until deadline: Deadline) -> LargestFolders {
        var search = LargestFolders()
        for path in paths { search.measure(path, root, deadline) }
        search.folders.sort { ($1.bytes, $0.path) < ($0.bytes, $1.path) }
        search.files.sort { ($1.bytes, $0.path) < ($0.bytes, $1.path) }
        return search
    }

    /// Each of the usual folders, and each folder right in it, gets an entry. A folder measured before is not read
    /// again as a part of a larger one.
    private mutating func measure(_ path: String, _ root: HostFiles, _ deadline: Deadline) {
        var status = stat()
        guard lstat(root.path(path), &status) == 0, status.isFolder else { return }
        var own = Folder(path: path, bytes: 0, files: 0)
        var below: [Folder] = []
        for name in folderNames(root.path(path)) {
            let inner = path + "/" + name
            let known = folders.first { $0.path == inner }
            let part = known ?? total(of: inner, on: status.st_dev, root, deadline)
            own.bytes += part.bytes
            own.files += part.files
            if known == nil, isFolder(root.path(inner)) { below.append(part) }
        }
        folders.append(own)
        folders += below
    }

    private func isFolder(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.isFolder
    }

    /// All below `path` on the same device. A file with several names counts once, as du does it.
    private mutating func total(
        of path: String, on device: dev_t, _ root: HostFiles, _ deadline: Deadline
    ) -> Folder {
        var sum = Folder(path: path, bytes: 0, files: 0)
        var waiting = [path]
        while let next = waiting.popLast() {
            guard entriesLeft > 0, !deadline.hasPassed else {
                isComplete = false
                break
            }
            entriesLeft -= 1
            var status = stat()
            guard lstat(root.path(next), &status) == 0, status.st_dev == device else { continue }
            if status.isFolder { waiting += folderNames(root.path(next)).map { next + "/" + $0 } }
            guard status.isFolder || isFirstName(status) else { continue }
            let size = Int64(status.st_blocks) * 512
            sum.bytes += size
            guard !status.isFolder else { continue }
            sum.files += 1
            if size >= Self.largeFile { note(File(path: next, bytes: size)) }
        }
        return sum
    }

    private mutating func isFirstName(_ status: stat) -> Bool {
        status.st_nlink < 2 || linked.insert(Inode(device: status.st_dev, number: status.st_ino)).inserted
    }

    private mutating func note(_ file: File) {
        files.append(file)
        guard files.count > 200 else { return }
        files.sort { $0.bytes > $1.bytes }
        files.removeLast(100)
    }
}

extension stat {
    fileprivate var isFolder: Bool { st_mode & S_IFMT == S_IFDIR }
}
