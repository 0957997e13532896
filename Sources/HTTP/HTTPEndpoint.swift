import Diagnostics

/// A server that answers programs: where it is, how to get in and what to send along.
public struct HTTPEndpoint: Sendable, Hashable {
    /// Without user info and without a slash at its end.
    public let url: String
    public var authorization: HTTPRequest.Authorization?
    public var headers: [HTTPRequest.Header] = []
    public var connection = HTTPRequest.ConnectionSettings()

    /// - Throws: `.misconfigured` for what is no URL; the text itself is not repeated.
    public init(_ text: String) throws(ProbeError) {
        let address = try HTTPAddress(text)
        var url = address.url
        while url.hasSuffix("/") { url.removeLast() }
        self.url = url
        authorization = address.authorization
        connection.unixSocket = address.unixSocket
    }

    /// For people: without what may be a secret in its query.
    public var shown: String { URLText.shown(url) }

    /// Scheme, host and port alone, where the path may be a secret as well.
    public var origin: String { URLText.origin(of: url) }

    /// A question at a path below the URL.
    public func get(_ path: String, bodyLimit: Int = 8 << 20) -> HTTPRequest { request(path, nil, bodyLimit) }

    /// Sends a body to a path below the URL, or to the URL itself. Redirects are not followed: who configured the address is
    /// told of them.
    public func post(_ body: HTTPRequest.Body, to path: String?, bodyLimit: Int = 8 << 20) -> HTTPRequest {
        var request = request(path, body, bodyLimit)
        request.maximumRedirects = 0
        return request
    }

    private func request(_ path: String?, _ body: HTTPRequest.Body?, _ limit: Int) -> HTTPRequest {
        var request = HTTPRequest(
            url: path.map { URLText.joined(url, $0) } ?? url, headers: headers, authorization: authorization,
            bodyLimit: limit, connection: connection)
        if let body {
            request.method = "POST"
            request.content = body.bytes
            request.headers.append(HTTPRequest.Header("Content-Type", body.contentType))
        }
        return request
    }
}

extension HTTPRequest {
    /// What is posted.
    public struct Body: Sendable, Hashable {
        public let contentType: String
        public let bytes: [UInt8]

        public init(_ bytes: [UInt8], contentType: String) {
            self.bytes = bytes
            self.contentType = contentType
        }

        public static func json(_ bytes: [UInt8]) -> Body { Body(bytes, contentType: "application/json") }

        /// Fields as a form sends them.
        public static func form(_ fields: [(String, String)]) -> Body {
            let text = fields.map { "\($0.0)=\($0.1.percentEncoded)" }.joined(separator: "&")
            return Body(Array(text.utf8), contentType: "application/x-www-form-urlencoded")
        }
    }
}
