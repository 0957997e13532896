import Diagnostics
import HTTP
import Network
import Runbook

/// Asks a Prometheus by instant queries (https://prometheus.io/docs/prometheus/latest/querying/api/#instant-queries), all over
/// one connection, while the targets are looked at.
struct AskingPrometheus {
    private let settings: PrometheusSettings
    private let questions: [RemoteAnswers.Question]
    private let now: Timestamp

    init(_ settings: PrometheusSettings, _ questions: Set<RemoteAnswers.Question>, now: Timestamp) {
        self.settings = settings
        let scope = settings.scope
        self.questions = questions.sorted { $0.promQL(in: scope) < $1.promQL(in: scope) }
        self.now = now
    }

    /// The answers, and a note where there is something to say about Prometheus itself.
    func answers() async -> (answers: RemoteAnswers, note: String?) {
        guard !questions.isEmpty else { return (.none, nil) }
        let selector = settings.scope.selector(Series("diag_sweep_timestamp_seconds"), nil)
        let queries = [selector] + questions.map { $0.promQL(in: settings.scope) }
        let requests = queries.map(request)
        let responses = await HTTPClient.responses(to: requests, until: .after(settings.timeout))
        do throws(Trouble) {
            let sweeps = try Sweeps(try Self.vector(responses[0]), now: now)
            return (answers(Array(responses.dropFirst()), sweeps), nil)
        } catch {
            let reason = "Prometheus at \(settings.endpoint.shown): \(error.words)"
            return (RemoteAnswers([:], otherwise: reason), reason)
        }
    }

    private func request(_ query: String) -> HTTPRequest {
        let fields = [
            ("query", query), ("time", Units.decimal(now.secondsSinceEpoch, digits: 3)),
            ("timeout", Units.decimal(settings.timeout.seconds, digits: 3)),
        ]
        return settings.endpoint.post(.form(fields), to: "/api/v1/query")
    }

    private func answers(
        _ responses: [Result<HTTPResponse, ProbeError>], _ sweeps: Sweeps
    ) -> RemoteAnswers {
        var all: [RemoteAnswers.Question: [String: RemoteAnswers.Answer]] = [:]
        var reason = "Prometheus at \(settings.endpoint.shown) has no series of it"
        for (question, response) in zip(questions, responses) {
            do throws(Trouble) {
                all[question] = answers(try Self.vector(response), to: question, sweeps)
            } catch {
                reason = "Prometheus at \(settings.endpoint.shown): \(error.words)"
            }
        }
        return RemoteAnswers(all, otherwise: reason)
    }

    /// Of each target those series that its newest sweep gave; what an older one of another machine says is not mixed in.
    private func answers(
        _ vector: [SeriesValue], to question: RemoteAnswers.Question, _ sweeps: Sweeps
    ) -> [String: RemoteAnswers.Answer] {
        let byTarget = Dictionary(grouping: vector) { $0.labels["target"] ?? "" }
        return byTarget.compactMapValues { series -> RemoteAnswers.Answer? in
            let times = series.compactMap { sweeps.time(of: $0.labels) }
            guard let newest = times.max() else {
                return .failure(Unknown(.needsHistory, "Prometheus's sweep of it is too old to say anything"))
            }
            let names = settings.scope.identity
            return .success(
                series.filter { sweeps.time(of: $0.labels) == newest }.map { one in
                    question.element(one.labels.dropping(names), one.value)
                })
        }
    }
}

/// One series of an instant vector.
private struct SeriesValue {
    let labels: Labels
    let value: Double
}

/// Why Prometheus's answer is not to be used.
private struct Trouble: Error {
    let words: String
}

/// When each machine that writes a textfile last swept, of those that do so still.
private struct Sweeps {
    private static let identity = ["job", "instance", "sweep"]
    private let times: [Labels: Double]

    /// - Throws: when there is none.
    init(_ vector: [SeriesValue], now: Timestamp) throws(Trouble) {
        guard !vector.isEmpty else { throw Trouble(words: "it has no sweep of diag") }
        let young = vector.filter { now.secondsSinceEpoch - $0.value <= PrometheusSettings.oldest }
        guard !young.isEmpty else {
            let newest = vector.map(\.value).max() ?? 0
            throw Trouble(words: "the last sweep that it knows is of \(Timestamp(secondsSinceEpoch: newest))")
        }
        times = Dictionary(
            young.map { ($0.labels.keeping(Self.identity), $0.value) }, uniquingKeysWith: Swift.max)
    }

    /// Nil when it was too long ago.
    func time(of labels: Labels) -> Double? { times[labels.keeping(Self.identity)] }
}

extension AskingPrometheus {
    /// A whole answer without a doubt: with a warning parts of the data may be missing.
    private static func vector(
        _ result: Result<HTTPResponse, ProbeError>
    ) throws(Trouble) -> [SeriesValue] {
        let response: HTTPResponse
        switch result {
        case .success(let answer): response = answer
        case .failure(let error): throw Trouble(words: error.message)
        }
        guard let json = JSONValue(response.body), let status = json["status"]?.string else {
            throw Trouble(words: "HTTP status \(response.status), and no answer to a query")
        }
        guard status == "success", response.isSuccess else {
            throw Trouble(words: json["error"]?.string ?? "HTTP status \(response.status)")
        }
        if let warning = json["warnings"]?.array?.first?.string {
            throw Trouble(words: "it warns, so that its answer may not be whole: \(warning)")
        }
        guard let data = json["data"], data["resultType"]?.string == "vector", let series = data["result"]?.array else {
            throw Trouble(words: "its answer is no instant vector")
        }
        return series.compactMap(SeriesValue.init)
    }
}

extension SeriesValue {
    fileprivate init?(_ json: JSONValue) {
        guard let metric = json["metric"]?.object,
            let value = json["value"]?.array?.last?.string.flatMap({ Double($0) })
        else { return nil }
        labels = Labels(metric.compactMap { name, value in value.string.map { (name, $0) } }).dropping(["__name__"])
        self.value = value
    }
}
