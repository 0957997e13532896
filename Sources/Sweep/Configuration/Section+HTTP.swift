import Diagnostics
import HTTP
import Network

extension Section {
    func httpSettings() -> HTTPSettings? {
        guard requiredString("url") != nil else { return nil }
        guard let address = parsed("url", { text throws(ProbeError) in try HTTPAddress(text) }) else { return nil }
        var settings = HTTPSettings(address)
        if let role = string("role") {
            switch role {
            case "application": settings.role = .application
            case "url": settings.role = .url
            default: report("role", "\(written("role").quoted) is neither application nor url")
            }
        }
        settings.healthPaths = strings("health") ?? settings.healthPaths
        settings.metricsPaths = strings("metrics") ?? settings.metricsPaths
        settings.slowDebatesPath = string("slow_debates") ?? settings.slowDebatesPath
        settings.activeDebatesPath = string("active_debates") ?? settings.activeDebatesPath
        settings.detailPaths = strings("details") ?? settings.detailPaths
        settings.metricsLimit = bytes("metrics_limit").map { Int($0) } ?? settings.metricsLimit
        settings.maximumRedirects = integer("redirects", in: 0...20) ?? settings.maximumRedirects
        settings.headers = labels("headers").map { HTTPRequest.Header($0.name, $0.value) }
        settings.authorization = authorization()
        readRequest(&settings)
        if let section = section("expect") {
            settings.expectation = section.httpExpectation()
            section.finish()
        }
        readConnection(&settings.connection)
        if let series = section("series") {
            settings.series = series.applicationSeries()
            series.finish()
        }
        return settings
    }

    /// A token, or a user with a password.
    func authorization() -> HTTPRequest.Authorization? {
        let (token, user, password) = (secret("token"), string("user"), secret("password"))
        if token != nil, user != nil { report("token", "give either a token or a user with a password") }
        if password != nil, user == nil { report("password", "a user is missing beside it") }
        if let user { return .basic(user: user, password: password ?? "") }
        return token.map { .bearer($0) }
    }

    private func readRequest(_ settings: inout HTTPSettings) {
        if let method = string("method") {
            settings.method = method.uppercased()
            if !HTTPSettings.methods.contains(settings.method) {
                report("method", "\(method.quoted) is none of " + HTTPSettings.methods.joined(separator: ", "))
            }
        }
        if let body = string("body") { settings.content = Array(body.utf8) }
        if let file = string("body_file") {
            do {
                settings.content = try TextFile.read(source.resolved(file), upTo: 1 << 20)
            } catch {
                report("body_file", "\(error)")
            }
        }
        settings.bodyLimit = bytes("body_limit").map { Int(clamping: $0) } ?? settings.bodyLimit
        settings.retries = integer("retries", in: 0...10) ?? settings.retries
        settings.retryDelay = duration("retry_delay") ?? settings.retryDelay
    }

    func readConnection(_ connection: inout HTTPRequest.ConnectionSettings) {
        connection.caFile = string("ca_file").map(source.resolved)
        connection.unixSocket = string("unix_socket") ?? connection.unixSocket
        connection.address = string("connect_to")
        connection.verifiesCertificate = bool("verify") ?? true
        connection.encodings = string("compression")
        connection.addressFamily = word("ip_version", among: ["4", "6"]).flatMap { Int($0) }
        connection.version = word("http_version", among: ["1.0", "1.1", "2", "2-prior-knowledge"])
        readProxy(&connection)
        let (key, password) = (string("key_file").map(source.resolved), secret("key_password"))
        if let file = string("cert_file").map(source.resolved) {
            connection.clientCertificate = .init(certificateFile: file, keyFile: key, password: password)
        } else if key != nil {
            report("key_file", "cert_file is missing beside it")
        }
    }

    /// `environment`, or a URL. What it says of credentials is taken out of it: a proxy's URL is shown.
    private func readProxy(_ connection: inout HTTPRequest.ConnectionSettings) {
        connection.noProxy = string("no_proxy")
        guard let proxy = string("proxy") else { return }
        guard proxy != "environment" else {
            connection.usesEnvironmentProxy = true
            return
        }
        let password = secret("proxy_password")
        do {
            let address = try ProxyAddress(proxy, password: password)
            (connection.proxy, connection.proxyAuthorization) = (address.url, address.authorization)
        } catch {
            report("proxy", error.message)
        }
    }

    private func word(_ key: String, among words: [String]) -> String? {
        guard let word = string(key) else { return nil }
        if words.contains(word) { return word }
        report(key, "\(written(key).quoted) is none of " + words.joined(separator: ", "))
        return nil
    }

    /// What an answer must be like, in the words that `diag http` takes too.
    private func httpExpectation() -> HTTPExpectation {
        var expectation = HTTPExpectation()
        expectation.statuses = all("status") { (words: [String]) throws(ProbeError) in try StatusSet(words) }
        expectation.versions = strings("version") ?? []
        expectation.within = duration("within")
        expectation.tls = bool("tls")
        expectation.bodyContains = strings("body") ?? []
        expectation.bodyLacks = strings("body_lacks") ?? []
        expectation.bodyFits = each("body_matches") { text throws(ProbeError) in try TextPattern(text) }
        expectation.bodyFitsNot = each("body_lacks_match") { text throws(ProbeError) in try TextPattern(text) }
        expectation.json = each("json") { text throws(ProbeError) in try JSONCheck(text) }
        expectation.headers = each("headers") { text throws(ProbeError) in try HeaderCheck(text) }
        return expectation
    }

    private func all<Value>(_ key: String, _ make: ([String]) throws(ProbeError) -> Value) -> Value? {
        guard let texts = strings(key) else { return nil }
        return checked(key) { () throws(ProbeError) in try make(texts) }
    }

    private func each<Value>(_ key: String, _ make: (String) throws(ProbeError) -> Value) -> [Value] {
        (strings(key) ?? []).compactMap { text in checked(key) { () throws(ProbeError) in try make(text) } }
    }

    /// The application's own names for what conditions ask for, in place of the usual ones.
    private func applicationSeries() -> ApplicationSeries {
        var series = ApplicationSeries()
        let names: [(String, WritableKeyPath<ApplicationSeries, [String]>)] = [
            ("requests", \.requests), ("durations", \.durations), ("auth_failures", \.authFailures),
            ("rate_limit_hits", \.rateLimitHits), ("debates", \.debates), ("active_debates", \.activeDebates),
            ("quota_remaining", \.quotaRemaining), ("agent_rate_limits", \.agentRateLimits),
            ("agent_errors", \.agentErrors), ("agent_calls", \.agentCalls), ("agent_fallbacks", \.agentFallbacks),
            ("open_circuit_breakers", \.openCircuitBreakers),
            ("code_labels", \.codeLabels), ("endpoint_labels", \.endpointLabels), ("method_labels", \.methodLabels),
            ("provider_labels", \.providerLabels),
        ]
        for (key, path) in names { series[keyPath: path] = strings(key) ?? series[keyPath: path] }
        return series
    }
}
