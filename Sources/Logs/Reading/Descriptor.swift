import Diagnostics
import Glibc
import Network

/// Sole owner of a descriptor of a regular file, open for reading.
struct Descriptor: ~Copyable {
    let number: CInt

    private init(owning number: CInt) { self.number = number }

    deinit { close(number) }

    /// Never hangs: what isn't a regular file is refused before it is opened, and should it be replaced by a FIFO or a
    /// device in between, O_NONBLOCK returns at once.
    ///
    /// - Throws: `.refused` when there is no such file, `.misconfigured` when it is none, `.local` when it may not be read.
    static func open(_ path: String) throws(ProbeError) -> Descriptor {
        var status = stat()
        guard stat(path, &status) == 0 else { throw .opening(path, errno: errno) }
        try requireRegular(status, path)
        let number = Glibc.open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
        guard number >= 0 else { throw .opening(path, errno: errno) }
        let descriptor = Descriptor(owning: number)
        try requireRegular(try descriptor.status(), path)
        return descriptor
    }

    borrowing func status() throws(ProbeError) -> stat {
        var status = stat()
        guard fstat(number, &status) == 0 else { throw ProbeError(errno: errno, step: "examine the log") }
        return status
    }

    private static func requireRegular(_ status: stat, _ path: String) throws(ProbeError) {
        guard status.st_mode & S_IFMT != S_IFREG else { return }
        throw ProbeError(
            .misconfigured, step: "open the log", message: "\(path) is \(kind(status.st_mode)), not a regular file",
            advice: "name the log file itself")
    }

    private static func kind(_ mode: mode_t) -> String {
        switch mode & S_IFMT {
        case S_IFDIR: "a directory"
        case S_IFIFO: "a FIFO"
        case S_IFSOCK: "a socket"
        default: "a device"
        }
    }
}

extension ProbeError {
    fileprivate static func opening(_ path: String, errno code: CInt) -> ProbeError {
        ProbeError(
            code == ENOENT || code == ENOTDIR ? .refused : .local, step: "open the log",
            message: "\(path): \(describe(errno: code))", advice: advice(path, code))
    }

    private static func advice(_ path: String, _ code: CInt) -> String? {
        switch code {
        case ENOENT, ENOTDIR: "see whether the path is right, and whether the service has written a line yet"
        case EACCES, EPERM: accessAdvice(path)
        default: nil
        }
    }

    /// A file that its group may read needs membership only, `adm` in most cases.
    private static func accessAdvice(_ path: String) -> String {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IRGRP != 0, let group = groupName(status.st_gid) else {
            return "run diag as a user who may read it, or let one: setfacl -m u:USER:r \(path)"
        }
        return "make the user that runs diag a member of the group that may read it: usermod -aG \(group) USER"
    }

    private static func groupName(_ id: gid_t) -> String? {
        var entry = group()
        var buffer = [CChar](repeating: 0, count: 4096)
        var found: UnsafeMutablePointer<group>?
        guard getgrgid_r(id, &entry, &buffer, buffer.count, &found) == 0, found != nil, let name = entry.gr_name else {
            return nil
        }
        return String(cString: name)
    }
}
