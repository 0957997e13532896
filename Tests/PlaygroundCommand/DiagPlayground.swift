import Foundation
import Glibc
import Playground

/// Leaves real servers running for anyone who wants to try `diag`, and brings faults about by name.
@main
struct DiagPlayground {
    static func main() async {
        blockSignals()
        guard let arguments = Arguments(Array(CommandLine.arguments.dropFirst())) else {
            fail(Arguments.usage, status: 64)
        }
        do {
            try await run(arguments)
        } catch {
            fail("diag-playground: \(error)", status: 1)
        }
    }

    private static func run(_ arguments: Arguments) async throws {
        switch arguments {
        case .help: print(Arguments.usage)
        case .start(let untilEndOfInput, let faults):
            try await Session().run(untilEndOfInput: untilEndOfInput, faults: faults)
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
