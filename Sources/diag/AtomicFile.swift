import Glibc
import Network

/// A file that is replaced whole or not at all: readers see the old content or the new, whatever happens in between.
///
/// The new content goes into a hidden file of the same folder, reaches the disk, and is then renamed over the old one. Who
/// is killed half-way leaves such a file behind; as its lock has gone with the process, the next one knows it and removes
/// it.
enum AtomicFile {
    /// Replaces the file, mode 0644 whatever the umask, as node_exporter reads it as another user. A symbolic link is
    /// followed.
    ///
    /// - Throws: `OutputError`, which says what became of the old file: nothing, but for a folder that cannot be synced.
    static func write(_ text: String, to path: String) throws(OutputError) {
        let path = try real(path)
        let (folder, name) = parts(path)
        removeLeftovers(of: name, in: folder)
        do throws(SystemError) {
            let temporary = try TemporaryFile.make(folder, prefix(of: name))
            try temporary.become(path, holding: Array(text.utf8))
        } catch {
            throw OutputError(message: "\(path): \(error.words); the old file is as it was")
        }
        guard sync(folder) == 0 else {
            throw OutputError(
                message: "\(path): it is written, but its folder could not be synced: \(describe(errno: errno))")
        }
    }

    /// Where the path leads. What is there must be a file: a device or a pipe is not to be replaced by one.
    private static func real(_ path: String) throws(OutputError) -> String {
        var status = stat()
        guard stat(path, &status) == 0 else { return path }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw OutputError(message: "\(path): is no regular file, so that it cannot be replaced by one")
        }
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private static func parts(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path) }
        let folder = path[..<slash]
        return (folder.isEmpty ? "/" : String(folder), String(path[path.index(after: slash)...]))
    }

    /// Hidden, and of another ending than `.prom`, which is what node_exporter looks for.
    private static func prefix(of name: String) -> String { ".\(name).diag-" }

    /// Of processes that were killed; those that are being written are locked.
    private static func removeLeftovers(of name: String, in folder: String) {
        guard let directory = opendir(folder) else { return }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let found = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard found.hasPrefix(prefix(of: name)) else { continue }
            let descriptor = open("\(folder)/\(found)", O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
            guard descriptor >= 0 else { continue }
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { unlink("\(folder)/\(found)") }
            close(descriptor)
        }
    }

    private static func sync(_ folder: String) -> CInt {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return -1 }
        defer { close(descriptor) }
        return fsync(descriptor)
    }
}

/// A system call's errno.
private struct SystemError: Error {
    let code: CInt
    var words: String { describe(errno: code) }

    /// - Throws: when the call failed.
    static func check(_ result: CInt) throws(SystemError) { if result != 0 { throw SystemError(code: errno) } }
}

/// Sole owner of a file that is not there yet for anybody else, locked for as long as it is open.
private struct TemporaryFile: ~Copyable {
    private let descriptor: CInt
    private let path: String

    private init(owning descriptor: CInt, _ path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit { close(descriptor) }

    static func make(_ folder: String, _ prefix: String) throws(SystemError) -> TemporaryFile {
        while true {
            var template = Array("\(folder)/\(prefix)XXXXXX".utf8CString)
            let descriptor = mkstemp(&template)
            guard descriptor >= 0 else { throw SystemError(code: errno) }
            let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
            let file = TemporaryFile(owning: descriptor, path)
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            // Another one may have taken it for a leftover before it was locked.
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0, file.isThere { return file }
        }
    }

    private var isThere: Bool {
        var status = stat()
        return fstat(descriptor, &status) == 0 && status.st_nlink > 0
    }

    /// Takes the place of whatever has that name, with all of the bytes on the disk; goes away where that fails.
    consuming func become(_ name: String, holding bytes: [UInt8]) throws(SystemError) {
        do throws(SystemError) {
            try fill(bytes)
            try SystemError.check(rename(path, name))
        } catch {
            unlink(path)
            throw error
        }
    }

    private borrowing func fill(_ bytes: [UInt8]) throws(SystemError) {
        try SystemError.check(fchmod(descriptor, 0o644))
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                throw SystemError(code: errno)
            }
        }
        try SystemError.check(fsync(descriptor))
    }
}
