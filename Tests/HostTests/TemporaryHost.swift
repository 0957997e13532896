import Foundation

/// A folder that stands for a host's root; goes when the last reference is dropped.
final class TemporaryHost: Sendable {
    let root: String

    /// - Parameter files: path below the root, and what is in it.
    init(_ files: [String: String]) throws {
        root = FileManager.default.temporaryDirectory.path + "/diag-host-\(UUID().uuidString)"
        for (path, text) in files { try write(text, to: path) }
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    func write(_ text: String, to path: String) throws {
        let full = root + path
        let folder = URL(fileURLWithPath: full).deletingLastPathComponent().path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try text.write(toFile: full, atomically: true, encoding: .utf8)
    }
}
