import Glibc

/// A file that could not be read, with the system's reason.
public struct FileError: Error, Sendable, CustomStringConvertible {
    public let path: String
    public let message: String
    public var description: String { "\(path): \(message)" }

    public init(path: String, message: String) {
        self.path = path
        self.message = message
    }
}

/// Small files that are read whole: configurations, secrets, certificates. Blocks: before a sweep begins, or on a thread of
/// `BlockingThreads`.
public enum TextFile {
    /// As much as anybody would write by hand, in bytes.
    public static let largest = 4 << 20

    /// - Throws: when the file cannot be opened or read, or holds more than `limit` bytes.
    public static func read(_ path: String, upTo limit: Int) throws(FileError) -> [UInt8] {
        // O_NONBLOCK: a FIFO in the file's place must not hang us.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw FileError(path: path, message: describe(errno: errno)) }
        defer { close(descriptor) }
        return try read(descriptor, named: path, upTo: limit)
    }

    /// Standard input to its end, however long whoever writes it takes.
    ///
    /// - Throws: as the other does.
    public static func readStandardInput(upTo limit: Int) throws(FileError) -> [UInt8] {
        try read(STDIN_FILENO, named: "standard input", upTo: limit)
    }

    private static func read(
        _ descriptor: CInt, named path: String, upTo limit: Int
    ) throws(FileError) -> [UInt8] {
        var bytes: [UInt8] = []
        // Not all the room that `limit` allows: clearing megabytes took longer than reading the file.
        var piece = [UInt8](repeating: 0, count: 16 << 10)
        while bytes.count <= limit {
            let count = Glibc.read(descriptor, &piece, piece.count)
            guard count >= 0 else { throw FileError(path: path, message: describe(errno: errno)) }
            guard count > 0 else { return bytes }
            bytes += piece.prefix(count)
        }
        throw FileError(path: path, message: "longer than \(limit) bytes")
    }

    public static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
}
