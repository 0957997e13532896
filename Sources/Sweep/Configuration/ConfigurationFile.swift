import Network

/// Where the configuration is when nobody says.
public enum ConfigurationFile {
    /// In the order in which they are looked for: the user's own, then the system's.
    public static func places(environment: [String: String]) -> [String] {
        let user =
            environment["XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : $0 }
            ?? environment["HOME"].map { $0 + "/.config" }
        return (user.map { [$0 + "/diag/diag.yaml"] } ?? []) + ["/etc/diag/diag.yaml"]
    }

    /// The first that is there; nil when there is none.
    public static func usual(environment: [String: String]) -> String? {
        places(environment: environment).first(where: TextFile.exists)
    }
}
