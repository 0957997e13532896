import CLibpq
import Diagnostics
import TLS

/// How a connection was come by: what a person wants to know who gave several hosts, no database, or `sslmode=prefer`.
struct Access: Sendable {
    let endpoint: Endpoint
    let user: String
    let database: String
    /// Nil without TLS.
    let encryption: Encryption?
    /// Places that did not let us in before this one did.
    var failures: [ProbeError] = []
    /// The database that libpq takes where none is named, when there is none of that name.
    var missingDatabase: String?

    struct Encryption: Sendable {
        /// `TLSv1.3`.
        let version: String
        let cipher: String
        let certificates: CertificateInspection?
    }

    init(_ handle: borrowing ConnectionHandle, to endpoint: Endpoint) {
        self.endpoint = endpoint
        user = handle.user
        database = handle.database
        encryption = handle.encryption
    }

    /// `127.0.0.1:5432 as monitor, database app; TLSv1.3, certificate verified, valid until 2027-02-21`.
    func sentence(at now: Timestamp) -> String {
        var parts = ["\(place) as \(user), database \(database)", security(at: now)]
        if let missingDatabase {
            parts.append("no database was named and there is none called \(missingDatabase), so this one was taken")
        }
        parts += failures.map(\.description)
        return parts.joined(separator: "; ")
    }

    private var place: String {
        guard !endpoint.host.isEmpty, !endpoint.address.isEmpty, endpoint.host != endpoint.address else {
            return "\(endpoint)"
        }
        return "\(endpoint) (\(endpoint.address))"
    }

    private func security(at now: Timestamp) -> String {
        guard let encryption else { return endpoint.isUnixSocket ? "by a unix socket" : "not encrypted" }
        let certificate = encryption.certificates.map { words(on: $0, at: now) }
        return [encryption.version, certificate].compactMap { $0 }.joined(separator: ", ")
    }

    private func words(on certificates: CertificateInspection, at now: Timestamp) -> String {
        let trust = certificates.verification == nil ? "certificate not verified" : "certificate verified"
        guard let first = (certificates.judged ?? certificates.sent).firstToExpire else { return trust }
        let left = first.time.seconds(since: now)
        let validity =
            left < 0 ? "expired \(Units.seconds(-left)) ago" : "valid for \(Units.seconds(left))"
        return "\(trust), \(validity)"
    }
}

extension ConnectionHandle {
    fileprivate var user: String { PQuser(pointer).map { String(cString: $0) } ?? "" }

    fileprivate var database: String { PQdb(pointer).map { String(cString: $0) } ?? "" }

    fileprivate var encryption: Access.Encryption? {
        guard PQsslInUse(pointer) == 1 else { return nil }
        func attribute(_ name: String) -> String { PQsslAttribute(pointer, name).map { String(cString: $0) } ?? "" }
        // "The struct is … an SSL *", and libpq's own for as long as the connection lives.
        let ssl = PQsslStruct(pointer, "OpenSSL").map { OpaquePointer($0) }
        return Access.Encryption(
            version: attribute("protocol"), cipher: attribute("cipher"),
            certificates: ssl.flatMap(CertificateInspection.init(ofSession:)))
    }
}
