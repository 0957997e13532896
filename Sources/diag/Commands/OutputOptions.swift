import ArgumentParser

/// Where the answer goes.
struct OutputOptions: ParsableArguments {
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Write to this file in place of standard output.",
            discussion: "It is replaced whole or not at all; when it cannot be, the exit code is 74.",
            valueName: "file"), completion: .file())
    var output: String?

    /// - Throws: `OutputError`.
    func write(_ text: String) throws(OutputError) {
        guard let output else { return try Output.write(text) }
        try AtomicFile.write(text, to: output)
    }

    /// The same with what comes in pieces, all of which are there before a file is touched.
    func write(
        pieces: (_ sink: ([UInt8]) throws(OutputError) -> Void) throws(OutputError) -> Void
    ) throws(OutputError) {
        guard output != nil else { return try pieces { (bytes) throws(OutputError) in try Output.write(bytes) } }
        var all: [UInt8] = []
        try pieces { all += $0 }
        try write(String(decoding: all, as: UTF8.self))
    }
}
