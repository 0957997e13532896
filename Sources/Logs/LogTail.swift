import Diagnostics
import Glibc
import Network

/// The end of a log, as bytes, for those who know its lines better than this module does.
public struct LogTail: Sendable {
    /// Where the newest of it is from.
    public let path: String
    /// How many files it is put together from.
    public let fileCount: Int
    public let bytes: [UInt8]

    /// Reads the last bytes of a log and, where that has fewer, of those written before it.
    ///
    /// - Parameters:
    ///   - pattern: a path, perhaps with `*`, `?` and `[…]`: of the files that fit, the one written last is the log.
    ///   - most: how many bytes at most.
    /// - Throws: `.refused` when there is no such file, `.local` when it may not be read, `.misconfigured` when it is no
    ///   regular file, `.timedOut`, `.cancelled`.
    public static func read(
        _ pattern: String, most: Int = 1 << 20, until deadline: Deadline
    ) async throws(ProbeError) -> LogTail {
        try await threads.run("read the log", until: deadline) {
            Result { () throws(ProbeError) in try LogTail(pattern, most) }
        }.get()
    }

    /// A disk may be slow and a network file system may hang.
    private static let threads = BlockingThreads(name: "diag-log-tails", limit: 8)

    private init(_ pattern: String, _ most: Int) throws(ProbeError) {
        let newest = try LogFile(Self.newestFirst(Self.paths(pattern)).first ?? pattern)
        var pieces: [[UInt8]] = []
        var left = most
        for file in [newest] + Self.predecessors(of: newest, pattern) where left > 0 && !file.isCompressed {
            let count = min(left, file.size)
            var bytes = [UInt8](repeating: 0, count: count)
            let read = try file.read(into: &bytes, at: file.size - count, count: count)
            pieces.append(Array(bytes.prefix(read)))
            left -= count
        }
        path = newest.path
        fileCount = pieces.count
        bytes = Array(pieces.reversed().joined())
    }

    /// Those that a rotation has renamed, or that fit the pattern too, the newest first. What cannot be read any more is
    /// left out: the newest was.
    private static func predecessors(of newest: LogFile, _ pattern: String) -> [LogFile] {
        let others = Set(paths(pattern) + RotatedFiles.of(newest.path).map(\.path)).subtracting([newest.path])
        return newestFirst(others).prefix(8).compactMap { try? LogFile($0) }.filter { $0.identity != newest.identity }
    }

    /// By the last write. None of them is opened for that: there may be thousands.
    private static func newestFirst(_ paths: some Sequence<String>) -> [String] {
        paths.map { (path: $0, modified: modified($0)) }
            .sorted { ($1.modified, $0.path) < ($0.modified, $1.path) }.map(\.path)
    }

    /// In seconds since 1970; long ago for what is not there.
    private static func modified(_ path: String) -> Double {
        var status = stat()
        guard stat(path, &status) == 0 else { return -.infinity }
        return Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) / 1e9
    }

    /// What is there and fits; a pattern without `*`, `?` or `[` fits its own path only.
    private static func paths(_ pattern: String) -> [String] {
        var found = glob_t()
        defer { globfree(&found) }
        guard glob(pattern, 0, nil, &found) == 0 else { return [] }
        return (0..<Int(found.gl_pathc)).compactMap { found.gl_pathv[$0].map { String(cString: $0) } }
    }
}
