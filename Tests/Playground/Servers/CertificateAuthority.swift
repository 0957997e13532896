import Foundation

/// Makes certificates with the `openssl` command: P-256 keys, any lifetime, any issuer.
///
/// `openssl ca` is the one subcommand of OpenSSL 3.0 that lets both ends of the lifetime be chosen.
struct CertificateAuthority: Sendable {
    /// A certificate and its key, as files `NAME.pem` and `NAME.key` of the authority's folder.
    struct Issued: Sendable {
        let name: String
        let folder: String
        var certificate: String { "\(folder)/\(name).pem" }
        var key: String { "\(folder)/\(name).key" }
    }

    enum Kind: String { case authority, server, client }

    let folder: String
    private let ground: Ground

    init(folder: String, on ground: Ground) throws {
        self.folder = folder
        self.ground = ground
        try ground.write("", to: folder + "/index.txt")
        try ground.write("unique_subject = no\n", to: folder + "/index.txt.attr")
        try ground.write(Self.configuration, to: folder + "/openssl.cnf")
    }

    /// - Parameters:
    ///   - names: the DNS names of a server, `IP:127.0.0.1` for an address; of a client its role.
    ///   - lifetime: from and until, in days from now.
    ///   - issuer: `nil` for one that signs itself.
    ///   - key: another certificate whose key and subject this one is for: that makes a cross-signed one.
    func issue(
        _ name: String, _ kind: Kind, names: [String] = [], lifetime: ClosedRange<Double>, by issuer: Issued?,
        key other: Issued? = nil
    ) throws -> Issued {
        let issued = Issued(name: name, folder: folder)
        let key = other?.key ?? issued.key
        if other == nil { try run(["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key]) }
        let subject = "/O=Playground/CN=" + (kind == .authority ? other?.name ?? name : names[0])
        let request = "\(folder)/\(name).csr"
        try run(["req", "-new", "-key", key, "-subj", subject, "-out", request, "-config", "openssl.cnf"])
        try writeExtensions(kind, names: names, to: "\(folder)/\(name).ext")
        let signer = issuer.map { ["-cert", $0.certificate, "-keyfile", $0.key] } ?? ["-selfsign", "-keyfile", key]
        try run(
            ["ca", "-batch", "-notext", "-config", "openssl.cnf", "-extfile", "\(folder)/\(name).ext"]
                + ["-startdate", date(inDays: lifetime.lowerBound), "-enddate", date(inDays: lifetime.upperBound)]
                + ["-in", request, "-out", issued.certificate] + signer)
        return issued
    }

    /// Takes a certificate back, and writes the list of those that are (a CRL, valid for 30 days) to `path`.
    func revoke(_ issued: Issued, by issuer: Issued, listingIn path: String) throws {
        let signer = ["-config", "openssl.cnf", "-cert", issuer.certificate, "-keyfile", issuer.key]
        try run(["ca", "-batch", "-revoke", issued.certificate] + signer)
        try run(["ca", "-batch", "-gencrl", "-crldays", "30", "-out", path] + signer)
    }

    /// Gives the key to whoever runs the playground and to nobody else: libpq takes no other.
    func protect(_ issued: Issued) throws {
        guard chown(issued.key, geteuid(), getegid()) == 0, chmod(issued.key, 0o600) == 0 else {
            throw PlaygroundError.system("chown \(issued.key)")
        }
    }

    /// Writes certificates one after the other into one file, as a server sends them.
    func bundle(_ certificates: [Issued], to path: String) throws {
        let texts = try certificates.map { try String(contentsOfFile: $0.certificate, encoding: .utf8) }
        try ground.write(texts.joined(), to: path)
    }

    private func run(_ arguments: [String]) throws { try ground.run(.openssl, arguments, in: folder) }

    private func writeExtensions(_ kind: Kind, names: [String], to path: String) throws {
        let text =
            switch kind {
            case .authority:
                "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n"
            case .server:
                "basicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\nsubjectAltName="
                    + names.map { $0.hasPrefix("IP:") ? $0 : "DNS:\($0)" }.joined(separator: ",") + "\n"
            case .client:
                "basicConstraints=CA:FALSE\nextendedKeyUsage=clientAuth\n"
            }
        try ground.write(text + "subjectKeyIdentifier=hash\n", to: path)
    }

    private func date(inDays days: Double) -> String {
        var seconds = time_t(Date.now.timeIntervalSince1970 + days * 86400)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        var text = [CChar](repeating: 0, count: 32)
        let length = strftime(&text, text.count, "%Y%m%d%H%M%SZ", &parts)
        return String(decoding: text.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static let configuration = """
        [req]
        distinguished_name = subject
        [subject]
        [ca]
        default_ca = playground
        [playground]
        database = index.txt
        new_certs_dir = .
        rand_serial = yes
        default_md = sha256
        policy = anything
        [anything]
        commonName = supplied
        organizationName = optional
        """
}
