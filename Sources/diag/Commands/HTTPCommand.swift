import ArgumentParser
import Diagnostics
import HTTP
import Sweep

struct HTTPCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "http",
        abstract: "What a URL answers: phases, redirects, certificate, checks; an application's health and metrics.",
        discussion: """
            A URL with a path is asked as it is. One without, and a target of the configuration, is an application: its health \
            endpoint is found, and its metrics are read. With what the answer must be like (--expect…), whatever is not met \
            makes the command end as an alert does. Secrets come from files or from DIAG_HTTP_TOKEN and \
            DIAG_HTTP_PASSWORD, never from arguments.

            EXAMPLES
              diag http
              diag http https://app.example.org
              diag http https://app.example.org/healthz --expect-json '/status == ok' --within 500ms
              diag http https://old.example.org/ --expect-status 301 --redirects 0
              diag http https://api.example.org/v1/jobs --method POST --body-file job.json --expect-status 201,202
              diag http https://app.example.org/healthz --connect-to 10.0.0.7:8443   one instance behind a balancer
            """)

    @OptionGroup var options: TargetOptions
    @OptionGroup var watch: WatchOptions
    @OptionGroup(title: "The request") var request: HTTPRequestOptions
    @OptionGroup(title: "The way there") var way: HTTPWayOptions
    @OptionGroup(title: "What the answer must be like") var expectation: HTTPExpectationOptions

    @Argument(
        help: ArgumentHelp("A target's name, or a URL.", valueName: "target"), completion: .targets(.http))
    var targets: [String] = []

    func run() async throws {
        try await options.inspect(
            targets, watching: watch, find: { try $0.targets(.http, $1) },
            probe: { target in
                let probe = try target.httpProbe { settings in
                    settings.showsAnswer = true
                    try request.apply(to: &settings)
                    try way.apply(to: &settings.connection)
                    try expectation.apply(to: &settings.expectation)
                    // A configured URL with a path is where an application lives; one that is typed is meant as it is.
                    let isTyped = target.target.name == target.target.address
                    if request.isPlain || isTyped && settings.isOwnPage { settings.role = .url }
                }
                return probe.map { target.besideContainers($0, environment: Environment.variables) }
            })
    }
}

/// What is asked.
struct HTTPRequestOptions: ParsableArguments {
    @Option(name: .long, help: "GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS.")
    var method: String?

    @Option(
        name: .long, help: ArgumentHelp("What is sent with it, from a file.", valueName: "file"), completion: .file())
    var bodyFile: String?

    @Option(
        name: .customLong("header"),
        help: ArgumentHelp("A header field, 'NAME: VALUE'; can be repeated.", valueName: "field"))
    var headers: [String] = []

    @Option(
        name: .long, help: ArgumentHelp("A file whose first line is a bearer token.", valueName: "file"),
        completion: .file())
    var tokenFile: String?

    @Option(
        name: .long, help: "For basic authentication; its password comes from --password-file or DIAG_HTTP_PASSWORD.")
    var user: String?

    @Option(
        name: .long, help: ArgumentHelp("A file whose first line is the password.", valueName: "file"),
        completion: .file())
    var passwordFile: String?

    @Option(name: .long, help: "Redirects to follow at most; with 0 a redirect is the answer.")
    var redirects: Int?

    @Option(name: .long, help: "How often to ask again when the answer is not good.")
    var retries: Int?

    @Option(name: .long, help: ArgumentHelp("Read so much of the body at most: 1MiB.", valueName: "size"))
    var bodyLimit: String?

    @Flag(name: .customLong("plain"), help: "Ask this URL alone, even where it may be an application's.")
    var isPlain = false

    /// - Throws: `UsageError` for what cannot be.
    func apply(to settings: inout HTTPSettings) throws {
        if let method {
            settings.method = method.uppercased()
            guard HTTPSettings.methods.contains(settings.method) else {
                throw UsageError(description: "--method is one of " + HTTPSettings.methods.joined(separator: ", "))
            }
        }
        if let bodyFile {
            settings.content = try SecretSource.bytes(ofFile: bodyFile)
            if method == nil { settings.method = "POST" }
        }
        settings.headers += try headers.map(Self.header)
        settings.maximumRedirects = redirects ?? settings.maximumRedirects
        settings.retries = retries ?? settings.retries
        if let bodyLimit {
            guard let bytes = Quantity.bytes(bodyLimit), bytes > 0 else {
                throw UsageError(description: "--body-limit is a size such as 512KiB or 1MiB")
            }
            settings.bodyLimit = Int(clamping: bytes)
        }
        try applyCredentials(to: &settings)
    }

    private func applyCredentials(to settings: inout HTTPSettings) throws {
        if let token = try SecretSource.value(file: tokenFile, variable: "DIAG_HTTP_TOKEN"), user == nil {
            settings.authorization = .bearer(token)
        }
        guard let user else { return }
        guard !user.contains(":") else {
            throw UsageError(description: "--user takes no password: everybody on this machine could read it there")
        }
        let password = try SecretSource.value(file: passwordFile, variable: "DIAG_HTTP_PASSWORD")
        settings.authorization = .basic(user: user, password: password ?? "")
    }

