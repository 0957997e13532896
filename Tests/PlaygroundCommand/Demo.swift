import Foundation
import Glibc
import Playground

/// Real servers, swept while all is well and again when everything goes wrong at once.
struct Demo {
    /// The path of the binary to show.
    let diag: String
    private let playground = Playground()

    init(diag: String) { self.diag = diag }

    /// Ends early, and in order, when `interrupts` gives a value.
    func run(until interrupts: AsyncStream<Void>) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await show() }
            group.addTask { await interrupts.first { _ in true } }
            defer { group.cancelAll() }
            do {
                try await group.next()
            } catch {
                await playground.stop()
                throw error
            }
        }
        await playground.stop()
    }

    /// Lag is over its threshold 30 seconds after replay has stopped, so that fault comes first.
    private func show() async throws {
        say(
            "Starting PostgreSQL with a standby, PgBouncer, Redis with a replica and three Sentinels, nginx, an application"
        )
        let configuration = try await playground.writeConfiguration()
        say("A first sweep, while all is well: what conditions compare with later")
        try await sweep(configuration)
        let began = ContinuousClock.now
        for fault in Self.faults {
            say("Bringing about: \(fault.rawValue)")
            try await playground.bring(fault)
        }
        say("Waiting until the standby is more than 30 seconds behind")
        try await Task.sleep(until: began + .seconds(32))
        try await sweep(configuration)
    }

    /// Sessions of other faults come before the one that takes all that is left.
    private static let faults: [Fault] = [
        .stopReplay, .deadlock, .lockPileup, .crowdConnections, .fillRedis, .failover, .certificate, .instanceDown,
        .errorRate, .slowResponses, .debateTimeout, .quotaExceeded, .authFailures, .rateLimit, .networkLatency, .cpu,
        .memory, .disk,
    ]

    /// - Throws: when the program could not sweep. That it found something wrong is what it is for.
    private func sweep(_ configuration: String) async throws {
        say("$ diag sweep --config \(configuration)")
        let status = try await run([diag, "sweep", "--config", configuration])
        guard (0...3).contains(status) else { throw DemoError(description: "diag ended with status \(status)") }
        say("(exit status \(status))\n")
    }

    private func say(_ text: String) {
        print(text)
        fflush(nil)
    }

    private func run(_ words: [String]) async throws -> CInt {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: words[0])
        process.arguments = Array(words.dropFirst())
        process.standardInput = FileHandle.nullDevice
        return try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do {
                try process.run()
            } catch {
                process.terminationHandler = nil
                continuation.resume(throwing: error)
            }
        }
    }
}

private struct DemoError: Error, CustomStringConvertible {
    let description: String
}
