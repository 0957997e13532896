import Diagnostics

/// Asks which debates take too long, and where that isn't served, which ones run.
final class DebatesInquiry: Inquiry {
    private enum Question { case slow, active }

    private let settings: HTTPSettings
    private var question: Question?

    private(set) var slow: JSONValue?
    private(set) var active: JSONValue?
    /// Why the slow ones are not known.
    private(set) var reason = "not asked for"

    init(_ settings: HTTPSettings) { self.settings = settings }

    func next(after answer: Answer?) -> HTTPRequest? {
        switch question {
        case nil:
            question = .slow
            guard settings.role == .application, let path = settings.slowDebatesPath else { return nil }
            return settings.request(path, bodyLimit: 1 << 20)
        case .slow:
            question = .active
            judge(answer)
            guard slow == nil, let path = settings.activeDebatesPath, case .success(let response) = answer,
                RateLimit(response) == nil
            else { return nil }
            return settings.request(path, bodyLimit: 1 << 20)
        case .active:
            if case .success(let response) = answer, response.isSuccess { active = JSONValue(response.body) }
            return nil
        }
    }

    private func judge(_ answer: Answer?) {
        let path = settings.slowDebatesPath ?? ""
        switch answer {
        case .success(let response):
            if let limit = RateLimit(response) {
                reason = "\(path): rate limited\(limit.sentence)"
            } else if !response.isSuccess {
                reason = "\(path): \(MetricsInquiry.reason(response.status))"
            } else if let json = JSONValue(response.body), Self.count(in: json) != nil {
                slow = json
            } else {
                reason = "\(path): not the JSON that was expected"
            }
        case .failure(let error): reason = "\(path): \(error.message)"
        case nil: break
        }
    }

    static func count(in json: JSONValue) -> Double? {
        json["current_slow_count"]?.number ?? json["current_slow"]?.array.map { Double($0.count) }
    }
}

extension DebatesInquiry {
    func report(to content: inout Observation.Content) {
        if let slow, let count = Self.count(in: slow) {
            content.add(HTTPMetrics.slowDebates, count)
            let limit =
                slow["slow_threshold_seconds"]?.number.map { " (over \(JSONValue.number($0).text ?? "") s)" } ?? ""
            add("http.debates.slow", "Slow debates\(limit)", slow["current_slow"]?.array, &content)
            add("http.debates.slow.recent", "Debates that were slow lately", slow["recent_slow"]?.array, &content)
        } else {
            content.gaps.append(Gap(HTTPMetrics.slowDebates, reason))
        }
        let list = active?["debates"]?.array ?? active?["active"]?.array ?? active?.array
        if list == nil, let count = active?["count"]?.text {
            content.evidence.append(.fact("http.debates.active", "Debates that run", "\(count) debates run"))
        }
        add("http.debates.active", "Debates that run", list, &content)
    }

    private func add(
        _ id: String, _ title: String, _ debates: [JSONValue]?, _ content: inout Observation.Content
    ) {
        guard let debates, !debates.isEmpty else { return }
        content.evidence.append(
            .table(
                id, title, columns: ["debate_id", "duration", "round", "task", "agents", "started_at"],
                rows: debates.prefix(20).map(Self.row)))
    }

    private static func row(_ debate: JSONValue) -> [Cell] {
        let rounds = [debate["current_round"]?.text, debate["total_rounds"]?.text].compactMap(\.self)
        let agents = debate["agents"]?.array?.compactMap(\.text).joined(separator: ", ") ?? debate["agents"]?.text
        let text = [debate["debate_id"] ?? debate["id"], debate["task"] ?? debate["topic"], debate["started_at"]].map {
            $0?.text.map { Cell.text(String($0.prefix(200))) } ?? .none
        }
        return [
            text[0], (debate["duration_seconds"]?.number).map(Cell.seconds) ?? .none,
            rounds.isEmpty ? .none : .text(rounds.joined(separator: " of ")), text[1],
            agents.map(Cell.text) ?? .none, text[2],
        ]
    }
}
