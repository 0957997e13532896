import Glibc

/// Who may read a file.
public struct FileFacts: Sendable, Hashable {
    /// Permission bits: 0o640.
    public let mode: mode_t
    public let owner: uid_t
    public let changed: Double

    /// Nil for a file that cannot be looked at.
    init?(_ path: String) {
        var facts = stat()
        guard stat(path, &facts) == 0 else { return nil }
        mode = facts.st_mode & 0o7777
        owner = facts.st_uid
        changed = Double(facts.st_mtim.tv_sec)
    }

    /// Others than its owner and its group may read it.
    public var isPublic: Bool { mode & 0o004 != 0 }

    /// Others than its owner may write it.
    public var isWritable: Bool { mode & 0o022 != 0 }

    /// `0640`.
    public var words: String {
        let digits = String(mode, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
