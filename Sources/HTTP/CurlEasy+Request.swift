import CCurl
import Diagnostics
import TLS

extension CurlEasy {
    /// Sets all that a request needs. Redirects are followed by the client, which knows what may be sent where.
    mutating func prepare(for request: HTTPRequest, connectWithin time: Duration) {
        set(CURLOPT_URL, request.url)
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_USERAGENT, Self.userAgent)
        // Empty: every encoding that libcurl was built with; the body arrives decompressed.
        set(CURLOPT_ACCEPT_ENCODING, request.connection.encodings ?? "")
        // No signals: libcurl would use SIGALRM for name lookups. It sends with MSG_NOSIGNAL anyway.
        set(CURLOPT_NOSIGNAL, 1)
        // Without it, closing a handle waits for the thread that still resolves its name.
        set(CURLOPT_QUICK_EXIT, 1)
        set(CURLOPT_FOLLOWLOCATION, 0)
        // libcurl's own 16 KiB do for small answers; every transfer has a buffer of its own.
        if request.bodyLimit > 1 << 20 { set(CURLOPT_BUFFERSIZE, 128 * 1024) }
        set(CURLOPT_CONNECTTIMEOUT_MS, max(1, Int((time.seconds * 1000).rounded(.up))))
        setHeaders(request.headers.map(\.line) + (request.authorization?.headerLines ?? []) + setContent(of: request))
        if let address = request.connection.address { setAddress(address) }
        prepare(for: request.connection)
    }

    /// - Returns: header lines that keep libcurl from saying more than was asked for.
    private borrowing func setContent(of request: HTTPRequest) -> [String] {
        switch request.method {
        case "GET" where request.content.isEmpty: return []
        case "HEAD":
            set(CURLOPT_NOBODY, 1)
            return []
        default: break
        }
        guard !request.content.isEmpty || ["POST", "PUT", "PATCH"].contains(request.method) else {
            set(CURLOPT_CUSTOMREQUEST, request.method)
            return []
        }
        set(CURLOPT_POST, 1)
        diag_curl_set_content(handle, request.content, request.content.count)
        set(CURLOPT_CUSTOMREQUEST, request.method)
        // No pause for a "100 Continue", and no type that nobody named.
        let hasType = request.headers.contains { $0.name.lowercased() == "content-type" }
        return ["Expect:"] + (hasType ? [] : ["Content-Type:"])
    }

    private borrowing func prepare(for connection: HTTPRequest.ConnectionSettings) {
        set(CURLOPT_SSL_VERIFYPEER, connection.verifiesCertificate ? 1 : 0)
        set(CURLOPT_SSL_VERIFYHOST, connection.verifiesCertificate ? 2 : 0)
        if let file = connection.caFile {
            set(CURLOPT_CAINFO, file)
            // Else the system's directory is trusted beside the file.
            diag_curl_setopt_string(handle, CURLOPT_CAPATH, nil)
        } else if connection.verifiesCertificate {
            shareSystemAuthorities()
        }
        if let path = connection.unixSocket { set(CURLOPT_UNIX_SOCKET_PATH, path) }
        prepareProxy(connection)
        prepareProtocol(connection)
    }

    private borrowing func prepareProxy(_ connection: HTTPRequest.ConnectionSettings) {
        // An empty string keeps libcurl from the environment's proxies.
        if !connection.usesEnvironmentProxy { set(CURLOPT_PROXY, connection.proxy ?? "") }
        if let hosts = connection.noProxy { set(CURLOPT_NOPROXY, hosts) }
        if case .basic(let user, let password) = connection.proxyAuthorization {
            set(CURLOPT_PROXYUSERNAME, user)
            set(CURLOPT_PROXYPASSWORD, password)
        }
    }

    private borrowing func prepareProtocol(_ connection: HTTPRequest.ConnectionSettings) {
        if let own = connection.clientCertificate {
            set(CURLOPT_SSLCERT, own.certificateFile)
            set(CURLOPT_SSLKEY, own.keyFile ?? own.certificateFile)
            if let password = own.password { set(CURLOPT_KEYPASSWD, password) }
        }
        switch connection.version {
        case "1.0": set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_0))
        case "1.1": set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        case "2": set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
        case "2-prior-knowledge": set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE))
        default: break
        }
        if let family = connection.addressFamily {
            set(CURLOPT_IPRESOLVE, Int(family == 4 ? CURL_IPRESOLVE_V4 : CURL_IPRESOLVE_V6))
        }
    }

    /// libcurl would read the system's whole bundle anew for each target: 40 ms of CPU and a megabyte. Where another
    /// library than OpenSSL carries its TLS it goes on doing so.
    private borrowing func shareSystemAuthorities() {
        guard diag_curl_set_tls_context_function(handle, Self.installAuthorities) == CURLE_OK else { return }
        diag_curl_setopt_string(handle, CURLOPT_CAINFO, nil)
        diag_curl_setopt_string(handle, CURLOPT_CAPATH, nil)
    }

    /// CURLOPT_SSL_CTX_FUNCTION: called with the `SSL_CTX` of a new connection before its handshake.
    private static let installAuthorities: curl_ssl_ctx_callback = { _, context, _ in
        guard let context = context.map({ OpaquePointer($0) }) else { return CURLE_SSL_CACERT_BADFILE }
        do throws(ProbeError) {
            try Trust.system.install(in: context)
            return CURLE_OK
        } catch {
            return CURLE_SSL_CACERT_BADFILE
        }
    }

    private static let userAgent = "diag/1"
}

extension HTTPRequest.Header {
    /// libcurl takes a name with nothing behind its colon for one to leave out; a semicolon sends it empty.
    fileprivate var line: String { value.isEmpty ? "\(name);" : "\(name): \(value)" }
}

extension HTTPRequest.Authorization {
    fileprivate var headerLines: [String] {
        switch self {
        case .bearer(let token): ["Authorization: Bearer \(token)"]
        case .basic(let user, let password): ["Authorization: Basic \(Base64.encoded("\(user):\(password)"))"]
        }
    }
}
