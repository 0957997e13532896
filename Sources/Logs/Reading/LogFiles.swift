import Diagnostics
import Glibc

/// A log with as many of its rotated predecessors as reach back to the window's beginning, all opened before the first is
/// read: a rotation that comes later renames them, and changes nothing of what is read.
struct LogFiles {
    /// The newest first.
    private(set) var files: [LogFile] = []
    private(set) var problems: [ProbeError] = []

    /// A rotation that goes on while files are opened makes it necessary to begin again, a little later each time.
    private static let attempts = 6

    /// So many are opened at most: each takes a descriptor.
    private static let limit = 64

    /// - Throws: when the log cannot be opened and there is no recent predecessor either; `Interrupted`.
    init(_ path: String, coverage: Coverage) throws {
        for attempt in 1...Self.attempts {
            var opened = LogFiles()
            let isSettled = try opened.open(path, coverage, mayBeMissing: attempt <= 2)
            self = opened
            if isSettled { return }
            try coverage.interruption.check()
            usleep(UInt32(1000 << attempt))
        }
    }

    private init() {}

    /// - Returns: false when names changed meanwhile, or the log isn't there, perhaps because it is being rotated right now.
    private mutating func open(_ path: String, _ coverage: Coverage, mayBeMissing: Bool) throws -> Bool {
        let missing = try openCurrent(path)
        if try files.first.map(coverage.reaches) != true {
            let candidates = RotatedFiles.of(path)
            try open(candidates, coverage)
            // Reading a folder is not atomic: a file may be missed that is renamed at the same time.
            let names = RotatedFiles.names(of: RotatedFiles.of(path))
            guard names == RotatedFiles.names(of: candidates) else { return false }
        }
        if files.isEmpty, let missing {
            guard mayBeMissing else { throw missing }
            return false
        }
        return isSettled(path)
    }

    /// - Returns: the error of a log that isn't there: just renamed, and not created anew before there is something to write.
    private mutating func openCurrent(_ path: String) throws(ProbeError) -> ProbeError? {
        do {
            files.append(try LogFile(path))
            return nil
        } catch {
            guard error.kind == .refused else { throw error }
            return error
        }
    }

    private mutating func open(_ predecessors: [RotatedFiles.Candidate], _ coverage: Coverage) throws {
        for candidate in predecessors where candidate.modified >= coverage.from {
            guard files.count < Self.limit else {
                problems.append(.tooMany)
                break
            }
            guard !candidate.isForeign else {
                problems.append(.foreign(candidate.path))
                break
            }
            do {
                let file = try LogFile(candidate.path)
                if try isKnown(file, coverage) { continue }
                files.append(file)
                if try coverage.reaches(file) { break }
            } catch let error as ProbeError {
                problems.append(error)
                break
            }
        }
    }

    /// The same file under another name, or a copy that was made before its original is truncated (copytruncate).
    private func isKnown(_ file: LogFile, _ coverage: Coverage) throws -> Bool {
        if files.contains(where: { $0.identity == file.identity }) { return true }
        return try files.first.map { try coverage.isCopy(file, of: $0) } ?? false
    }

    private func isSettled(_ path: String) -> Bool {
        var status = stat()
        let identity = stat(path, &status) == 0 ? LogFile.Identity(device: status.st_dev, inode: status.st_ino) : nil
        let isSame = files.first.map { $0.path != path || $0.identity == identity } ?? true
        return isSame && !files.contains(where: \.wasTruncated)
    }
}

extension ProbeError {
    fileprivate static let tooMany = ProbeError(
        .local, step: "read the log", message: "it was rotated more often in the window than files are opened")

    fileprivate static func foreign(_ path: String) -> ProbeError {
        ProbeError(
            .local, step: "read the log", message: "\(path) belongs to the window, but only gzip's compression is read",
            advice: "let logrotate compress with gzip, or with delaycompress")
    }
}
