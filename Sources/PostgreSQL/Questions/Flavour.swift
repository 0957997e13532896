/// Whose PostgreSQL it is: a service that runs it and keeps some rights to itself, or a product that speaks its protocol.
struct Flavour: Sendable, Hashable {
    let name: String
    /// What is not to be had there, where that is known: no error and nobody's fault.
    let lacks: String?
    /// It only speaks the protocol: much of what PostgreSQL tells of itself is not there.
    let isForeign: Bool

    /// - Parameters:
    ///   - version: what `version()` says.
    ///   - administrators: the role that a service makes in place of a superuser, where there is one.
    init?(version: String, administrators: String?) {
        if let product = Self.products.first(where: { version.contains($0.mark) }) {
            self = Flavour(name: product.name, lacks: nil, isForeign: true)
        } else if let service = Self.services.first(where: { $0.role == administrators }) {
            self = Flavour(name: service.name, lacks: service.lacks, isForeign: false)
        } else {
            return nil
        }
    }

    private init(name: String, lacks: String?, isForeign: Bool) {
        self.name = name
        self.lacks = lacks
        self.isForeign = isForeign
    }

    private static let products = [
        (mark: "CockroachDB", name: "CockroachDB"), (mark: "-YB-", name: "YugabyteDB"),
        (mark: "Redshift", name: "Amazon Redshift"), (mark: "Greenplum", name: "Greenplum"),
        (mark: "Materialize", name: "Materialize"), (mark: "QuestDB", name: "QuestDB"),
    ]

    private static let hidden = "its own superuser's statements are hidden, and its files cannot be read from here"

    private static let services = [
        (
            role: "aurora", name: "Amazon Aurora",
            lacks: "its readers share the writer's storage and replay no WAL: aurora_replica_status() tells their lag; "
                + hidden
        ),
        (role: "rds_superuser", name: "Amazon RDS", lacks: hidden),
        (role: "cloudsqlsuperuser", name: "Google Cloud SQL", lacks: hidden),
        (role: "alloydbsuperuser", name: "Google AlloyDB", lacks: hidden),
        (role: "azure_pg_admin", name: "Azure Database for PostgreSQL", lacks: hidden),
        (role: "neon_superuser", name: "Neon", lacks: hidden),
        (role: "supabase_admin", name: "Supabase", lacks: hidden),
        (role: "tsdbadmin", name: "Timescale Cloud", lacks: hidden),
    ]
}
