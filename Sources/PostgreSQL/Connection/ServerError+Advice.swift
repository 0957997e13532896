import Diagnostics

extension ServerError {
    /// For a person: the server's words, with its detail and hint, and what would mend it.
    func probeError(step: String) -> ProbeError {
        let judgement = judgement
        let words = [judgement.preface, message, detail, hint].compactMap { $0 }.joined(separator: " — ")
        return ProbeError(
            judgement.kind ?? .server(code: sqlState), step: step, message: words, advice: judgement.advice)
    }

    /// What an error means to somebody who looks at a server from outside.
    struct Judgement {
        /// Nil: by its code.
        var kind: ProbeError.Kind?
        var advice: String?
        /// Said before the server's own words.
        var preface: String?
    }

    /// By code; where one code stands for several things, by the server's routine or its English words (a pooler has
    /// no other).
    private var judgement: Judgement {
        if routine == nil || sqlState == "08P01", let judgement = byPooler { return judgement }
        return switch sqlState {
        case "53300": tooManyConnections
        case "28P01":
            Judgement(
                kind: .unauthenticated,
                advice:
                    "check the password (PGPASSWORD, password_file or ~/.pgpass); a role that does not exist or has no "
                    + "password is refused in the same words: the server's log tells")
        case "28000": refusal
        case "08P01" where message.contains("authentication failed"): Judgement(kind: .unauthenticated)
        case "3D000": Judgement(kind: .misconfigured, advice: "name a database that exists (dbname=postgres)")
        case "42501": forbidden
        case "57P03": notAccepting
        default: Judgement(advice: plainAdvice)
        }
    }

    private var plainAdvice: String? {
        switch sqlState {
        case "55000": "this database takes no connections (datallowconn): name another (dbname=postgres)"
        case "57014": "the statement took longer than statement_timeout: the server is busy or something blocks it"
        case "55P03": "a lock was not to be had within lock_timeout: somebody holds a system catalog"
        case "57P01": "an administrator ended this session, or the server shuts down"
        case "57P02", "58000", "58030", "XX000", "XX001", "XX002": "look into the server's log"
        case "53200": "the server has no memory left: look at what runs there"
        case "53100": "the server's disk is full: make room first (diag pg replication: slots that keep WAL)"
        case "0A000", "42883", "42P01", "42703", "42704":
            "this server lacks it: an older version, a managed service or another product that speaks PostgreSQL's "
                + "protocol"
        default: nil
        }
    }
}

// MARK: - One code for several things

extension ServerError {
    /// Said before the words of a database whose own limit is reached.
    static let databaseIsFull = "the CONNECTION LIMIT of the database itself is reached"

    /// The limit of the role that asks says nothing about the server; that of a database shuts out its applications.
    private var tooManyConnections: Judgement {
        switch routine {
        case "InitializeSessionUserId":
            Judgement(
                kind: .forbidden,
                advice: "end other sessions of this role, or ALTER ROLE … CONNECTION LIMIT with room for one more",
                preface: "the CONNECTION LIMIT of diag's own role is reached")
        case "CheckMyDatabase":
            Judgement(
                advice:
                    "end idle sessions in it, or ALTER DATABASE … CONNECTION LIMIT; another database still has room",
                preface: Self.databaseIsFull)
        default:
            Judgement(
                advice:
                    "every slot that this role may use is taken: end idle sessions, or give diag a role that may use "
                    + "reserved slots (GRANT pg_use_reserved_connections, 16 and later)")
        }
    }

    private var refusal: Judgement {
        Judgement(kind: .unauthenticated, advice: refusalAdvice)
    }

