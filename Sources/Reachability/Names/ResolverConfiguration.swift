/// What `/etc/resolv.conf` says (resolv.conf(5)), as glibc reads it.
struct ResolverConfiguration: Sendable, Hashable {
    /// In digits, at most three: glibc never asks a fourth.
    var servers: [String] = []
    /// Servers that are there and never asked.
    var ignoredServers: [String] = []
    var searchDomains: [String] = []
    /// A name with fewer dots is tried with the search domains first.
    var ndots = 1
    /// How long glibc waits for each attempt.
    var timeout: Duration = .seconds(5)
    var attempts = 2
    /// Whether glibc begins with another server each time.
    var rotates = false
    /// Whether it always asks over TCP.
    var usesTCP = false

    static let most = 3

    /// Without a file, or without a server in it, glibc asks this machine itself.
    init(_ text: String?) {
        for line in (text ?? "").split(whereSeparator: \.isNewline) {
            let words = line.prefix { $0 != "#" && $0 != ";" }.split(whereSeparator: \.isWhitespace).map(String.init)
            guard let key = words.first else { continue }
            read(key, Array(words.dropFirst()))
        }
        if servers.isEmpty { servers = ["127.0.0.1"] }
    }

    private mutating func read(_ key: String, _ values: [String]) {
        switch key {
        case "nameserver":
            guard let server = values.first else { return }
            if servers.count < Self.most { servers.append(server) } else { ignoredServers.append(server) }
        // The last of them wins.
        case "search": searchDomains = values
        case "domain": searchDomains = Array(values.prefix(1))
        case "options": for option in values { read(option) }
        default: break
        }
    }

    private mutating func read(_ option: String) {
        let parts = option.split(separator: ":", maxSplits: 1)
        let number = parts.count > 1 ? Int(parts[1]) : nil
        switch (parts.first, number) {
        // The bounds are glibc's own.
        case ("ndots", let number?): ndots = min(max(0, number), 15)
        case ("timeout", let number?): timeout = .seconds(min(max(1, number), 30))
        case ("attempts", let number?): attempts = min(max(1, number), 5)
        case ("rotate", nil): rotates = true
        case ("use-vc", nil): usesTCP = true
        default: break
        }
    }

    /// The names that are asked for, in order, until one is there.
    func candidates(for name: String) -> [String] {
        guard !name.hasSuffix(".") else { return [name] }
        let searched = searchDomains.filter { $0 != "." }.map { "\(name).\($0)" }
        let dots = name.filter { $0 == "." }.count
        return dots >= ndots ? [name] + searched : searched + [name]
    }
}
