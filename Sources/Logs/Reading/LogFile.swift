import Diagnostics
import Glibc
import Network

/// One file of a log, opened: whatever it is renamed to afterwards, the same bytes are read.
final class LogFile {
    /// Tells files apart, whatever they are called.
    struct Identity: Hashable {
        let device: dev_t
        let inode: ino_t
    }

    let path: String
    let identity: Identity
    /// When it was opened. What is written later belongs to the next sweep.
    let size: Int
    /// Of the last write, in seconds since 1970.
    let modified: Double
    private let descriptor: Descriptor

    init(_ path: String) throws(ProbeError) {
        descriptor = try Descriptor.open(path)
        let status = try descriptor.status()
        self.path = path
        identity = Identity(device: status.st_dev, inode: status.st_ino)
        size = Int(status.st_size)
        modified = Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) / 1e9
    }

    /// `auth.log`
    var name: String { String(path.split(separator: "/").last ?? "") }

    /// By its first two bytes, not by its name (RFC 1952, 2.3.1).
    var isCompressed: Bool {
        var magic = [UInt8](repeating: 0, count: 2)
        return (try? read(into: &magic, at: 0, count: 2)) == 2 && magic == [0x1F, 0x8B]
    }

    /// Whether it became shorter since it was opened: it was truncated after a copy of it was made.
    var hasShrunk: Bool { (try? descriptor.status()).map { Int($0.st_size) < size } ?? false }

    /// Fewer bytes than asked for at the end of the file only.
    func read(into buffer: inout [UInt8], from start: Int = 0, at offset: Int, count: Int) throws(ProbeError) -> Int {
        var done = 0
        while done < count {
            let number = descriptor.number
            let got = buffer.withUnsafeMutableBytes { bytes in
                bytes.baseAddress.map { pread(number, $0 + start + done, count - done, off_t(offset + done)) } ?? 0
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw ProbeError(errno: errno, step: "read the log", on: path) }
            if got == 0 { break }
            done += got
        }
        return done
    }
}
