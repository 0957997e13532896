import Foundation
import Glibc
import Playground

/// Leaves real servers running for anyone who wants to try `diag`, and brings faults about by name.
@main
struct DiagPlayground {
    /// Not `async`: there the main thread waits with all signals let in, and ^C would end us in the middle.
    static func main() {
        Signals.block()
        guard let arguments = Arguments(Array(CommandLine.arguments.dropFirst())) else {
            fail(Arguments.usage, status: 64)
        }
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        Task.detached {
            do {
                try await run(arguments, until: ends)
                exit(0)
            } catch {
                fail("diag-playground: \(error)", status: 1)
            }
        }
        while true {
            Signals.wait()
            end.yield()
        }
    }

    /// - Parameter ends: gives a value when the person wants it to end.
    private static func run(_ arguments: Arguments, until ends: AsyncStream<Void>) async throws {
        switch arguments {
        case .help: print(Arguments.usage)
        case .start(let untilEndOfInput, let faults):
            try await Session().run(until: ends, orEndOfInput: untilEndOfInput, faults: faults)
        case .demo(let diag): try await Demo(diag: diag).run(until: ends)
        case .order(let line, let folder):
            print(try Control.send(line, toFolder: folder ?? theOnlyFolder()), terminator: "")
        }
    }

    private static func theOnlyFolder() -> String {
        let folders = Control.folders()
        if let folder = folders.first, folders.count == 1 { return folder }
        let found = folders.isEmpty ? "no playground runs here" : "several run: " + folders.joined(separator: ", ")
        fail("diag-playground: \(found); name one by --folder", status: 1)
    }

    private static func fail(_ message: String, status: CInt) -> Never {
        FileHandle.standardError.write(Data((message + "\n").utf8))
        exit(status)
    }
}
