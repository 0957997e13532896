import Foundation
import Glibc

/// A program of the system's that judges our output, run to its end.
public struct ProgramResult: Sendable {
    public let status: Int32
    /// Standard output and standard error as they came.
    public let output: String
}

extension Playground {
    /// Runs promtool, amtool or the like to its end, in the playground's folder.
    ///
    /// - Parameters:
    ///   - folder: where it must be, where another one of that name may come first.
    ///   - package: Debian's, for the error where the program is missing: that is a failure, never a reason to skip.
    ///   - input: its standard input.
    public func run(
        _ name: String, of package: String, _ arguments: [String], input: String = "", in folder: String? = nil
    ) async throws -> ProgramResult {
        let ground = try await startedGround()
        return try await onThread {
            try ground.result(of: Tool(name: name, package: package, folder: folder), arguments, input)
        }
    }

    /// Writes a file below the playground's folder that every server can read.
    /// - Returns: its path.
    public func write(_ text: String, to name: String) async throws -> String {
        let path = try await folder() + "/" + name
        try await onThread {
            let folder = (path as NSString).deletingLastPathComponent
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            chmod(path, 0o644)
        }
        return path
    }
}

extension Ground {
    fileprivate func result(of tool: Tool, _ arguments: [String], _ input: String) throws -> ProgramResult {
        let base = "\(folder)/\(tool.name).\(UUID().uuidString)"
        let (inputPath, outputPath) = (base + ".input", base + ".output")
        try input.write(toFile: inputPath, atomically: false, encoding: .utf8)
        defer { for path in [inputPath, outputPath] { unlink(path) } }
        let descriptor = open(inputPath, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw PlaygroundError.system("open \(inputPath)") }
        defer { close(descriptor) }
        let words = [try tool.path()] + arguments
        let command = Command(name: tool.name, words: words, folder: folder, output: outputPath, input: descriptor)
        let child = try command.spawned(inGroup: group)
        try child.waitForEnd(within: .seconds(60))
        let output = (try? String(contentsOfFile: outputPath, encoding: .utf8)) ?? ""
        let status = child.exitStatus ?? 0
        return ProgramResult(status: status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + status & 0x7F, output: output)
    }
}

extension Playground {
    /// Has OpenMetrics's reference parser read a page; it refuses whatever the specification forbids.
    public func parsedStrictly(_ page: String) async throws -> ProgramResult {
        let script = """
            import sys
            from prometheus_client.openmetrics.parser import text_string_to_metric_families
            families = list(text_string_to_metric_families(sys.stdin.buffer.read().decode('utf-8')))
            print(len(families), 'families')
            """
        // Debian's own, whichever others there are.
        return try await run("python3", of: "python3-prometheus-client", ["-c", script], input: page, in: "/usr/bin")
    }
}