    private var refusalAdvice: String {
        let reload = "then SELECT pg_reload_conf()"
        if routine == "InitializeSessionUserId" {
            return message.contains("permitted")
                ? "ALTER ROLE … LOGIN" : "create the role: `diag pg role` prints the SQL; or name another (user=…)"
        }
        if message.contains("valid client certificate") {
            return "give a certificate for this role that the server trusts: sslcert and sslkey (PGSSLCERT, PGSSLKEY)"
        }
        if message.contains("certificate") {
            return "the certificate is for another role: its CN must be the role's name, or pg_ident.conf must map it"
        }
        if message.contains("Peer") || message.contains("Ident") {
            return "run diag as the system's user of that name, map it in pg_ident.conf, or connect over TCP with a "
                + "password (host=localhost)"
        }
        if message.contains("rejects") {
            return "a `reject` line of pg_hba.conf comes before any that lets this role into this database from this "
                + "address\(message.contains("no encryption") ? " without TLS" : "")"
        }
        let encryption =
            message.contains("no encryption") ? "; if there is one for hostssl alone, connect with sslmode=require" : ""
        return "pg_hba.conf needs a line for this role, database and address, \(reload)\(encryption)"
    }

    /// At the door it is CONNECT that is missing, inside whatever the server names.
    private var forbidden: Judgement {
        let advice =
            routine == "CheckMyDatabase"
            ? "GRANT CONNECT ON DATABASE … TO the role that diag uses" : "GRANT pg_monitor TO the role that diag uses"
        return Judgement(kind: .forbidden, advice: grantOfFunction ?? advice)
    }

    /// From `permission denied for function pg_control_system`; in other languages too the name comes last.
    private var grantOfFunction: String? {
        guard routine == "aclcheck_error", let name = message.split(separator: " ").last, name.hasPrefix("pg_"),
            message.contains("function")
        else { return nil }
        return "GRANT EXECUTE ON FUNCTION pg_catalog.\(name) TO the role that diag uses"
    }

    private var notAccepting: Judgement {
        let known = [
            (
                "shutting down",
                "somebody stops it: it answers again once it is started; look into its log for who and why"
            ),
            (
                "recovery mode",
                "it crashed and replays its WAL: look into its log for what ended the process that crashed"
            ),
            ("starting up", "it replays its WAL and will answer when that is done: look again soon, and into its log"),
            (
                "not yet accepting",
                "a standby that has not reached a consistent state: look again soon, and into its log"
            ),
            ("not accepting", "a standby with hot_standby = off answers nobody: set it on, or look at its primary"),
        ]
        let advice = known.first { message.contains($0.0) || detail?.contains($0.0) == true }?.1
        return Judgement(
            advice: advice
                ?? "the server is starting up, shutting down or recovering: look again soon, and into its log")
    }
}

// MARK: - Poolers

extension ServerError {
    /// PgBouncer sends 08P01 (newer ones other codes) for whatever it refuses, never localised, without a routine.
    private var byPooler: Judgement? {
        Self.poolerSayings.first { saying in saying.words.contains { message.contains($0) } }?.judgement
    }

    private static var poolerSayings: [(words: [String], judgement: Judgement)] {
        [
            (
                ["no more connections allowed", "too many connections"],
                Judgement(
                    kind: .server(code: "53300"),
                    advice:
                        "the pooler takes no more clients: raise max_client_conn or end idle clients (diag pg pools "
                        + "shows them)")
            ),
            (
                ["no such database"],
                Judgement(
                    kind: .misconfigured, advice: "name a database of the pooler's [databases] section (dbname=…)")
            ),
            (
                ["no such user", "SASL authentication failed", "password authentication failed", "auth failed"],
                Judgement(
                    kind: .unauthenticated,
                    advice: "check the password, and that the pooler knows this role (auth_file or auth_query)")
            ),
            (
                ["SSL required", "TLS required"],
                Judgement(kind: .tls, advice: "the pooler wants TLS: connect with sslmode=require or stricter")
            ),
            (
                ["query_wait_timeout"],
                Judgement(
                    advice:
                        "every server connection of the pool was taken for too long: diag pg pools on the pooler"
                )
            ),
            (
                ["server login", "server_login_retry", "cannot connect to server", "server conn crashed"],
                Judgement(
                    advice: "the pooler cannot get into PostgreSQL behind it: look into its log, and at PostgreSQL "
                        + "directly")
            ),
        ]
    }
}
