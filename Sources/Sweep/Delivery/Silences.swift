import Diagnostics
import HTTP
import Runbook

/// What somebody silenced in Alertmanager: it is asked which of our alerts that is, since matching is its business.
public struct Silences: Sendable {
    private let members: [HTTPEndpoint]
    private let timeout: Duration

    public init(_ settings: DeliverySettings) {
        members = settings.alertmanagers
        timeout = settings.timeout
    }

    /// The findings, those that are silenced with by whom; and a note where no member could be asked.
    public func applied(to findings: [Finding]) async -> (findings: [Finding], note: String?) {
        let names = Set(findings.filter { $0.verdict == .firing }.map(\.alert))
        guard !names.isEmpty, !members.isEmpty else { return (findings, nil) }
        let answers = await answers(names)
        let silences = answers.compactMap { try? $0.get() }.reduce(into: [Labels: Silence]()) { all, one in
            all.merge(one) { $1 }
        }
        let applied = findings.map { finding in
            var finding = finding
            if finding.verdict == .firing { finding.silence = silences[finding.outgoingLabels] }
            return finding
        }
        guard case .failure(let error)? = answers.first, answers.allSatisfy(\.isFailure) else { return (applied, nil) }
        return (applied, "silences could not be asked for (\(error.message)): every alert counts")
    }

    private typealias Answer = Result<[Labels: Silence], ProbeError>

    private func answers(_ names: Set<String>) async -> [Answer] {
        let deadline = Deadline.after(timeout)
        return await withTaskGroup(of: Answer.self) { group in
            for member in members { group.addTask { await Self.answer(member, names, deadline) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }

    private static func answer(_ member: HTTPEndpoint, _ names: Set<String>, _ deadline: Deadline) async -> Answer {
        do throws(ProbeError) {
            let matcher = "alertname=~\"\(names.sorted().joined(separator: "|"))\""
            let path = "/api/v2/alerts?silenced=true&filter=\(matcher.percentEncoded)"
            let alerts = try await json(member.get(path), deadline).array ?? []
            let ids = Dictionary(
                alerts.compactMap { alert in alert.silencedBy.map { (alert.labels, $0) } }, uniquingKeysWith: { $1 })
            guard !ids.isEmpty else { return .success([:]) }
            let silences = try await json(member.get("/api/v2/silences"), deadline).array ?? []
            let byID = Dictionary(silences.map(Silence.init).map { ($0.id, $0) }, uniquingKeysWith: { $1 })
            return .success(ids.compactMapValues { byID[$0] })
        } catch {
            return .failure(error)
        }
    }

    private static func json(_ request: HTTPRequest, _ deadline: Deadline) async throws(ProbeError) -> JSONValue {
        let response = try await HTTPClient.response(to: request, until: deadline)
        guard response.isSuccess, !response.isTruncated, let value = JSONValue(response.body) else {
            throw ProbeError(
                .protocolViolation, step: "ask Alertmanager", message: "HTTP status \(response.status), or no JSON")
        }
        return value
    }
}

extension JSONValue {
    /// Of one alert of Alertmanager's.
    fileprivate var labels: Labels {
        Labels((self["labels"]?.object ?? [:]).compactMap { name, value in value.string.map { (name, $0) } })
    }

    fileprivate var silencedBy: String? { self["status"]?["silencedBy"]?.array?.first?.string }
}

extension Silence {
    /// As `/api/v2/silences` tells it.
    fileprivate init(_ json: JSONValue) {
        self.init(
            id: json["id"]?.string ?? "", by: json["createdBy"]?.string ?? "somebody",
            until: json["endsAt"]?.string.flatMap(Timestamp.init(rfc3339:)), comment: json["comment"]?.string ?? "")
    }
}

extension Result {
    fileprivate var isFailure: Bool { if case .failure = self { true } else { false } }
}
