import Glibc

/// The files of a host's `/proc` and `/sys`, below its root. Reading one never waits for a disk.
struct HostFiles: Sendable {
    let root: String

    init(root: String) { self.root = root.hasSuffix("/") ? String(root.dropLast()) : root }

    var isThisHost: Bool { root.isEmpty }

    func path(_ path: String) -> String { root + path }

    /// Nil when it cannot be read: many of these files depend on the kernel's version and build.
    func read(_ path: String, limit: Int = 1 << 20) -> String? {
        let descriptor = open(self.path(path), O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while bytes.count < limit {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return count == 0 ? String(decoding: bytes, as: UTF8.self) : nil }
            bytes += buffer.prefix(count)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A file that holds one number; nil also for `max`.
    func number(_ path: String) -> Int64? {
        read(path).flatMap { Int64($0.prefix { $0 != "\n" }) }
    }

    /// Lines of `KEY VALUE`, as cgroups and `/proc/vmstat` have them.
    func keyedNumbers(_ path: String) -> [String: Int64] {
        let lines = read(path)?[...].lines ?? []
        return Dictionary(
            lines.compactMap { line in
                let words = line.words()
                return words.count == 2 ? Int64(words[1]).map { (String(words[0]), $0) } : nil
            }, uniquingKeysWith: { $1 })
    }
}
