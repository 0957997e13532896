import CCurl
import Diagnostics

/// An `http` or `https` URL as a person gives it, split into what may be shown and what may not.
public struct HTTPAddress: Sendable {
    /// With scheme, without user info.
    public let url: String
    /// Of the user info: a user and a password.
    public let authorization: HTTPRequest.Authorization?

    /// Reads `http://…`, `https://…`, or `host[:port][/path]`, which means `http`.
    ///
    /// - Throws: `.misconfigured` with what is wrong; the text itself is not repeated, it may hold a password.
    public init(_ text: String) throws(ProbeError) {
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
        authorization = URLText.part(CURLUPART_USER, of: url, decoded: true).map { user in
            .basic(user: user, password: URLText.part(CURLUPART_PASSWORD, of: url, decoded: true) ?? "")
        }
    }

    /// What a target's address says: the URL without its query.
    public var shown: String { URLText.shown(url) }

    private static func error(_ message: String) -> ProbeError {
        ProbeError(.misconfigured, step: "read the URL", message: message)
    }
}
