import Diagnostics

/// Finds the health endpoint and what it says.
///
/// The first path that is there decides. Missing ones (404 and the like) and those that want a token lead on to the
/// next; a path that the configuration names must be there.
final class HealthInquiry: Inquiry {
    enum Verdict: Equatable {
        case up
        case down
        /// Something answers, but nothing that can be taken for health.
        case unknown(reason: String)
    }

    /// One path that was asked.
    struct Attempt {
        let path: String
        let response: HTTPResponse
    }

    let settings: HTTPSettings
    /// Nil stands for the base URL itself.
    private let paths: [String?]
    private let isConfigured: Bool
    private var details: [String]

    private(set) var verdict: Verdict?
    private(set) var attempts: [Attempt] = []
    /// The answer that decided.
    private(set) var deciding: HTTPResponse?
    private(set) var failure: ProbeError?
    /// What a person should know beside the verdict.
    private(set) var note: String?
    /// What the application says of itself when it is not well.
    private(set) var detail: Attempt?
    /// What was expected of the deciding answer, and what was found.
    private(set) var checks: [HTTPExpectation.Result] = []

    init(_ settings: HTTPSettings) {
        self.settings = settings
        isConfigured = settings.role == .url || settings.healthPaths != nil
        paths = settings.role == .url ? [nil] : (settings.healthPaths ?? HTTPSettings.defaultHealthPaths).map { $0 }
        details = settings.role == .url ? [] : settings.detailPaths
    }

    func next(after answer: Answer?) -> HTTPRequest? {
        guard verdict == nil else { return nextDetail(after: answer) }
        switch answer {
        case nil: break
        case .failure(let error):
            fail(error)
            return nil
        case .success(let response): judge(response)
        }
        return verdict == nil ? nextPath() : (isWell ? nil : nextDetail(after: nil))
    }

    /// Whether the deciding answer says so in its body, beyond the status: `{"status": "degraded"}` is not down.
    var reportedStatus: String? {
        deciding.flatMap { JSONValue($0.body) }.flatMap { $0["status"] ?? $0["state"] }?.text
    }

    private var isWell: Bool {
        verdict == .up
            && !["degraded", "unhealthy", "error", "fail", "warn", "down"].contains(reportedStatus?.lowercased())
    }
}

extension HealthInquiry {
    private func nextPath() -> HTTPRequest? {
        guard attempts.count < paths.count else {
            concludeWithoutAnswer()
            return nil
        }
        return settings.healthRequest(paths[attempts.count])
    }

    /// Holds the deciding answer against what was expected of it. An instance whose answer is not as it should be is down;
    /// where that could not be told, nobody knows.
    func check(until deadline: Deadline) async {
        guard let deciding, !settings.expectation.isEmpty else { return }
        checks = await settings.expectation.results(for: deciding, until: deadline)
        if checks.contains(where: { $0.isMet == false }) {
            verdict = .down
        } else if let doubtful = checks.first(where: { $0.isMet == nil }), verdict == .up {
            verdict = .unknown(reason: doubtful.sentence)
        }
    }

    private func judge(_ response: HTTPResponse) {
        attempts.append(Attempt(path: paths[attempts.count] ?? URLText.path(of: settings.baseURL), response: response))
        if let statuses = settings.expectation.statuses {
            if statuses.contains(response.status) { return decide(.up, response) }
            if attempts.count == paths.count { decide(.down, response) }
            return
        }
        switch response.status {
        case 200..<300: decide(.up, response)
        case 429: decide(.up, response, "reached, but it is rate limited\(RateLimit(response)?.sentence ?? "")")
        case 401, 403: break
        case 500...: decide(.down, response)
        default: if isConfigured, attempts.count == paths.count { decide(.down, response) }
        }
    }

    private func decide(_ verdict: Verdict, _ response: HTTPResponse, _ note: String? = nil) {
        self.verdict = verdict
        deciding = response
        self.note = note
    }

    private func concludeWithoutAnswer() {
        guard let guarded = attempts.first(where: { [401, 403].contains($0.response.status) }) else {
            let tried = attempts.map { "\($0.path) \($0.response.status)" }.joined(separator: ", ")
            verdict = .unknown(reason: "no health endpoint found; tried \(tried)")
            return
        }
        decide(.up, guarded.response, "reached, but its health endpoint wants a token")
    }

    /// Not to be reached is down. What stands in the way on this side says nothing about the instance.
    private func fail(_ error: ProbeError) {
        failure = error
        switch error.kind {
        case .cancelled, .local, .misconfigured, .busy: verdict = .unknown(reason: error.description)
        default: verdict = .down
        }
    }

    private func nextDetail(after answer: Answer?) -> HTTPRequest? {
        if case .success(let response) = answer, let path = details.first {
            details.removeFirst()
            if response.isSuccess || response.status >= 500, JSONValue(response.body) != nil {
                detail = Attempt(path: path, response: response)
            }
        } else if answer != nil {
            return nil
        }
        return detail == nil ? details.first.map { settings.request($0) } : nil
    }
}
