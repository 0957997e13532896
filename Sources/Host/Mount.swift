/// A line of `/proc/self/mountinfo` (proc_pid_mountinfo(5)).
struct Mount: Sendable, Hashable {
    /// `254:0`
    let device: String
    /// The part of the filesystem that is mounted; not `/` for a bind mount of a folder or a file.
    let root: String
    let mountpoint: String
    let type: String
    /// `/dev/vda`, `server:/export`
    let source: String
    let isReadOnly: Bool

    static func table(_ text: String) -> [Mount] { text[...].lines.compactMap(Mount.init) }

    /// `36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue`: any number of optional fields
    /// stands before the hyphen.
    init?(_ line: Substring) {
        let words = line.words()
        guard words.count >= 9, let hyphen = words.dropFirst(6).firstIndex(of: "-"), words.count > hyphen + 2 else {
            return nil
        }
        device = String(words[2])
        root = Self.unescaped(words[3])
        mountpoint = Self.unescaped(words[4])
        type = String(words[hyphen + 1])
        source = Self.unescaped(words[hyphen + 2])
        let options = [words[5]] + words.dropFirst(hyphen + 3)
        isReadOnly = options.contains { $0.words(at: ",").contains("ro") }
    }

    /// Space, tab, line feed and backslash are written as `\040` and the like.
    static func unescaped(_ text: Substring) -> String {
        guard text.utf8.contains(UInt8(ascii: "\\")) else { return String(text) }
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(3)
            if byte == UInt8(ascii: "\\"), digits.count == 3,
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
            {
                bytes.append(value)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension [Mount] {
    /// Those that hold data that somebody may run out of room for, each device once at its shortest mount point.
    func worthMeasuring(ignoring ignored: [String] = []) -> [Mount] {
        let candidates = filter { mount in
            !mount.isReadOnly && !Mount.pseudoTypes.contains(mount.type) && !Mount.imageTypes.contains(mount.type)
                && !mount.isContainerPart && !ignored.contains(mount.mountpoint)
        }
        let visible = candidates.filter { !isHidden($0) }
        var best: [String: Mount] = [:]
        for mount in visible {
            guard let known = best[mount.device], known.isBetter(than: mount) else {
                best[mount.device] = mount
                continue
            }
        }
        return best.values.sorted { $0.mountpoint < $1.mountpoint }
    }

    /// A later mount at the same place hides it: asking there would answer for the other.
    private func isHidden(_ mount: Mount) -> Bool {
        last { $0.mountpoint == mount.mountpoint }.map { $0 != mount } ?? false
    }
}

extension Mount {
    /// The whole filesystem rather than a part of it, then the shorter path.
    fileprivate func isBetter(than other: Mount) -> Bool {
        if (root == "/") != (other.root == "/") { return root == "/" }
        return mountpoint.count <= other.mountpoint.count
    }

    /// A container's layers and secrets as its host sees them: dozens that lie on a filesystem listed anyway, or in
    /// memory, and that ordinary users may not even ask about.
    var isContainerPart: Bool {
        if type == "overlay" || type == "aufs" { return mountpoint != "/" }
        return type == "tmpfs" && Self.runtimeFolders.contains { mountpoint.hasPrefix($0) }
    }

    /// `/sys` is where older kernels hang their control groups.
    private static let runtimeFolders = [
        "/run/containerd/", "/run/credentials/", "/run/netns/", "/sys/", "/var/lib/containerd/", "/var/lib/containers/",
        "/var/lib/docker/", "/var/lib/kubelet/",
    ]

    /// They hold no data of anybody's, or show another's.
    static let pseudoTypes: Set<String> = [
        "autofs", "binder", "binfmt_misc", "bpf", "cgroup", "cgroup2", "configfs", "debugfs", "devpts", "devtmpfs",
        "efivarfs", "fuse.gvfsd-fuse", "fuse.lxcfs", "fuse.portal", "fuse.snapfuse", "fusectl", "hugetlbfs", "mqueue",
        "nsfs", "proc", "pstore", "ramfs", "rpc_pipefs", "securityfs", "selinuxfs", "smackfs", "sysfs", "tracefs",
    ]

    /// Always full by their nature.
    static let imageTypes: Set<String> = ["cramfs", "erofs", "iso9660", "romfs", "squashfs", "udf"]
}
