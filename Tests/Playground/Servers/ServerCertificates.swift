import Foundation
import Glibc
import Synchronization

/// The certificates around servers that check their clients' as well, PostgreSQL's or Redis's, and their clients' own. All
/// but the good ones are made when they are asked for.
public struct ServerCertificates: Sendable {
    /// What a server can show of itself; `good` to begin with (of those that `put` serves).
    public enum Kind: String, CaseIterable, Sendable {
        /// 90 days, for `localhost`, `db.example.test` and 127.0.0.1.
        case good
        case expired
        /// For another name.
        case wrongName = "wrong-name"
        /// Issued by a root that nobody trusts.
        case untrusted
        case selfSigned = "self-signed"
        /// On the list that `put` writes to `revocations`.
        case revoked
    }

    /// What a client can show.
    public enum ClientKind: String, CaseIterable, Sendable {
        case good = "client"
        /// For another role.
        case stranger
        /// Issued by a root that the servers do not trust.
        case untrusted = "untrusted-client"
        case expired = "expired-client"
    }

    /// A certificate with its key.
    public struct Files: Sendable {
        public let certificate: String
        /// A client's is readable by its owner alone, as libpq wants it.
        public let key: String
    }

    /// Let in by its certificate alone, a member of `pg_monitor`.
    public let role = "certified"
    /// The root that clients are to trust.
    public let authority: String
    /// Where the certificates that were taken back are listed, once there are any.
    public let revocations: String
    private let root: CertificateAuthority.Issued
    private let issuer: CertificateAuthority
    private let folder: String
    private let ground: Ground
    private let made = Made()

    /// The authority's books take one entry at a time.
    private final class Made: Sendable {
        let files = Mutex<[String: Files]>([:])
    }

    init(in folder: String, authority name: String, on ground: Ground) throws {
        self.folder = folder
        self.ground = ground
        let place = try ground.makeFolder(name)
        issuer = try CertificateAuthority(folder: place, on: ground)
        root = try issuer.issue("root", .authority, lifetime: -1...3650, by: nil)
        (authority, revocations) = (root.certificate, place + "/revoked.crl")
        try issuer.bundle([root], to: folder + "/clients-ca.crt")
        try put(.good)
    }

    /// Puts a certificate where the servers read theirs. They do so when they are told to: `SELECT pg_reload_conf()`.
    public func put(_ kind: Kind) throws {
        let issued = try issue(kind)
        for (from, to) in [(issued.certificate, "server.crt"), (issued.key, "server.private")] {
            let text = try String(contentsOfFile: from, encoding: .utf8)
            try ground.write(text, to: "\(folder)/\(to)", mode: 0o600)
        }
    }

    /// A certificate for a client, always the same one of a kind. Blocks.
    public func client(_ kind: ClientKind = .good) throws -> Files {
        try made.files.withLock { made in
            let client = try made[kind.rawValue] ?? makeClient(kind)
            made[kind.rawValue] = client
            return client
        }
    }

    /// A certificate for a server that is given its files by name, always the same one of a kind. Blocks.
    public func server(_ kind: Kind) throws -> Files {
        try made.files.withLock { made in
            if let known = made[kind.rawValue] { return known }
            let issued = try issue(kind)
            made[kind.rawValue] = Files(certificate: issued.certificate, key: issued.key)
            return Files(certificate: issued.certificate, key: issued.key)
        }
    }

    private func makeClient(_ kind: ClientKind) throws -> Files {
        let issued = try issuer.issue(
            kind.rawValue, .client, names: [kind == .stranger ? "somebody" : role],
            lifetime: kind == .expired ? -91...(-1) : -1...90, by: kind == .untrusted ? other() : root)
        try issuer.protect(issued)
        return Files(certificate: issued.certificate, key: issued.key)
    }

    private func issue(_ kind: Kind) throws -> CertificateAuthority.Issued {
        let issued = try issuer.issue(
            kind.rawValue, .server,
            names: kind == .wrongName ? ["other.example.test"] : ["localhost", "db.example.test", "IP:127.0.0.1"],
            lifetime: kind == .expired ? -91...(-1) : -1...90,
            by: kind == .selfSigned ? nil : kind == .untrusted ? other() : root)
        if kind == .revoked { try issuer.revoke(issued, by: root, listingIn: revocations) }
        return issued
    }

    private func other() throws -> CertificateAuthority.Issued {
        try issuer.issue("other-root", .authority, lifetime: -1...3650, by: nil)
    }
}
