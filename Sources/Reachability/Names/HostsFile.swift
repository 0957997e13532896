/// What `/etc/hosts` says of a name (hosts(5)).
struct HostsFile: Sendable, Hashable {
    struct Entry: Sendable, Hashable {
        let address: String
        /// From 1.
        let line: Int
    }

    let entries: [Entry]

    init(_ text: String?, name: String) {
        let wanted = name.lowercased().droppingFinalDot
        var entries: [Entry] = []
        let lines = (text ?? "").split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
            guard let address = words.first,
                words.dropFirst().contains(where: { $0.lowercased().droppingFinalDot == wanted })
            else { continue }
            entries.append(Entry(address: String(address), line: index + 1))
        }
        self.entries = entries
    }
}

extension String {
    fileprivate var droppingFinalDot: String { hasSuffix(".") ? String(dropLast()) : self }
}
