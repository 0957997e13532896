import ArgumentParser
import Sweep
import TLS

/// How servers are asked for their certificates and by what these are judged; said here it holds for all of them.
struct TLSAskingOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The protocol that turns to TLS: \(StartTLS.allCases.map(\.rawValue).joined(separator: ", ")) or none.",
            valueName: "name"))
    var starttls: String?

    @Option(name: .long, help: ArgumentHelp("The name to ask for (SNI), and to verify.", valueName: "name"))
    var servername: String?

    @Option(name: .long, help: ArgumentHelp("The name that the certificate must be for.", valueName: "name"))
    var verifyName: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Connect there in place of what the name resolves to; repeatable.", valueName: "host:port:address"))
    var resolve: [String] = []

    @Flag(name: [.customShort("4"), .long], help: "Only IPv4 addresses.")
    var ipv4 = false

    @Flag(name: [.customShort("6"), .long], help: "Only IPv6 addresses.")
    var ipv6 = false

    @Option(
        name: .long, help: ArgumentHelp("Trusted authorities, PEM, in place of the system's.", valueName: "file"),
        completion: .file())
    var caFile: String?

    @Option(
        name: .long,
        help: ArgumentHelp("The same as a folder that openssl rehash has seen.", valueName: "folder"),
        completion: .directory)
    var caDir: String?

    @Option(
        name: .long, help: ArgumentHelp("A client certificate to show, PEM, with its chain.", valueName: "file"),
        completion: .file())
    var cert: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Its key, where it is not in the same file. A password for it: DIAG_KEY_PASSWORD in the environment.",
            valueName: "file"), completion: .file())
    var key: String?

    @Option(
        name: .long, help: ArgumentHelp("Protocols to offer by ALPN, the preferred one first.", valueName: "names"))
    var alpn: String?

    @Flag(name: .long, help: "Ask for each version from TLS 1.0 to 1.3 too: a handshake each.")
    var protocols = false

    @Option(
        name: .long,
        help: ArgumentHelp("The file whose certificate ought to be served.", valueName: "file"), completion: .file())
    var expect: String?

    func validate() throws {
        if ipv4, ipv6 { throw ValidationError("-4 and -6 exclude each other") }
        if key != nil, cert == nil { throw ValidationError("--key needs --cert") }
        _ = try chosenStartTLS()
        _ = try resolve.map { try Resolution($0) }
    }

    /// What to change in a target's own settings.
    func changes() throws -> (inout TLSSettings) -> Void {
        let (chosen, places) = (try chosenStartTLS(), try resolve.map { try Resolution($0) })
        let password = Environment.variables["DIAG_KEY_PASSWORD"]
        return { settings in
            if let chosen { settings.startTLS = chosen.startTLS }
            settings.serverName = servername ?? settings.serverName
            settings.verifyName = verifyName ?? settings.verifyName
            if ipv4 || ipv6 { settings.family = ipv4 ? .ipv4 : .ipv6 }
            if caFile != nil || caDir != nil { (settings.caFile, settings.caDirectory) = (caFile, caDir) }
            if let cert {
                settings.identity = .init(certificateFile: cert, keyFile: key, keyPassword: password)
            }
            if let alpn { settings.alpn = alpn.split(separator: ",").map(String.init) }
            settings.asksForVersions = settings.asksForVersions || protocols
            if let expect { settings.certificateFiles = [expect] }
            let fitting = places.filter { $0.fits(settings) }
            if !fitting.isEmpty { settings.addresses = fitting.map(\.address) }
        }
    }

    private func chosenStartTLS() throws -> (startTLS: StartTLS?, Void)? {
        guard let starttls else { return nil }
        if starttls == "none" { return (nil, ()) }
        guard let known = StartTLS(named: starttls) else {
            throw ValidationError("--starttls does not know '\(starttls)'")
        }
        return (known, ())
    }
}

/// `HOST:PORT:ADDRESS`, as curl has it; an IPv6 address may stand in brackets.
struct Resolution {
    let host: String
    let port: UInt16
    let address: String

    init(_ text: String) throws {
        let parts = text.split(separator: ":", maxSplits: 2)
        guard parts.count == 3, let port = UInt16(parts[1]) else {
            throw ValidationError("--resolve takes HOST:PORT:ADDRESS")
        }
        host = parts[0].lowercased()
        self.port = port
        address = String(parts[2].drop { $0 == "[" }.prefix { $0 != "]" })
    }

    func fits(_ settings: TLSSettings) -> Bool { settings.host.lowercased() == host && settings.port == port }
}
