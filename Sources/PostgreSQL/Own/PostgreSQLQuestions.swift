import Diagnostics
import Queries

/// The questions that come with diag, by name, for whoever wants to ask one by hand or read it.
public enum PostgreSQLQuestions {
    /// A question as a catalogue lists it.
    public struct Entry: Sendable {
        public let name: String
        public let purpose: String
        /// `13 and later`, `13 to 15`.
        public let servers: String
        /// What right it needs, and what is missing without it.
        public let role: String
        /// The names of its metrics.
        public let metrics: [String]
        /// The file as it runs in psql.
        public let text: String

        init(_ file: SQLFile, _ header: SQLHeader) {
            name = file.name
            purpose = header.purpose
            servers = header.versions
            role = header.role
            metrics = header.metrics.map(\.name)
            text = file.text
        }
    }

    public static var all: [Entry] {
        PostgreSQLQueries.all.sorted { $0.name < $1.name }.compactMap { file in
            (try? SQLHeader(of: file)).map { Entry(file, $0) }
        }
    }

    /// The question of this name for any server: with its variants for other versions, whose names end in a version.
    public static func question(named name: String) -> PostgreSQLProbe.Question? {
        let variants = PostgreSQLQueries.all.filter { $0.name == name || $0.isVariant(of: name) }
        return variants.isEmpty ? nil : .asWritten(variants)
    }
}

extension OwnQuery {
    public var entry: PostgreSQLQuestions.Entry { PostgreSQLQuestions.Entry(file, header) }

    /// Reads one file; blocks meanwhile.
    ///
    /// - Throws: the first mistake, with the path and the line; also when it cannot be read.
    public init(path: String) throws(Mistake) { try self.init(SQLFile(path: path)) }
}

extension SQLFile {
    /// `locks-13` of `locks`.
    fileprivate func isVariant(of other: String) -> Bool {
        name.hasPrefix(other + "-") && Int(name.dropFirst(other.count + 1)) != nil
    }
}

extension SQLHeader {
    /// The versions that it serves, in words.
    var versions: String {
        switch servers.upperBound {
        case .max: "\(servers.lowerBound) and later"
        case servers.lowerBound: "\(servers.lowerBound)"
        default: "\(servers.lowerBound) to \(servers.upperBound)"
        }
    }
}
