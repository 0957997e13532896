/// A command and its arguments. They are counted bytes on the wire, so that nothing in them needs quoting and a key
/// can never become a command.
public struct RedisCommand: Sendable, Hashable {
    public let words: [[UInt8]]

    public init(_ words: [[UInt8]]) { self.words = words }

    public init(_ words: String...) { self.words = words.map { Array($0.utf8) } }

    /// What was asked, for errors: the command and its subcommand, never an argument (AUTH has a password there).
    public var name: String {
        let hasSubcommand = [
            "CLIENT", "CONFIG", "SENTINEL", "SLOWLOG", "MEMORY", "LATENCY", "ACL", "OBJECT", "CLUSTER", "COMMANDLOG",
        ]
        let shown = words.prefix(hasSubcommand.contains(text(0)) ? 2 : 1)
        return shown.indices.map(text).joined(separator: " ")
    }

    private func text(_ index: Int) -> String {
        index < words.count ? String(decoding: words[index], as: UTF8.self).uppercased() : ""
    }

    /// Appends the command as an array of bulk strings. Written here rather than by `redisFormatCommandArgv` because
    /// that one allocates anew for each command, where a scan sends thousands in one buffer.
    func encode(into output: inout [UInt8]) {
        RESPEncoding.appendHeader("*", words.count, to: &output)
        for word in words { RESPEncoding.append(word, to: &output) }
    }
}

enum RESPEncoding {
    static func append(_ word: some Collection<UInt8>, to output: inout [UInt8]) {
        appendHeader("$", word.count, to: &output)
        output.append(contentsOf: word)
        output.append(UInt8(ascii: "\r"))
        output.append(UInt8(ascii: "\n"))
    }

    static func appendHeader(_ kind: Unicode.Scalar, _ count: Int, to output: inout [UInt8]) {
        output.append(UInt8(ascii: kind))
        output.append(contentsOf: String(count).utf8)
        output.append(UInt8(ascii: "\r"))
        output.append(UInt8(ascii: "\n"))
    }
}
