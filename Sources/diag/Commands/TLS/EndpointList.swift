import Diagnostics
import Network
import Sweep

/// Servers in a file, one a line.
struct EndpointList {
    private let listed: Set<String>

    init(_ words: [String]) { listed = Set(words) }

    /// What is wrong with a word of the file is shown in its target's place; with one that was typed it is an error.
    func targets(_ locator: TargetLocator, _ word: String?) throws -> [ConfiguredTarget] {
        guard let word, listed.contains(word) else { return try locator.targets(.tls, word) }
        return locator.listed(.tls, word)
    }

    /// The first word of each line; what follows a `#` is left out.
    ///
    /// - Throws: `ProbeError` for a file that cannot be read.
    static func words(inFile path: String) throws -> [String] {
        do throws(FileError) {
            let limit = 64 << 20
            let bytes =
                try path == "-" ? TextFile.readStandardInput(upTo: limit) : TextFile.read(path, upTo: limit)
            return words(of: String(decoding: bytes, as: UTF8.self))
        } catch {
            throw ProbeError(.misconfigured, step: "read the list of servers", message: "\(error)")
        }
    }

    static func words(of text: String) -> [String] {
        text.split(whereSeparator: \.isNewline).compactMap { line in
            line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace).first.map(String.init)
        }
    }
}
