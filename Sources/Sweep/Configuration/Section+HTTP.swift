import Diagnostics
import HTTP

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
        readCredentials(&settings)
        readConnection(&settings.connection)
        if let series = section("series") {
            settings.series = series.applicationSeries()
            series.finish()
        }
        return settings
    }

    private func readCredentials(_ settings: inout HTTPSettings) {
        let (token, user, password) = (secret("token"), string("user"), secret("password"))
        if token != nil, user != nil { report("token", "give either a token or a user with a password") }
        if password != nil, user == nil { report("password", "a user is missing beside it") }
        if let token { settings.authorization = .bearer(token) }
        if let user { settings.authorization = .basic(user: user, password: password ?? "") }
    }

    private func readConnection(_ connection: inout HTTPRequest.ConnectionSettings) {
        connection.caFile = string("ca_file").map(source.resolved)
        connection.unixSocket = string("unix_socket") ?? connection.unixSocket
        connection.proxy = string("proxy")
        connection.verifiesCertificate = bool("verify") ?? true
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
