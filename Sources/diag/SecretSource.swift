import Network
import Sweep

/// Secrets that a command takes: from a file or from the environment, never from an argument, which every process of the
/// machine can read.
enum SecretSource {
    /// The first line of the file, or else the variable; nil without either.
    ///
    /// - Throws: `UsageError` when the file cannot be read or its first line is empty.
    static func value(file: String?, variable: String) throws -> String? {
        guard let file else { return Environment.variables[variable].flatMap { $0.isEmpty ? nil : $0 } }
        let line = try bytes(ofFile: file).prefix { $0 != 10 && $0 != 13 }
        guard !line.isEmpty else { throw UsageError(description: "\(file): its first line is empty") }
        return String(decoding: line, as: UTF8.self)
    }

    /// At most a megabyte.
    static func bytes(ofFile path: String) throws -> [UInt8] {
        do {
            return try TextFile.read(path, upTo: 1 << 20)
        } catch {
            throw UsageError(description: "\(error)")
        }
    }
}
