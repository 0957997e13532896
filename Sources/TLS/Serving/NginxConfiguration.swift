import Network

/// Which certificates nginx is told to serve, where, and under which names.
struct NginxConfiguration {
    /// Of the main file: `/etc/nginx`. Relative paths begin there, in files that are included too.
    let folder: String
    /// A file's bytes; nil where it cannot be read.
    let read: (String) -> [UInt8]?
    /// The files that a pattern means.
    let paths: (String) -> [String]

    /// From the disk. Blocks.
    static func sites(in path: String) -> [Site] {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        return NginxConfiguration(
            folder: folder, read: { try? TextFile.read($0, upTo: TextFile.largest) }, paths: Glob.paths
        ).sites(in: path)
    }

    func sites(in path: String) -> [Site] {
        let all = directives(in: path, depth: 0)
        return all.filter {
            $0.directive.name == "http" || $0.directive.name == "stream" || $0.directive.name == "mail"
        }
        .flatMap { sites(in: $0) }
    }

    /// A directive with the file that it stands in.
    private struct Placed {
        let directive: NginxParser.Directive
        let file: String
    }

    private func sites(in context: Placed) -> [Site] {
        let inner = children(of: context)
        let inherited = certificates(inner)
        return inner.filter { $0.directive.name == "server" }.compactMap { site($0, inherited) }
    }

    private func site(_ server: Placed, _ inherited: [String]) -> Site? {
        let inner = children(of: server)
        let own = certificates(inner)
        let isOn = inner.contains { $0.directive.name == "ssl" && $0.directive.arguments.first == "on" }
        let listens = inner.filter { $0.directive.name == "listen" }.filter { listen in
            isOn || listen.directive.arguments.contains { $0 == "ssl" || $0 == "quic" }
        }.compactMap { $0.directive.arguments.first.flatMap { Site.Listen($0, usual: 80) } }
        let files = own.isEmpty ? inherited : own
        guard !files.isEmpty, !listens.isEmpty else { return nil }
        let names = inner.filter { $0.directive.name == "server_name" }.flatMap(\.directive.arguments)
        return Site(
            .nginx, place: "\(server.file):\(server.directive.line)", listens: unique(listens),
            names: names.filter(Self.isPlainName), certificateFiles: files)
    }

    private func unique(_ listens: [Site.Listen]) -> [Site.Listen] {
        listens.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// A name that is chosen by a variable, or kept in the configuration itself, names no file.
    private func certificates(_ directives: [Placed]) -> [String] {
        directives.filter { $0.directive.name == "ssl_certificate" }.compactMap(\.directive.arguments.first)
            .filter { !$0.contains("$") && !$0.hasPrefix("data:") && !$0.hasPrefix("engine:") }.map(resolved)
    }

    private static func isPlainName(_ name: String) -> Bool {
        !name.isEmpty && name != "_" && !name.contains { "*~$^".contains($0) } && !name.hasPrefix(".")
    }

    private func resolved(_ path: String) -> String { path.hasPrefix("/") ? path : "\(folder)/\(path)" }

    /// What stands in a block, with what it includes in its place.
    private func children(of placed: Placed) -> [Placed] {
        included((placed.directive.block ?? []).map { Placed(directive: $0, file: placed.file) }, depth: 0)
    }

    private func directives(in path: String, depth: Int) -> [Placed] {
        guard depth < 10, let bytes = read(path) else { return [] }
        return included(
            NginxParser.directives(in: bytes).map { Placed(directive: $0, file: path) }, depth: depth)
    }

    private func included(_ directives: [Placed], depth: Int) -> [Placed] {
        directives.flatMap { placed -> [Placed] in
            guard placed.directive.name == "include", let pattern = placed.directive.arguments.first else {
                return [placed]
            }
            return paths(resolved(pattern)).flatMap { self.directives(in: $0, depth: depth + 1) }
        }
    }
}
