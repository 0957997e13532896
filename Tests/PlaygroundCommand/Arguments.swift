/// What was asked for on the command line.
enum Arguments {
    case start(untilEndOfInput: Bool, faults: [String])
    /// With the path of the binary to show.
    case demo(diag: String)
    case order(String, folder: String?)
    case help

    static let usage = """
        usage: diag-playground [start] [--until-eof] [--bring FAULT]...
               diag-playground demo --diag BINARY
               diag-playground bring|mend FAULT [--folder DIR]
               diag-playground list|quit [--folder DIR]

        start      starts real servers on unused ports of 127.0.0.1, writes a configuration
                   for diag, and takes the other orders as lines on standard input
        demo       starts them, brings every fault about, shows what diag says, and ends
        --until-eof  ends at the end of standard input too, not only at quit and ^C
        --folder   the folder of the playground meant; needed only when several run
        """

    /// `nil` when it makes no sense.
    init?(_ words: [String]) {
        var rest = words[...]
        var plain: [String] = []
        var folder: String?
        var faults: [String] = []
        var diag: String?
        var untilEndOfInput = false
        while let word = rest.popFirst() {
            switch word {
            case "--until-eof": untilEndOfInput = true
            case "--folder":
                guard let value = rest.popFirst() else { return nil }
                folder = value
            case "--diag":
                guard let value = rest.popFirst() else { return nil }
                diag = value
            case "--bring":
                guard let value = rest.popFirst() else { return nil }
                faults.append(value)
            case "-h", "--help":
                self = .help
                return
            default: plain.append(word)
            }
        }
        switch (plain.first ?? "start", plain.count) {
        case ("start", 0...1): self = .start(untilEndOfInput: untilEndOfInput, faults: faults)
        case ("demo", 1):
            guard let diag else { return nil }
            self = .demo(diag: diag)
        case ("bring", 2), ("mend", 2), ("list", 1), ("quit", 1):
            self = .order(plain.joined(separator: " "), folder: folder)
        default: return nil
        }
    }
}
