import Network

/// Which certificates HAProxy is told to serve, and where: its `bind` lines.
struct HAProxyConfiguration {
    let read: (String) -> [UInt8]?
    /// The files of a folder, in order; nil for what is none.
    let files: (String) -> [String]?

    /// From the disk: a file, or a folder of `.cfg` files. Blocks.
    static func sites(in path: String) -> [Site] {
        let configuration = HAProxyConfiguration(
            read: { try? TextFile.read($0, upTo: TextFile.largest) }, files: Folder.files)
        let all = Folder.files(in: path)?.filter { $0.hasSuffix(".cfg") } ?? [path]
        return all.flatMap { configuration.sites(inFile: $0) }
    }

    func sites(inFile path: String) -> [Site] {
        guard let bytes = read(path) else { return [] }
        var base: String?
        var sites: [Site] = []
        for (number, line) in String(decoding: bytes, as: UTF8.self).split(
            separator: "\n", omittingEmptySubsequences: false
        ).enumerated() {
            let words = Self.words(line)
            switch words.first {
            case "crt-base": base = words.dropFirst().first
            case "bind": sites += self.sites(words, base, "\(path):\(number + 1)")
            default: break
            }
        }
        return sites
    }

    /// One for each file: HAProxy chooses among them by the name that is asked for.
    private func sites(_ words: [String], _ base: String?, _ place: String) -> [Site] {
        guard words.contains("ssl"), words.count > 1 else { return [] }
        let listens = words[1].split(separator: ",").compactMap { Site.Listen(Self.withoutFamily($0), usual: nil) }
        guard !listens.isEmpty else { return [] }
        let certificates = values(of: "crt", in: words).flatMap { files(of: resolved($0, base)) }
            .map { (file: $0, names: [String]()) }
        let listed = values(of: "crt-list", in: words).flatMap { list(resolved($0, nil), base) }
        return (certificates + listed).map { entry in
            Site(.haproxy, place: place, listens: listens, names: entry.names, certificateFiles: [entry.file])
        }
    }

    private func values(of key: String, in words: [String]) -> [String] {
        zip(words, words.dropFirst()).filter { $0.0 == key }.map(\.1)
    }

    /// A file, or all of a folder but what lies beside certificates there.
    private func files(of path: String) -> [String] {
        guard let all = files(path) else { return [path] }
        let others = [".key", ".ocsp", ".sctl", ".issuer", ".dh"]
        return all.filter { file in !others.contains { file.hasSuffix($0) } }
    }

    /// `FILE [OPTIONS] NAME…`; a name with `!` is an exception.
    private func list(_ path: String, _ base: String?) -> [(file: String, names: [String])] {
        guard let bytes = read(path) else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { line in
            let words = Self.words(line)
            guard let file = words.first else { return nil }
            let names = Self.behindOptions(words.dropFirst()).filter { !$0.hasPrefix("!") && !$0.contains("*") }
            return (resolved(file, base), names)
        }
    }

    /// Without `[alpn h2 …]`.
    private static func behindOptions(_ words: ArraySlice<String>) -> [String] {
        guard words.first?.hasPrefix("[") == true, let end = words.firstIndex(where: { $0.hasSuffix("]") }) else {
            return Array(words)
        }
        return Array(words[words.index(after: end)...])
    }

    private func resolved(_ path: String, _ base: String?) -> String {
        path.hasPrefix("/") || base == nil ? path : "\(base ?? "")/\(path)"
    }

    /// `ipv4@`, `ipv6@`: what an address may begin with.
    private static func withoutFamily(_ address: Substring) -> String {
        String(address.split(separator: "@", maxSplits: 1).last ?? address)
    }

    /// Split at blanks, with quotes and backslashes as in a shell; `#` begins a comment.
    static func words(_ line: Substring) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        var isEscaped = false
        for character in line {
            if isEscaped {
                word = (word ?? "") + String(character)
                isEscaped = false
            } else if character == "\\", quote != "'" {
                isEscaped = true
            } else if let open = quote {
                if character == open { quote = nil } else { word = (word ?? "") + String(character) }
            } else if character == "\"" || character == "'" {
                quote = character
                word = word ?? ""
            } else if character == "#" {
                break
            } else if character.isWhitespace {
                if let whole = word { words.append(whole) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        return words + (word.map { [$0] } ?? [])
    }
}
