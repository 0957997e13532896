import CCurl
import Diagnostics

/// A proxy's URL, split into what may be shown and what may not.
public struct ProxyAddress: Sendable {
    /// With scheme, without user info.
    public let url: String
    public let authorization: HTTPRequest.Authorization?

    /// Reads `http://…`, `https://…`, `socks5://…`, `socks5h://…` or `HOST:PORT`, which means `http`.
    ///
    /// - Parameter password: of the user that the URL names, kept apart from it.
    /// - Throws: `.misconfigured`; the text itself is not repeated, it may hold a password.
    public init(_ text: String, password: String? = nil) throws(ProbeError) {
        let url = text.contains("://") ? text : "http://\(text)"
        let scheme = url.prefix { $0 != ":" }.lowercased()
        // libcurl's own parser knows the schemes of proxies only when it is told to take any.
        let plain = "http" + url.drop { $0 != ":" }
        guard ["http", "https", "socks4", "socks4a", "socks5", "socks5h"].contains(scheme),
            URLText.part(CURLUPART_HOST, of: plain) != nil
        else {
            throw ProbeError(
                .misconfigured, step: "read the proxy",
                message: "not the URL of a proxy; it should look like http://HOST:PORT or socks5h://HOST:PORT")
        }
        let edited = URLText.edited(plain) { handle in
            for part in [CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_OPTIONS, CURLUPART_FRAGMENT] {
                curl_url_set(handle, part, nil, 0)
            }
        }
        self.url = scheme + (edited ?? plain).drop { $0 != ":" }
        authorization = URLText.part(CURLUPART_USER, of: plain, decoded: true).map { user in
            let own = URLText.part(CURLUPART_PASSWORD, of: plain, decoded: true)
            return .basic(user: user, password: password ?? own ?? "")
        }
    }
}
