import Glibc
import Queries

extension OwnQuery {
    /// Checks questions and that they go together: no two have one name, and no two give one metric to the same server.
    /// Variants for other versions of PostgreSQL give it with the same kind, labels and help.
    ///
    /// - Throws: the first mistake, with its path and line.
    public static func checked(_ files: [SQLFile]) throws(Mistake) -> [OwnQuery] {
        var checked: [OwnQuery] = []
        for file in files {
            let query = try OwnQuery(file)
            for other in checked { try query.checkBeside(other) }
            checked.append(query)
        }
        return checked
    }

    private func checkBeside(_ other: OwnQuery) throws(Mistake) {
        if other.name == name {
            throw Mistake(path: file.path, line: 1, message: "\(other.file.path) has the same name")
        }
        for metric in header.metrics {
            guard let same = other.header.metrics.first(where: { $0.name == metric.name }) else { continue }
            let place = "metric \"\(metric.name)\" is that of \(other.file.path):\(same.line)"
            if header.servers.overlaps(other.header.servers) {
                throw Mistake(path: file.path, line: metric.line, message: "\(place), for the same servers")
            }
            if (metric.kind, metric.help, metric.labels) != (same.kind, same.help, same.labels) {
                throw Mistake(
                    path: file.path, line: metric.line, message: "\(place), with another kind, help or other labels")
            }
        }
    }

    /// The questions of a folder: its files that end in `.sql`, by name. Reads them at once and blocks meanwhile.
    ///
    /// - Throws: the first mistake, with its path and line; also for a folder or file that cannot be read.
    public static func all(in folder: String) throws(Mistake) -> [OwnQuery] {
        var files: [SQLFile] = []
        for name in try names(in: folder) {
            files.append(try SQLFile(path: folder + "/" + name))
        }
        return try checked(files)
    }

    private static func names(in folder: String) throws(Mistake) -> [String] {
        guard let stream = opendir(folder) else { throw unreadable(folder) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(".sql"), !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    fileprivate static func unreadable(_ path: String) -> Mistake {
        Mistake(path: path, line: 1, message: "cannot be read: \(String(cString: strerror(errno)))")
    }
}

extension SQLFile {
    /// A question is a page, not a book; a device or a pipe has no end at all.
    private static let mostBytes = 65_536

    /// Reads a file; blocks meanwhile.
    ///
    /// - Throws: when it cannot be read or is no text of a question's size.
    public init(path: String) throws(SQLHeader.Mistake) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw OwnQuery.unreadable(path) }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: Self.mostBytes + 1)
        var count = 0
        while count < buffer.count {
            let read = buffer.withUnsafeMutableBytes { bytes in
                let free = UnsafeMutableRawBufferPointer(rebasing: bytes[count...])
                return Glibc.read(descriptor, free.baseAddress, free.count)
            }
            guard read >= 0 else { throw OwnQuery.unreadable(path) }
            if read == 0 { break }
            count += read
        }
        guard count <= Self.mostBytes, let text = String(validating: buffer[..<count], as: UTF8.self) else {
            throw SQLHeader.Mistake(path: path, line: 1, message: "is no text of 64 KiB or less in UTF-8")
        }
        let name = path.split(separator: "/").last.map { $0.hasSuffix(".sql") ? $0.dropLast(4) : $0 } ?? ""
        self.init(name: String(name), path: path, text: text)
    }
}
