import Diagnostics

/// One request, and how far to go with it.
public struct HTTPRequest: Sendable {
    /// Whatever is not GET is somebody's own wish.
    public var method = "GET"
    /// What is sent; empty for none.
    public var content: [UInt8] = []
    /// Absolute, `http` or `https`, without user info.
    public var url: String
    /// Sent as they are, and only to the host of `url`: not to where a redirect leads.
    public var headers: [Header]
    /// Goes out as `Authorization`, under the same rule as `headers`. Never part of an error or a description.
    public var authorization: Authorization?
    /// Bytes of the body after which it is cut off; the response then says `isTruncated`.
    public var bodyLimit: Int
    /// Zero: a redirect is the answer.
    public var maximumRedirects: Int
    public var connection: ConnectionSettings
    /// What is sent; nil for a GET.
    public var body: Body?

    public init(
        url: String, headers: [Header] = [], authorization: Authorization? = nil, bodyLimit: Int = 64 * 1024,
        maximumRedirects: Int = 5, connection: ConnectionSettings = ConnectionSettings()
    ) {
        self.url = url
        self.headers = headers
        self.authorization = authorization
        self.bodyLimit = bodyLimit
        self.maximumRedirects = maximumRedirects
        self.connection = connection
    }

    /// A header field. A server may send any name several times.
    public struct Header: Sendable, Hashable {
        public let name: String
        public let value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }
}

extension HTTPRequest {
    /// Credentials; printing one shows only its scheme.
    public enum Authorization: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible {
        case bearer(String)
        case basic(user: String, password: String)

        public var description: String {
            switch self {
            case .bearer: "Bearer ***"
            case .basic: "Basic ***"
            }
        }

        public var debugDescription: String { description }
    }

    /// How to reach the server.
    public struct ConnectionSettings: Sendable, Hashable {
        /// Whether the server's certificate must verify. Without it a token may go to anybody who answers.
        public var verifiesCertificate: Bool
        /// PEM file of the authorities to trust in place of the system's.
        public var caFile: String?
        /// Connect to this unix socket, whatever host the URL names.
        public var unixSocket: String?
        /// `HOST:PORT` to connect to, whatever host the URL names: one instance behind a balancer, asked for by the
        /// balancer's name.
        public var address: String?
        /// URL of a proxy. Those of the environment are not used unless that is asked for: a probe says what it sees of
        /// the server itself.
        public var proxy: String?
        /// Whether `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy` of the environment count.
        public var usesEnvironmentProxy = false
        /// Hosts that are reached without the proxy, as `no_proxy` has them.
        public var noProxy: String?
        /// For the proxy.
        public var proxyAuthorization: Authorization?
        /// What to show to a server that asks for it.
        public var clientCertificate: ClientCertificate?
        /// `1.1`, `2`, or `2-prior-knowledge` for HTTP/2 without TLS; nil: the best that both know.
        public var version: String?
        /// 4 or 6; nil for both.
        public var addressFamily: Int?
        /// What goes out as `Accept-Encoding`: `gzip`, `br`, `identity`; nil: all that can be unpacked.
        public var encodings: String?

        public init(
            verifiesCertificate: Bool = true, caFile: String? = nil, unixSocket: String? = nil, address: String? = nil,
            proxy: String? = nil
        ) {
            self.verifiesCertificate = verifiesCertificate
            self.caFile = caFile
            self.unixSocket = unixSocket
            self.address = address
            self.proxy = proxy
        }
    }

    /// A certificate of our own with its key, as PEM files.
    public struct ClientCertificate: Sendable, Hashable {
        public var certificateFile: String
        /// Nil where the certificate's file has it too.
        public var keyFile: String?
        /// Of the key.
        public var password: String?

        public init(certificateFile: String, keyFile: String? = nil, password: String? = nil) {
            self.certificateFile = certificateFile
            self.keyFile = keyFile
            self.password = password
        }
    }
}
