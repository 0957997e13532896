/// Who is asked for hosts and in which order: the line `hosts:` of `/etc/nsswitch.conf` (nsswitch.conf(5)).
struct NameServiceSwitch: Sendable, Hashable {
    /// A source, and when its answer ends the search beside the usual "when it has found something".
    struct Source: Sendable, Hashable {
        let name: String
        /// `NOTFOUND=return`; empty for the usual.
        let action: String
    }

    let sources: [Source]

    /// Without a file or a line, glibc asks `files dns` (since 2.37; before it `dns [!UNAVAIL=return] files`).
    init(_ text: String?) {
        let lines = (text ?? "").split(whereSeparator: \.isNewline).map { $0.prefix { $0 != "#" } }
        let line = lines.last { $0.drop(while: \.isWhitespace).hasPrefix("hosts:") }
        sources = Self.sources(String(line.map { $0.drop { $0 != ":" }.dropFirst() } ?? "files dns"))
    }

    private static func sources(_ text: String) -> [Source] {
        var sources: [Source] = []
        var rest = text[...]
        while let first = rest.first {
            if first == "[" {
                let action = rest.dropFirst().prefix { $0 != "]" }
                rest = rest.dropFirst(action.count + 2)
                if let last = sources.popLast() { sources.append(Source(name: last.name, action: String(action))) }
            } else if first.isWhitespace {
                rest = rest.dropFirst()
            } else {
                let name = rest.prefix { !$0.isWhitespace && $0 != "[" }
                rest = rest.dropFirst(name.count)
                sources.append(Source(name: String(name), action: ""))
            }
        }
        return sources
    }

    var asksDNS: Bool { sources.contains { $0.name == "dns" } }

    /// Whether what `/etc/hosts` says is taken before anybody asks DNS.
    var prefersHostsFile: Bool {
        guard let files = sources.firstIndex(where: { $0.name == "files" }) else { return false }
        return sources.firstIndex { ["dns", "resolve"].contains($0.name) }.map { files < $0 } ?? true
    }

    /// `files, then dns`, with what each of the rarer ones is.
    var words: String {
        sources.map { source in
            let meaning = Self.meanings[source.name].map { " (\($0))" } ?? ""
            return source.name + meaning + (source.action.isEmpty ? "" : " [\(source.action)]")
        }.joined(separator: ", then ")
    }

    private static let meanings = [
        "files": "/etc/hosts", "resolve": "systemd-resolved", "myhostname": "this machine's own name",
        "mymachines": "containers of systemd", "mdns4_minimal": "multicast DNS for .local",
        "mdns_minimal": "multicast DNS for .local", "mdns4": "multicast DNS", "mdns": "multicast DNS",
        "wins": "NetBIOS", "ldap": "LDAP", "sss": "SSSD",
    ]
}
