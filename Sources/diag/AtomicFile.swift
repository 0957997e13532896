import Glibc
import Network

/// A file that is replaced whole or not at all: readers see the old content or the new, whatever happens in between.
enum AtomicFile {
    /// Writes a temporary file in the same folder, syncs it, and renames it over `path`; mode 0644, as node_exporter
    /// reads it as another user.
    ///
    /// - Throws: `OutputError`; the old file is then as it was, and the temporary one gone.
    static func write(_ text: String, to path: String) throws(OutputError) {
        let temporary = "\(path).\(getpid()).tmp"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure(path, errno) }
        var code = fchmod(descriptor, 0o644) == 0 ? writeAll(Array(text.utf8), to: descriptor) : errno
        if code == 0, fsync(descriptor) != 0 { code = errno }
        if close(descriptor) != 0, code == 0 { code = errno }
        if code == 0, rename(temporary, path) != 0 { code = errno }
        guard code == 0 else {
            unlink(temporary)
            throw failure(path, code)
        }
    }

    /// Zero or errno.
    private static func writeAll(_ bytes: [UInt8], to descriptor: CInt) -> CInt {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                return errno
            }
        }
        return 0
    }

    private static func failure(_ path: String, _ code: CInt) -> OutputError {
        OutputError(message: "\(path): \(describe(errno: code)); the old file is as it was")
    }
}
