import Foundation
import Glibc

/// The certificates of all the TLS endpoints: `KIND.crt` is what is sent, `KIND.private` its key.
struct CertificateSet: Sendable {
    let root: CertificateAuthority.Issued
    private let authority: CertificateAuthority
    private let folder: String
    private static let name = "app.example.test"

    init(in folder: String, on ground: Ground) throws {
        self.folder = folder
        authority = try CertificateAuthority(folder: try ground.makeFolder("tls/authority"), on: ground)
        root = try authority.issue("root", .authority, lifetime: -1...3650, by: nil)
        try makeLeaves()
        try makeChains()
        try replaceWeb(lifetime: -1...90)
    }

    /// A new certificate for the endpoint `web`; nginx takes it up when it reloads.
    func replaceWeb(lifetime: ClosedRange<Double>) throws {
        try leaf(.web, lifetime: lifetime, by: root)
    }

    private func makeLeaves() throws {
        try leaf(.good, lifetime: -1...90, by: root)
        try leaf(.expiring, lifetime: -81...9, by: root)
        try leaf(.expired, lifetime: -91...(-1), by: root)
        try leaf(.notYetValid, lifetime: 1...91, by: root)
        try leaf(.selfSigned, lifetime: -1...90, by: nil)
        try leaf(.wrongName, names: ["other.example.test"], lifetime: -1...90, by: root)
        let stranger = try authority.issue("stranger", .authority, lifetime: -1...3650, by: nil)
        try leaf(.untrusted, lifetime: -1...90, by: stranger)
    }

    private func makeChains() throws {
        let intermediate = try authority.issue("intermediate", .authority, lifetime: -300...30, by: root)
        try leaf(.chain, lifetime: -1...90, by: intermediate, sending: [intermediate])
        try leaf(.incomplete, lifetime: -1...90, by: intermediate)
        let old = try authority.issue("old-root", .authority, lifetime: -4000...(-3), by: nil)
        let cross = try authority.issue("cross", .authority, lifetime: -2000...(-5), by: old, key: root)
        try leaf(.crossSigned, lifetime: -1...90, by: root, sending: [cross])
    }

    private func leaf(
        _ kind: TLSServers.Kind, names: [String] = [name], lifetime: ClosedRange<Double>,
        by issuer: CertificateAuthority.Issued?, sending more: [CertificateAuthority.Issued] = []
    ) throws {
        let issued = try authority.issue(kind.rawValue, .server, names: names, lifetime: lifetime, by: issuer)
        try authority.bundle([issued] + more, to: "\(folder)/\(kind.rawValue).crt")
        let key = "\(folder)/\(kind.rawValue).private"
        unlink(key)
        guard link(issued.key, key) == 0 else { throw PlaygroundError.system("link \(key)") }
    }
}
