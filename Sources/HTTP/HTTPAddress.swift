import CCurl
import Diagnostics

/// An `http` or `https` URL as a person gives it, split into what may be shown and what may not.
public struct HTTPAddress: Sendable {
    /// With scheme, without user info.
    public let url: String
    /// Of the user info: a user and a password.
    public let authorization: HTTPRequest.Authorization?
    /// Where to connect in place of the URL's host.
    public let unixSocket: String?

    /// Reads `http://…`, `https://…`, `host[:port][/path]`, which means `http`, or `unix:/run/app.sock[:/path]`.
    ///
    /// - Throws: `.misconfigured` with what is wrong; the text itself is not repeated, it may hold a password.
    public init(_ text: String) throws(ProbeError) {
        for prefix in ["unix:", "http://unix:"] where text.hasPrefix(prefix) {
            self = try Self(socketAndPath: text.dropFirst(prefix.utf8.count))
            return
        }
        let url = text.contains("://") ? text : "http://\(text)"
        guard let scheme = URLText.part(CURLUPART_SCHEME, of: url), URLText.part(CURLUPART_HOST, of: url) != nil else {
            throw Self.error("not a URL; it should look like http://HOST:PORT/PATH")
        }
        guard ["http", "https"].contains(scheme) else {
            throw Self.error("the scheme is \(scheme); it should be http or https")
        }
        self.url =
            URLText.edited(url) { handle in
                for part in [CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_OPTIONS, CURLUPART_FRAGMENT] {
                    curl_url_set(handle, part, nil, 0)
                }
            } ?? url
        unixSocket = nil
        authorization = URLText.part(CURLUPART_USER, of: url, decoded: true).map { user in
            .basic(user: user, password: URLText.part(CURLUPART_PASSWORD, of: url, decoded: true) ?? "")
        }
    }

    /// `/run/app.sock` or `/run/app.sock:/path`.
    private init(socketAndPath text: Substring) throws(ProbeError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard text.hasPrefix("/"), parts.count == 1 || parts[1].hasPrefix("/") else {
            throw Self.error(
                "not the path of a unix socket; it should look like unix:/run/app.sock or unix:/run/app.sock:/path")
        }
        unixSocket = String(parts[0])
        url = "http://localhost" + (parts.count > 1 ? parts[1] : "/")
        authorization = nil
    }

    /// What a target's address says: the URL without its query, or the socket.
    public var shown: String { unixSocket.map { "unix:\($0):\(URLText.path(of: url))" } ?? URLText.shown(url) }

    private static func error(_ message: String) -> ProbeError {
        ProbeError(.misconfigured, step: "read the URL", message: message)
    }
}
