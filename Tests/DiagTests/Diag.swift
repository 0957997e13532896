import Foundation
import Testing

/// What a run of the binary left.
struct Outcome: Sendable, CustomTestStringConvertible {
    let status: Int32
    let output: String
    let errors: String

    var everything: String { output + errors }
    var lines: [String] { output.split(separator: "\n").map(String.init) }

    /// The document of `--format json`.
    var json: [String: Any] {
        get throws {
            let value = try JSONSerialization.jsonObject(with: Data(output.utf8))
            guard let object = value as? [String: Any] else { throw DiagError("no JSON object: \(output)") }
            return object
        }
    }

    var testDescription: String { "status \(status)\n--- output\n\(output)--- errors\n\(errors)" }
}

struct DiagError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// The binary that was built beside these tests.
enum Diag {
    static let path: String = {
        let candidates = ["/proc/self/exe", CommandLine.arguments[0], Bundle.main.executablePath ?? ""].map {
            URL(fileURLWithPath: $0).resolvingSymlinksInPath().deletingLastPathComponent().path + "/diag"
        }
        guard let found = candidates.first(where: FileManager.default.isExecutableFile(atPath:)) else {
            preconditionFailure("the diag binary is not beside the tests: \(candidates)")
        }
        return found
    }()

    /// Runs it to its end.
    static func run(
        _ arguments: String..., in home: Home = Home(), environment: [String: String] = [:],
        output: Stream = .pipe(), errors: Stream = .pipe()
    ) async throws -> Outcome {
        try await run(arguments, in: home, environment: environment, output: output, errors: errors)
    }

    /// - Parameter prefix: words that go before the command, such as those that run it in another network.
    static func run(
        _ arguments: [String], in home: Home = Home(), environment: [String: String] = [:],
        output: Stream = .pipe(), errors: Stream = .pipe(), behind prefix: [String] = []
    ) async throws -> Outcome {
        let running = try start(
            arguments, in: home, environment: environment, output: output, errors: errors, behind: prefix)
        return try await running.end()
    }

    static func start(
        _ arguments: [String], in home: Home, environment: [String: String] = [:], output: Stream = .pipe(),
        errors: Stream = .pipe(), behind prefix: [String] = [], readsKeys: Bool = false
    ) throws -> Running {
        let variables = home.environment.merging(environment) { $1 }
        let process = try Child.spawn(
            prefix + [path] + arguments, variables, input: readsKeys ? output.childEnd : -1, output: output.childEnd,
            errors: errors.childEnd)
        output.closeChildEnd()
        errors.closeChildEnd()
        return Running(process, output, errors, home)
    }
}
