import Foundation
import Glibc
import Playground

/// A playground that runs until it is told to end: by `quit`, by ^C, or by the end of its input where that is wanted.
struct Session {
    private let playground = Playground()

    /// - Parameters:
    ///   - interrupts: gives a value at ^C.
    ///   - faults: the names of those to begin with.
    func run(until interrupts: AsyncStream<Void>, orEndOfInput: Bool, faults: [String]) async throws {
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        Task {
            for await _ in interrupts { end.yield() }
        }
        do {
            try await start(Control(of: playground), faults: faults, endsWithInput: orEndOfInput) { end.yield() }
            await ends.first { _ in true }
        } catch {
            await playground.stop()
            throw error
        }
        await playground.stop()
    }

    private func start(
        _ control: Control, faults: [String], endsWithInput: Bool, quit: @escaping @Sendable () -> Void
    ) async throws {
        let configuration = try await playground.writeConfiguration()
        try await control.listen(quit: quit)
        print(try await introduction(configuration), terminator: "")
        for fault in faults { print(await control.answer(to: "bring \(fault)") ?? "") }
        fflush(nil)
        takeOrders(control, quit: quit, endsWithInput: endsWithInput)
    }

    private func introduction(_ configuration: String) async throws -> String {
        let text = try String(contentsOfFile: configuration, encoding: .utf8)
        let faults = await Control(of: playground).answer(to: "list") ?? ""
        return """
            \(text)
            The configuration above is in
                \(configuration)
            Try, in another shell:
                diag sweep --config \(configuration)
                diag-playground bring deadlock
            Faults, and the alert that each is about:
            \(faults)
            Orders: bring FAULT, mend FAULT, list, quit. ^C ends everything.

            """
    }
}

/// One line after the other from standard input.
private func takeOrders(_ control: Control, quit: @escaping @Sendable () -> Void, endsWithInput: Bool) {
    let (lines, input) = AsyncStream.makeStream(of: String.self)
    let reader = Thread {
        while let line = readLine() { input.yield(line) }
        input.finish()
    }
    reader.start()
    Task {
        for await line in lines {
            guard let answer = await control.answer(to: line) else { return quit() }
            print(answer)
            fflush(nil)
        }
        if endsWithInput { quit() }
    }
}
