import Diagnostics
import HTTP
import Network

extension Section {
    /// Who is told of alerts: `alertmanager:` and `webhooks:`.
    func delivery() -> DeliverySettings {
        var settings = DeliverySettings()
        if let section = section("alertmanager") {
            section.readAlertmanager(&settings)
            section.finish()
        }
        for section in sections("webhooks") {
            settings.receivers += section.webhook().map { [$0] } ?? []
            section.finish()
        }
        return settings
    }

    private func readAlertmanager(_ settings: inout DeliverySettings) {
        let resend = duration("resend_delay")
        let urls = strings("urls") ?? strings("url") ?? []
        if urls.isEmpty { report("urls", "the URL of each member is needed: urls: [http://HOST:9093]") }
        settings.receivers += endpoints(urls, "urls").map { Receiver(.alertmanager, $0, resend: resend) }
        settings.timeout = duration("timeout") ?? settings.timeout
        settings.interval = duration("interval")
        settings.respectsSilences = bool("respect_silences") ?? false
        settings.generatorURL = string("generator_url")
    }

    /// A webhook's URL is often its password, so that it may stand in a file of its own.
    private func webhook() -> Receiver? {
        let resend = duration("repeat")
        guard let url = secret("url") else {
            if !has("url_file") { report("url", "the URL is needed: url or url_file") }
            _ = endpoints([], "url")
            return nil
        }
        return endpoints([url], has("url") ? "url" : "url_file").first.map { Receiver(.webhook, $0, resend: resend) }
    }

    /// The servers at these addresses, all with the same credentials.
    func endpoints(_ urls: [String], _ key: String) -> [HTTPEndpoint] {
        let given = authorization()
        let headers = requestHeaders()
        var connection = HTTPRequest.ConnectionSettings()
        readConnection(&connection)
        return urls.compactMap { url in
            let endpoint = checked(key) { () throws(ProbeError) in try HTTPEndpoint(url) }
            guard var endpoint else { return nil }
            let socket = endpoint.connection.unixSocket
            endpoint.connection = connection
            endpoint.connection.unixSocket = connection.unixSocket ?? socket
            endpoint.authorization = given ?? endpoint.authorization
            endpoint.headers = headers
            return endpoint
        }
    }

    /// Of `headers:`, and of the lines `Name: value` of the file that `headers_file` names.
    private func requestHeaders() -> [HTTPRequest.Header] {
        let inline = labels("headers").map { HTTPRequest.Header($0.name, $0.value) }
        guard let path = string("headers_file") else { return inline }
        do {
            return inline + (try SecretFile.headers(source.resolved(path)))
        } catch {
            report("headers_file", "\(error)")
            return inline
        }
    }
}

/// Secrets in files, for the command line.
public enum SecretFile {
    /// The first line.
    public static func line(_ path: String) throws(ConfigurationError) -> String {
        let lines = try lines(path)
        guard let first = lines.first, !first.isEmpty else { throw wrong(path, "its first line is empty") }
        return first
    }

    /// Lines of the form `Name: value`; empty ones and those that begin with `#` are left out.
    public static func headers(_ path: String) throws(ConfigurationError) -> [HTTPRequest.Header] {
        var headers: [HTTPRequest.Header] = []
        for line in try lines(path) where !line.isEmpty && !line.hasPrefix("#") {
            guard let colon = line.firstIndex(of: ":"), colon > line.startIndex else {
                throw wrong(path, "a line is no header field, Name: value")
            }
            let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            headers.append(HTTPRequest.Header(String(line[..<colon]), String(value)))
        }
        return headers
    }

    private static func lines(_ path: String) throws(ConfigurationError) -> [String] {
        do {
            let text = String(decoding: try TextFile.read(path, upTo: 65_536), as: UTF8.self)
            return text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
        } catch {
            throw wrong(path, error.message)
        }
    }

    private static func wrong(_ path: String, _ message: String) -> ConfigurationError {
        ConfigurationError(problems: [.init(file: path, line: nil, key: "", message: message)])
    }
}