    private static func header(_ text: String) throws -> HTTPRequest.Header {
        guard let colon = text.firstIndex(of: ":"), colon != text.startIndex else {
            throw UsageError(description: "--header is 'NAME: VALUE'")
        }
        let name = String(text[..<colon])
        guard !["authorization", "proxy-authorization", "cookie"].contains(name.lowercased()) else {
            throw UsageError(
                description:
                    "--header takes no secrets: everybody on this machine could read them there; use --token-file, "
                    + "--user with --password-file, or headers: in the configuration")
        }
        return HTTPRequest.Header(name, String(text[text.index(after: colon)...].drop(while: \.isWhitespace)))
    }
}

/// How the server is reached.
struct HTTPWayOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("Connect there, whatever host the URL names.", valueName: "host:port"))
    var connectTo: String?

    @Option(name: .long, help: ArgumentHelp("Connect to this unix socket.", valueName: "path"), completion: .file())
    var unixSocket: String?

    @Option(name: .long, help: "The URL of a proxy, or environment for those that it names.")
    var proxy: String?

    @Option(name: .long, help: ArgumentHelp("Hosts to reach without the proxy.", valueName: "hosts"))
    var noProxy: String?

    @Option(name: .long, help: ArgumentHelp("Authorities to trust, as PEM.", valueName: "file"), completion: .file())
    var caFile: String?

    @Flag(name: .long, help: "Take any certificate.")
    var insecure = false

    @Option(
        name: .long, help: ArgumentHelp("A certificate of our own, as PEM.", valueName: "file"), completion: .file())
    var cert: String?

    @Option(
        name: .long, help: ArgumentHelp("Its key, where that is in another file.", valueName: "file"),
        completion: .file())
    var key: String?

    @Option(name: .long, help: "1.0, 1.1, 2, or 2-prior-knowledge for HTTP/2 without TLS.")
    var httpVersion: String?

    @Option(name: .long, help: "4 or 6: only addresses of this kind.")
    var ipVersion: Int?

    func validate() throws {
        if let ipVersion, ipVersion != 4, ipVersion != 6 { throw ValidationError("--ip-version is 4 or 6") }
        let versions = ["1.0", "1.1", "2", "2-prior-knowledge"]
        if let httpVersion, !versions.contains(httpVersion) {
            throw ValidationError("--http-version is one of " + versions.joined(separator: ", "))
        }
        if key != nil, cert == nil { throw ValidationError("--key goes with --cert") }
    }

    func apply(to connection: inout HTTPRequest.ConnectionSettings) throws {
        connection.address = connectTo ?? connection.address
        connection.unixSocket = unixSocket ?? connection.unixSocket
        connection.noProxy = noProxy ?? connection.noProxy
        connection.caFile = caFile ?? connection.caFile
        if insecure { connection.verifiesCertificate = false }
        connection.version = httpVersion ?? connection.version
        connection.addressFamily = ipVersion ?? connection.addressFamily
        if let cert { connection.clientCertificate = .init(certificateFile: cert, keyFile: key) }
        guard let proxy else { return }
        connection.usesEnvironmentProxy = proxy == "environment"
        guard proxy != "environment" else { return }
        let address = try ProxyAddress(proxy)
        if case .basic(_, let password) = address.authorization, !password.isEmpty {
            throw UsageError(description: "--proxy takes no password: everybody on this machine could read it there")
        }
        (connection.proxy, connection.proxyAuthorization) = (address.url, address.authorization)
    }
}

/// What the answer is held against.
struct HTTPExpectationOptions: ParsableArguments {
    @Option(
        name: .customLong("expect-status"), help: ArgumentHelp("200, 2xx, 200-299, or a list.", valueName: "statuses"))
    var statuses: [String] = []

    @Option(name: .customLong("expect-version"), help: ArgumentHelp("The HTTP version: 1.1, 2.", valueName: "version"))
    var versions: [String] = []

    @Option(name: .customLong("expect-body"), help: ArgumentHelp("A text in the body.", valueName: "text"))
    var body: [String] = []

    @Option(name: .customLong("expect-body-lacks"), help: ArgumentHelp("A text not in the body.", valueName: "text"))
    var lacks: [String] = []

    @Option(name: .customLong("expect-body-matches"), help: ArgumentHelp("A regular expression.", valueName: "regex"))
    var fits: [String] = []

    @Option(
        name: .customLong("expect-json"),
        help: ArgumentHelp(
            "A check of the body's JSON.",
            discussion:
                "'/status == ok', '/latency_ms < 100', 'length /items >= 3', '/errors absent', '/name ~ ^john'.",
            valueName: "check"))
    var json: [String] = []

    @Option(
        name: .customLong("expect-header"),
        help: ArgumentHelp(
            "A check of a header field.",
            discussion: "'NAME', '!NAME', 'NAME: VALUE', 'NAME ~ REGEX', 'NAME !~ REGEX'.",
            valueName: "check"))
    var headers: [String] = []

    @Option(name: .long, help: ArgumentHelp("How long all of it may take: 500ms.", valueName: "time"))
    var within: TimeSpan?

    /// - Throws: `ProbeError` of the kind `.misconfigured`.
    func apply(to expectation: inout HTTPExpectation) throws {
        if !statuses.isEmpty { expectation.statuses = try StatusSet(statuses) }
        expectation.versions += versions
        expectation.bodyContains += body
        expectation.bodyLacks += lacks
        expectation.bodyFits += try fits.map { text throws(ProbeError) in try TextPattern(text) }
        expectation.json += try json.map { text throws(ProbeError) in try JSONCheck(text) }
        expectation.headers += try headers.map { text throws(ProbeError) in try HeaderCheck(text) }
        expectation.within = within?.duration ?? expectation.within
    }
}
