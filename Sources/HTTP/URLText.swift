import CCurl

/// Parts of URLs, by libcurl's own parser, so that what is shown is what is connected to.
enum URLText {
    /// Path without query: `/healthz`.
    static func path(of url: String) -> String { part(CURLUPART_PATH, of: url) ?? "/" }

    /// For people: without user info, and with the query left out, since secrets hide in both.
    static func shown(_ url: String) -> String {
        edited(url) { handle in
            for part in [CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_OPTIONS, CURLUPART_QUERY, CURLUPART_FRAGMENT] {
                curl_url_set(handle, part, nil, 0)
            }
        } ?? "(a URL that cannot be read)"
    }

    /// Scheme, host and port alone, where the path may be a secret as well.
    static func origin(of url: String) -> String {
        edited(url) { handle in
            for part in [CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_OPTIONS, CURLUPART_QUERY, CURLUPART_FRAGMENT] {
                curl_url_set(handle, part, nil, 0)
            }
            curl_url_set(handle, CURLUPART_PATH, "/", 0)
        }.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 } ?? "(a URL that cannot be read)"
    }

    /// Same scheme, host and port (RFC 6454): whoever may have a token at the one may have it at the other.
    static func haveSameOrigin(_ left: String, _ right: String) -> Bool {
        [CURLUPART_SCHEME, CURLUPART_HOST, CURLUPART_PORT].allSatisfy { which in
            guard let a = part(which, of: left), let b = part(which, of: right) else { return false }
            return a.lowercased() == b.lowercased()
        }
    }

    /// Nil when the URL cannot be parsed or has no such part.
    static func part(_ which: CURLUPart, of url: String, decoded: Bool = false) -> String? {
        withHandle(url) { text(which, of: $0, decoded ? CUnsignedInt(CURLU_URLDECODE) : 0) }
    }

    /// The URL after `edit` has changed it; nil when it cannot be parsed.
    static func edited(_ url: String, _ edit: (OpaquePointer) -> Void) -> String? {
        withHandle(url) { handle in
            edit(handle)
            return text(CURLUPART_URL, of: handle)
        }
    }

    private static func withHandle<Result>(_ url: String, _ body: (OpaquePointer) -> Result?) -> Result? {
        guard let handle = curl_url() else { return nil }
        defer { curl_url_cleanup(handle) }
        guard curl_url_set(handle, CURLUPART_URL, url, 0) == CURLUE_OK else { return nil }
        return body(handle)
    }

    private static func text(_ which: CURLUPart, of handle: OpaquePointer, _ more: CUnsignedInt = 0) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        let flags = more | (which == CURLUPART_PORT ? CUnsignedInt(CURLU_DEFAULT_PORT) : 0)
        guard curl_url_get(handle, which, &text, flags) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }
}

extension URLText {
    /// A path, with a query if it has one, below a base URL; the base's own query is dropped.
    static func joined(_ base: String, _ path: String) -> String {
        let parts = path.split(separator: "?", maxSplits: 1)
        let below = parts.first.map { $0.hasPrefix("/") ? String($0) : "/\($0)" } ?? "/"
        var prefix = Self.path(of: base)
        while prefix.hasSuffix("/") { prefix.removeLast() }
        return edited(base) { handle in
            curl_url_set(handle, CURLUPART_PATH, prefix + below, 0)
            curl_url_set(handle, CURLUPART_QUERY, parts.count > 1 ? String(parts[1]) : nil, 0)
        } ?? base + path
    }
}
