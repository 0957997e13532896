/// Who may come in which way: the servers' pg_hba.conf.
///
/// Everybody with a password, but a role that shows a certificate, one that is turned away without TLS, one for which a
/// single database is open, and one that need not prove anything. Over IPv6 there is a rule for the database of the
/// application alone.
enum AccessRules {
    /// - Parameter withTLS: a server that is built without TLS refuses to read of it.
    static func write(to path: String, withTLS: Bool, on ground: Ground) throws {
        let lines = text.split(separator: "\n").filter {
            withTLS || !$0.hasPrefix("hostssl") && !$0.hasPrefix("hostnossl")
        }
        try ground.write(lines.joined(separator: "\n") + "\n", to: path, mode: 0o600)
    }

    private static let text = """
        local    all          all                        scram-sha-256
        hostssl  all          certified    127.0.0.1/32  cert
        host     all          certified    127.0.0.1/32  reject
        hostnossl all         encrypted    127.0.0.1/32  reject
        host     app          narrow       127.0.0.1/32  scram-sha-256
        host     all          narrow       127.0.0.1/32  reject
        host     all          trusted      127.0.0.1/32  trust
        host     all          all          127.0.0.1/32  scram-sha-256
        host     replication  all          127.0.0.1/32  scram-sha-256
        host     app          all          ::1/128       scram-sha-256

        """
}
