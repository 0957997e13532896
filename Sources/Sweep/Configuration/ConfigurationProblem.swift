/// Something wrong in a configuration file, with where it stands.
public struct ConfigurationProblem: Sendable, Hashable, CustomStringConvertible {
    public let file: String
    /// From 1; nil when the whole file is meant.
    public let line: Int?
    /// The way to the key: `targets.redis[0].url`; empty for the whole file.
    public let key: String
    /// What is wrong and what would be right. Never holds the value of a secret.
    public let message: String

    public var description: String {
        let place = line.map { "\(file):\($0)" } ?? file
        return key.isEmpty ? "\(place): \(message)" : "\(place): \(key): \(message)"
    }
}

/// A configuration that cannot be used, with everything that is wrong in it.
public struct ConfigurationError: Error, Sendable, CustomStringConvertible {
    public let problems: [ConfigurationProblem]

    public var description: String { problems.map(\.description).joined(separator: "\n") }
}
