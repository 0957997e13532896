/// One dependency that is looked at: a server, an endpoint, a log file or this host.
///
/// A target names what is looked at, never how to get in: it holds no secrets, so it may appear in any output.
public struct Target: Sendable, Hashable, Codable {
    /// What kind of dependency a target is; it decides which conditions apply.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        case postgresql, pgbouncer, redis, sentinel, tls, http, log, host
        /// A place in the network, looked at for the way there and not for what speaks at its end.
        case network
    }

    public let kind: Kind
    /// Unique within its kind in one sweep, chosen by the configuration: `db-primary`.
    public let name: String
    /// Where it is, for people: `10.0.0.5:5432`, `/var/log/app/auth.log`. Never with user info.
    public let address: String
    /// Labels of the configuration's own, such as `team: core`; they select with `--only` and go out with the results.
    public let labels: Labels

    public init(kind: Kind, name: String, address: String, labels: Labels = [:]) {
        self.kind = kind
        self.name = name
        self.address = address
        self.labels = labels
    }
}
