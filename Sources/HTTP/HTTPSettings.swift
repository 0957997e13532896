import CCurl

/// What to ask of an HTTP server and how.
public struct HTTPSettings: Sendable {
    /// What stands at the base URL.
    public enum Role: Sendable, Hashable {
        /// An application: health, metrics and its slow debates are asked for.
        case application
        /// One URL to watch, and nothing else.
        case url
    }

    /// `http://host:port`, with a path where the application lives below one; for `.url` the whole URL. No user info.
    public var baseURL: String
    public var role: Role
    /// Tried in order until one is there. Nil: the usual ones (`defaultHealthPaths`).
    public var healthPaths: [String]?
    /// Tried in order until one answers with metrics in text form. Empty: metrics are not asked for.
    public var metricsPaths: [String]
    /// Where the application lists debates that take too long; nil: not asked for.
    public var slowDebatesPath: String?
    /// Where it lists the debates that run, asked when it does not list the slow ones; nil: not asked for.
    public var activeDebatesPath: String?
    /// Where it says more about itself, asked in order when its health is not good; the first that is served is shown.
    public var detailPaths: [String]
    /// How the health endpoint is asked, and what its answer must be like.
    public var method = "GET"
    /// What is sent to it; empty for none.
    public var content: [UInt8] = []
    public var expectation = HTTPExpectation()
    /// Bytes of its body, unpacked, after which it is cut off.
    public var bodyLimit = 1 << 20
    /// How often it is asked again when it is down, with `retryDelay` between.
    public var retries = 0
    public var retryDelay = Duration.milliseconds(500)
    /// With all that a person may want to see of the answer.
    public var showsAnswer = false
    public var authorization: HTTPRequest.Authorization?
    public var headers: [HTTPRequest.Header]
    public var connection: HTTPRequest.ConnectionSettings
    /// Bytes of metrics after which they are cut off, and then not used: a part would look like a reset of counters.
    public var metricsLimit: Int
    public var maximumRedirects: Int
    /// Under which names the application serves what conditions ask for.
    public var series: ApplicationSeries

    public init(
        baseURL: String, role: Role = .application, healthPaths: [String]? = nil,
        metricsPaths: [String] = defaultMetricsPaths, slowDebatesPath: String? = "/api/v1/health/slow-debates",
        activeDebatesPath: String? = "/api/v1/debates/active", detailPaths: [String] = defaultDetailPaths,
        authorization: HTTPRequest.Authorization? = nil, headers: [HTTPRequest.Header] = [],
        connection: HTTPRequest.ConnectionSettings = .init(), metricsLimit: Int = 256 * 1024 * 1024,
        maximumRedirects: Int = 5, series: ApplicationSeries = ApplicationSeries()
    ) {
        self.baseURL = baseURL
        self.role = role
        self.healthPaths = healthPaths
        self.metricsPaths = metricsPaths
        self.slowDebatesPath = slowDebatesPath
        self.activeDebatesPath = activeDebatesPath
        self.detailPaths = detailPaths
        self.authorization = authorization
        self.headers = headers
        self.connection = connection
        self.metricsLimit = metricsLimit
        self.maximumRedirects = maximumRedirects
        self.series = series
    }

    public static let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
    public static let defaultHealthPaths = ["/healthz", "/api/v1/health", "/api/health", "/health", "/readyz"]
    public static let defaultMetricsPaths = ["/metrics", "/api/v1/metrics/prometheus", "/api/v1/metrics"]
    public static let defaultDetailPaths = ["/api/v1/health/dependencies", "/api/v1/health/detailed"]
}

extension HTTPSettings {
    /// Whether the URL names one page of a server, and not a whole application.
    public var isOwnPage: Bool {
        !["", "/"].contains(URLText.path(of: baseURL)) || URLText.part(CURLUPART_QUERY, of: baseURL) != nil
    }

    /// The question to the health endpoint at a path below the base URL; nil: at the base URL itself.
    func healthRequest(_ path: String?) -> HTTPRequest {
        var request = request(path, bodyLimit: bodyLimit)
        (request.method, request.content) = (method, content)
        return request
    }

    /// A question to the server, at a path below the base URL; nil: at the base URL itself.
    func request(_ path: String?, bodyLimit: Int = 64 * 1024) -> HTTPRequest {
        HTTPRequest(
            url: path.map { URLText.joined(baseURL, $0) } ?? baseURL, headers: headers, authorization: authorization,
            bodyLimit: bodyLimit, maximumRedirects: maximumRedirects, connection: connection)
    }
}
