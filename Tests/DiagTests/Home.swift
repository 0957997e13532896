import Foundation

/// A person's home of a test's own: `diag` finds there its configuration and keeps there its history, and nothing of
/// the machine's reaches it. Gone with the last reference.
final class Home: Sendable {
    let root: String

    init() {
        var template = Array("/tmp/diag-home-XXXXXX".utf8CString)
        precondition(mkdtemp(&template) != nil, "no temporary folder")
        root = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    var environment: [String: String] {
        [
            "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC", "HOME": root, "XDG_CONFIG_HOME": path("config"),
            "XDG_STATE_HOME": path("state"),
        ]
    }

    func path(_ name: String) -> String { root + "/" + name }

    /// - Returns: the path of the file; folders on the way are made.
    @discardableResult
    func write(_ text: String, to name: String, mode: mode_t = 0o600) throws -> String {
        let path = path(name)
        let folder = (path as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        chmod(path, mode)
        return path
    }

    /// Where `diag` looks by itself.
    @discardableResult
    func configure(_ yaml: String) throws -> String { try write(yaml, to: "config/diag/diag.yaml") }
}
