/// The role that diag logs in as, in SQL for psql: no more rights than what it shows needs.
public struct MonitoringRole: Sendable {
    /// Of the role.
    public var name: String
    /// Databases that not everybody may connect to; by default PUBLIC may, to each.
    public var databases: [String]
    /// May also cancel and end sessions of roles that are not superusers.
    public var hasRemedies: Bool

    public init(name: String = "diag", databases: [String] = [], hasRemedies: Bool = false) {
        self.name = name
        self.databases = databases
        self.hasRemedies = hasRemedies
    }

    /// To be run once a cluster, on its primary, by a superuser or a managed service's administrator. psql asks for the
    /// password at the end, so that it stands in no file and in no log.
    public var sql: String {
        ([heading, creation] + connecting + [bounds, reserved] + remedies + [ending]).joined(separator: "\n") + "\n"
    }

    private var role: String { name.sqlIdentifier }

    private var heading: String {
        """
        -- psql -d postgres -f THIS.sql, on the primary, as a superuser or a managed service's administrator.
        -- Standbys have the role by replication.
        \\set ON_ERROR_STOP on
        BEGIN;
        """
    }

    private var creation: String {
        """
        -- pg_monitor: sees all sessions, statements, settings and replication, and no row of any table.
        CREATE ROLE \(role) LOGIN CONNECTION LIMIT 5 IN ROLE pg_monitor;
        COMMENT ON ROLE \(role) IS 'Monitoring by diag';
        """
    }

    private var connecting: [String] {
        databases.map { "GRANT CONNECT ON DATABASE \($0.sqlIdentifier) TO \(role);" }
    }

    /// diag sets these itself, but a pooler may keep them from the server.
    private var bounds: String {
        """
        ALTER ROLE \(role) SET default_transaction_read_only = on;
        ALTER ROLE \(role) SET statement_timeout = '5s';
        ALTER ROLE \(role) SET lock_timeout = '500ms';
        ALTER ROLE \(role) SET idle_in_transaction_session_timeout = '10s';
        """
    }

    private var reserved: String {
        """
        -- 16 and later: gets in when all other slots are taken (reserved_connections must be above 0).
        DO $$
        BEGIN
            IF current_setting('server_version_num')::int >= 160000 THEN
                EXECUTE format('GRANT pg_use_reserved_connections TO %I', \(name.sqlLiteral));
            END IF;
        END $$;
        """
    }

    private var remedies: [String] {
        guard hasRemedies else { return [] }
        return [
            """
            -- pg_signal_backend: may cancel and end sessions, but no superuser's.
            GRANT pg_signal_backend TO \(role);
            """
        ]
    }

    private var ending: String {
        """
        COMMIT;
        -- In pg_hba.conf, where no line lets it in yet:  hostssl all \(role) ADDRESS/32 scram-sha-256
        -- To see statements:                            CREATE EXTENSION pg_stat_statements, in a database diag looks at
        \\password \(role)
        """
    }
}
