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
    /// The first bytes when it was opened: what a later content of the same file would not begin with.
    private let head: [UInt8]
    private let descriptor: Descriptor

    init(_ path: String) throws(ProbeError) {
        descriptor = try Descriptor.open(path)
        let status = try descriptor.status()
        self.path = path
        identity = Identity(device: status.st_dev, inode: status.st_ino)
        size = Int(status.st_size)
        head = try Self.head(of: descriptor, size, path)
        modified = Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) / 1e9
    }

    /// `auth.log`
    var name: String { String(path.split(separator: "/").last ?? "") }

    /// By its first two bytes, not by its name (RFC 1952, 2.3.1).
    var isCompressed: Bool { head.starts(with: [0x1F, 0x8B]) }

    var sizeNow: Int { (try? descriptor.status()).map { Int($0.st_size) } ?? 0 }

    /// Whether what was seen when it was opened is there no more: it was truncated, perhaps after a copy was made, and may
    /// have grown again since.
    var wasTruncated: Bool {
        guard let status = try? descriptor.status(), Int(status.st_size) >= size else { return true }
        return (try? Self.head(of: descriptor, size, path)) != head
    }

    /// Fewer bytes than asked for at the end of the file only.
    func read(into buffer: inout [UInt8], from start: Int = 0, at offset: Int, count: Int) throws(ProbeError) -> Int {
        try Self.read(descriptor, path, into: &buffer, from: start, at: offset, count: count)
    }

    /// For zlib, which owns and closes it; it reads from the file's beginning.
    func duplicate() throws(ProbeError) -> CInt {
        let number = fcntl(descriptor.number, F_DUPFD_CLOEXEC, 0)
        guard number >= 0, lseek(number, 0, SEEK_SET) == 0 else {
            let error = ProbeError(errno: errno, step: "read the log", on: path)
            if number >= 0 { close(number) }
            throw error
        }
        return number
    }

    private static func head(of descriptor: borrowing Descriptor, _ size: Int, _ path: String) throws(ProbeError)
        -> [UInt8]
    {
        var head = [UInt8](repeating: 0, count: min(size, 256))
        let count = try read(descriptor, path, into: &head, from: 0, at: 0, count: head.count)
        return Array(head.prefix(count))
    }

    private static func read(
        _ descriptor: borrowing Descriptor, _ path: String, into buffer: inout [UInt8], from start: Int, at offset: Int,
        count: Int
    ) throws(ProbeError) -> Int {
        let number = descriptor.number
        var done = 0
        while done < count {
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
