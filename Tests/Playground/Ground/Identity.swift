import Glibc

/// Who the servers run as. PostgreSQL and PgBouncer refuse root, so for root all of them run as somebody else.
struct Identity: Sendable {
    let user: String
    let uid: uid_t
    let gid: gid_t

    /// `nil` when this process is not root and the servers run as whoever it is.
    static let forServers: Identity? = geteuid() == 0 ? (named("postgres") ?? named("nobody")) : nil

    private static func named(_ user: String) -> Identity? {
        guard let entry = getpwnam(user) else { return nil }
        return Identity(user: user, uid: entry.pointee.pw_uid, gid: entry.pointee.pw_gid)
    }

    /// The words that go before a command; `setpriv` replaces itself by it, so the process id stays.
    func prefix() throws -> [String] {
        [try Tool.setpriv.path(), "--reuid=\(uid)", "--regid=\(gid)", "--clear-groups"]
    }
}
