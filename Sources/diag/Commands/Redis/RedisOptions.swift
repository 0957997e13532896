import ArgumentParser
import Diagnostics
import Redis
import Sweep
import TLS

/// How to get into the Redis servers that a command names, under redis-cli's own names; what is given here wins over the
/// configuration and the URI. A password is never among it: everybody can read what is on a command line.
struct RedisOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("The ACL user to log in as.", valueName: "name"))
    var user: String?

    @Flag(name: .long, help: "Speak TLS; rediss://… and each of the options below do as well.")
    var tls = false

    @Option(name: .long, help: ArgumentHelp("Trust these authorities and not the system's (PEM).", valueName: "file"))
    var cacert: String?

    @Option(
        name: .long, help: ArgumentHelp("The same, a folder that openssl rehash has seen.", valueName: "folder"))
    var cacertdir: String?

    @Option(name: .long, help: ArgumentHelp("Our own certificate, for servers that want one (PEM).", valueName: "file"))
    var cert: String?

    @Option(name: .long, help: ArgumentHelp("Its key, where that is in another file (PEM).", valueName: "file"))
    var key: String?

    @Option(
        name: .long, help: ArgumentHelp("The name to ask for and to verify, in place of the host.", valueName: "name"))
    var sni: String?

    @Flag(name: .long, help: "Take whoever answers for the server: verify nothing.")
    var insecure = false

    /// The target with what was given here; another kind of target as it is.
    func applied(to target: ConfiguredTarget) -> ConfiguredTarget {
        switch target.settings {
        case .redis(let settings): target.with(.redis(applied(to: settings)))
        case .sentinel(let settings): target.with(.sentinel(applied(to: settings)))
        default: target
        }
    }

    private func applied(to settings: RedisSettings) -> RedisSettings {
        var settings = settings
        settings.username = user ?? settings.username
        guard tls || insecure || [cacert, cacertdir, cert, sni].contains(where: { $0 != nil }) else { return settings }
        var client = settings.tls ?? TLSClientSettings()
        client.trust.file = cacert ?? client.trust.file
        client.trust.directory = cacertdir ?? client.trust.directory
        client.serverName = sni ?? client.serverName
        if insecure { client.check = .nothing }
        if let cert { client.identity = .init(certificateFile: cert, keyFile: key) }
        settings.tls = client
        return settings
    }

    func validate() throws {
        if key != nil, cert == nil { throw ValidationError("--key needs --cert") }
    }
}
