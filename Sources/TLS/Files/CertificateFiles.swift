import Diagnostics
import Network

/// Files and folders that certificates are looked for in.
public struct CertificateFiles: Sendable, Hashable {
    /// Paths, patterns as a shell has them, or folders; `-` is standard input.
    public var patterns: [String]
    /// Of PKCS#12 containers and encrypted keys; never printed.
    public var password: String?
    /// Takes documents of other forms apart, such as Kubernetes' Secrets.
    public var unpacking: Unpacking?

    public init(patterns: [String], password: String? = nil, unpacking: Unpacking? = nil) {
        self.patterns = patterns
        self.password = password
        self.unpacking = unpacking
    }

    /// How pieces are found in a text that is neither PEM nor DER.
    public struct Unpacking: Sendable, Hashable {
        /// A piece of a document: where in it, of what kind, and its bytes, or the path of the file that has them.
        public struct Piece: Sendable {
            public enum Content: Sendable {
                case bytes([UInt8])
                case file(String)
            }

            public let place: String
            public let format: String
            public let content: [Content]

            public init(place: String, format: String, content: [Content]) {
                self.place = place
                self.format = format
                self.content = content
            }
        }

        let name: String
        let pieces: @Sendable ([UInt8]) -> [Piece]?

        /// - Parameters:
        ///   - name: by which two are told apart.
        ///   - pieces: nil for a text of another form.
        public init(_ name: String, _ pieces: @escaping @Sendable ([UInt8]) -> [Piece]?) {
            self.name = name
            self.pieces = pieces
        }

        public static func == (left: Unpacking, right: Unpacking) -> Bool { left.name == right.name }
        public func hash(into hasher: inout Hasher) { hasher.combine(name) }
    }
}

extension CertificateFiles {
    /// Everything that is there, in the order of the patterns. Blocks.
    func read() -> [Holding] { patterns.flatMap { paths($0) }.flatMap { holdings(in: $0.path, isMeant: $0.isMeant) } }

    /// The files that a pattern means; those of a folder only where their names say that they hold certificates.
    private func paths(_ pattern: String) -> [(path: String, isMeant: Bool)] {
        if pattern == "-" { return [(pattern, true)] }
        return Glob.paths(pattern).flatMap { path in
            Folder.isFolder(path) ? Self.files(below: path, depth: 3).map { ($0, false) } : [(path, true)]
        }
    }

    private func holdings(in path: String, isMeant: Bool) -> [Holding] {
        let bytes: [UInt8]
        do {
            let limit = 16 << 20
            bytes = try path == "-" ? TextFile.readStandardInput(upTo: limit) : TextFile.read(path, upTo: limit)
        } catch {
            var holding = Holding(path: path, format: "")
            holding.problems = [error.message]
            return [holding]
        }
        if let found = found(in: bytes, path), !found.isEmpty { return found }
        guard isMeant else { return [] }
        var holding = Holding(path: path, format: "")
        holding.problems = [bytes.isEmpty ? "the file is empty" : "there is no certificate in it"]
        return [holding]
    }

    /// A document's own structure first: a Secret in clear text has PEM in it too.
    private func found(in bytes: [UInt8], _ path: String) -> [Holding]? {
        if let pieces = unpacking?.pieces(bytes) { return pieces.map { holding($0, path) } }
        return HoldingReader(path: path, password: password).read(bytes).map { [$0] }
    }

    private func holding(_ piece: Unpacking.Piece, _ path: String) -> Holding {
        var whole = Holding(path: path, place: piece.place, format: piece.format)
        for content in piece.content {
            guard let part = part(content, path) else {
                whole.problems.append("there is no certificate in it")
                continue
            }
            whole.certificates += part.certificates
            whole.keys += part.keys
            whole.problems += part.problems
        }
        return whole
    }

    private func part(_ content: Unpacking.Piece.Content, _ path: String) -> Holding? {
        switch content {
        case .bytes(let bytes): return HoldingReader(path: path, password: password).read(bytes)
        case .file(let name):
            let whole =
                name.hasPrefix("/") ? name : String(path[...(path.lastIndex(of: "/") ?? path.startIndex)]) + name
            guard let bytes = try? TextFile.read(whole, upTo: TextFile.largest) else {
                var unread = Holding(path: path, format: "")
                unread.problems = ["\(whole) cannot be read"]
                return unread
            }
            return HoldingReader(path: whole, password: password).read(bytes)
        }
    }
}

// MARK: - Folders

extension CertificateFiles {
    /// As OpenSSL, Windows and Kubernetes call them. Keys are read beside a certificate in the same file, or in certbot's
    /// and Kubernetes' way beside it.
    private static let endings = [".pem", ".crt", ".cer", ".cert", ".der", ".p12", ".pfx", ".yaml", ".yml"]

    private static func files(below folder: String, depth: Int) -> [String] {
        guard depth > 0 else { return [] }
        return (Folder.files(in: folder) ?? []).flatMap { path -> [String] in
            if Folder.isFolder(path) { return files(below: path, depth: depth - 1) }
            return endings.contains { path.lowercased().hasSuffix($0) } ? [path] : []
        }
    }
}

/// Shown without the password, also by `dump`, `print` and a failing test.
extension CertificateFiles: CustomStringConvertible, CustomReflectable {
    public var description: String { patterns.joined(separator: ", ") }

    public var customMirror: Mirror { Mirror(self, children: ["patterns": patterns]) }
}
