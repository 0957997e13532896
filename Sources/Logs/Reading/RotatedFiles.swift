import Glibc

/// The files that a log has been rotated into, found by their names beside it.
enum RotatedFiles {
    struct Candidate {
        let path: String
        let identity: LogFile.Identity
        /// Of the last write, in seconds since 1970. Renaming and gzip keep it.
        let modified: Double
        /// Compressed in a way that is not read here.
        var isForeign: Bool { [".xz", ".bz2", ".zst", ".lz4"].contains { path.hasSuffix($0) } }
    }

    /// The newest first. While one is being compressed there are two of it; only the plain one is whole.
    static func of(_ path: String) -> [Candidate] {
        let (folder, name) = split(path)
        let names = names(in: folder.isEmpty ? "." : folder).filter { isRotated($0, from: name) }
        let whole = names.filter { file in !names.contains { $0 != file && $0 == withoutCompression(file) } }
        return whole.compactMap { candidate(folder + $0) }.sorted(by: isNewer)
    }

    /// Which file has which name: what a rotation changes.
    static func names(of candidates: [Candidate]) -> [String: LogFile.Identity] {
        Dictionary(candidates.map { ($0.path, $0.identity) }, uniquingKeysWith: { $1 })
    }

    /// `auth.log.1`, `auth.log-20261123`, `auth.log.2026-11-23_09`, and with the number before the ending as in
    /// `auth-20261123.log` and `auth.1.log`; perhaps compressed.
    static func isRotated(_ file: String, from name: String) -> Bool {
        let plain = withoutCompression(file)
        if plain.hasPrefix(name) { return isMark(plain.dropFirst(name.count)) }
        guard let dot = name.lastIndex(of: "."), plain.hasSuffix(name[dot...]), plain.hasPrefix(name[..<dot]) else {
            return false
        }
        return isMark(plain.dropFirst(name[..<dot].count).dropLast(name[dot...].count))
    }

    private static func isMark(_ text: Substring) -> Bool {
        guard let separator = text.first, ".-_".contains(separator), let digit = text.dropFirst().first else {
            return false
        }
        return digit.isASCII && digit.isNumber
            && text.dropFirst().allSatisfy { $0.isASCII && ($0.isNumber || "-_.:TZ".contains($0)) }
    }

    /// By the last write; where that was at the same time, `.1` is newer than `.2`, and a later date than an earlier one.
    private static func isNewer(_ left: Candidate, _ right: Candidate) -> Bool {
        guard left.modified == right.modified else { return left.modified > right.modified }
        let (a, b) = (digits(left.path), digits(right.path))
        guard a.count == b.count else { return a.count < b.count }
        return a.count >= 6 ? a > b : a < b
    }

    private static func digits(_ path: String) -> String { String(split(path).name.filter(\.isNumber)) }

    private static func withoutCompression(_ file: String) -> String {
        for suffix in [".gz", ".xz", ".bz2", ".zst", ".lz4"] where file.hasSuffix(suffix) {
            return String(file.dropLast(suffix.count))
        }
        return file
    }

    private static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return ("", path) }
        return (String(path[...slash]), String(path[path.index(after: slash)...]))
    }

    private static func candidate(_ path: String) -> Candidate? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        let modified = Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) / 1e9
        let identity = LogFile.Identity(device: status.st_dev, inode: status.st_ino)
        return Candidate(path: path, identity: identity, modified: modified)
    }

    private static func names(in folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) { name in
                    name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                })
        }
        return names
    }
}
