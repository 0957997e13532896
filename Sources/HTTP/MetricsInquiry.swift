import Diagnostics

/// Finds the metrics and reads them while they arrive.
final class MetricsInquiry: Inquiry {
    /// What a body turned out to be by its first byte, since content types lie.
    private enum Form {
        case unknown, metrics
        /// JSON or HTML: kept, up to a limit, to see what it says.
        case other
    }

    private let settings: HTTPSettings
    private var paths: [String]
    private var form = Form.unknown
    private var other: [UInt8] = []
    private static let otherLimit = 64 * 1024

    private(set) var reader = PrometheusReader()
    private(set) var tally: ApplicationTally
    /// Where metrics were found.
    private(set) var servedAt: String?
    private(set) var length = 0
    /// Why there are none, by path, as far as was asked.
    private(set) var refusals: [(path: String, reason: String)] = []
    private(set) var problem: ProbeError?

    init(_ settings: HTTPSettings) {
        self.settings = settings
        paths = settings.role == .application ? settings.metricsPaths : []
        tally = ApplicationTally(settings.series)
    }

    func next(after answer: Answer?) -> HTTPRequest? {
        if let answer, let path = paths.first {
            guard !isDecided(by: answer, path) else { return nil }
            paths.removeFirst()
        }
        startOver()
        return paths.first.map { settings.request($0, bodyLimit: settings.metricsLimit) }
    }

    func takesBody(of head: HTTPHead) -> Bool { head.status == 200 && head.contentType != "application/json" }

    func take(_ bytes: UnsafeRawBufferPointer) {
        if form == .unknown, let first = bytes.first(where: { !" \t\r\n".utf8.contains($0) }) {
            form = "{[<".utf8.contains(first) ? .other : .metrics
        }
        switch form {
        case .metrics: reader.read(bytes, into: &tally)
        case .other: other += bytes.prefix(max(0, Self.otherLimit - other.count))
        case .unknown: break
        }
    }

    private func startOver() {
        form = .unknown
        other = []
        reader = PrometheusReader()
        tally = ApplicationTally(settings.series)
    }
}

extension MetricsInquiry {
    /// Whether nothing more is to be asked.
    private func isDecided(by answer: Answer, _ path: String) -> Bool {
        switch answer {
        case .failure(let error):
            problem = error
            refuse(path, error.message)
            return true
        case .success(let response): return isDecided(by: response, path)
        }
    }

    private func isDecided(by response: HTTPResponse, _ path: String) -> Bool {
        let body = other.isEmpty ? response.body : other
        if let limit = RateLimit(response.head, body: body) {
            refuse(path, "rate limited\(limit.sentence)")
            problem = ProbeError(.server(code: "429"), step: "read \(path)", message: "rate limited\(limit.sentence)")
            return true
        }
        guard response.status == 200 else {
            refuse(path, Self.reason(response.status))
            if [401, 403].contains(response.status) { noteMissingToken(path, response.status) }
            return false
        }
        return form == .metrics ? finish(response, path) : isDecided(byOther: response, path)
    }

    private func finish(_ response: HTTPResponse, _ path: String) -> Bool {
        reader.finish()
        length = response.bodyLength
        let isOpenMetrics = response.head.contentType == "application/openmetrics-text"
        if response.isTruncated {
            return end(path, "longer than \(settings.metricsLimit) bytes; a part of it would be wrong")
        }
        if isOpenMetrics, !reader.hasEnd { return end(path, "cut off: the # EOF of OpenMetrics is missing") }
        guard reader.samples > 0 else {
            let bad = reader.malformed.first
            refuse(path, bad.map { "not metrics: line \($0.line): \($0.reason)" } ?? "no samples in it")
            return false
        }
        servedAt = path
        problem = nil
        return true
    }

    /// There were metrics, but they cannot be used.
    private func end(_ path: String, _ reason: String) -> Bool {
        refuse(path, reason)
        problem = ProbeError(.protocolViolation, step: "read \(path)", message: reason)
        return true
    }

    private func isDecided(byOther response: HTTPResponse, _ path: String) -> Bool {
        let what =
            response.bodyLength == 0 ? "an empty answer" : response.head.contentType ?? "something without a type"
        refuse(path, "\(what), not metrics in text form")
        return false
    }

    private func noteMissingToken(_ path: String, _ status: Int) {
        let hasToken = settings.authorization != nil
        problem = ProbeError(
            status == 403 ? .forbidden : .unauthenticated, step: "read \(path)",
            message: hasToken ? "the token is refused (\(status))" : "a token is needed (\(status))",
            advice: hasToken ? nil : "set a bearer token for this target")
    }

    private func refuse(_ path: String, _ reason: String) { refusals.append((path, reason)) }

    static func reason(_ status: Int) -> String {
        switch status {
        case 401, 403: "a token is needed (\(status))"
        case 404: "not there (404)"
        default: "status \(status)"
        }
    }
}
