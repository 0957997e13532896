import Diagnostics
import Network

/// What an answer must be like for the instance to count as up.
public struct HTTPExpectation: Sendable, Hashable {
    /// Nil: any of the 2xx, or what stands for health without them (see `HealthInquiry`).
    public var statuses: StatusSet?
    /// `1.1`, `2`; empty for any.
    public var versions: [String] = []
    /// Whether it must come by TLS (true) or must not (false).
    public var tls: Bool?
    /// From the start of the request to the end of the answer.
    public var within: Duration?
    public var bodyContains: [String] = []
    public var bodyLacks: [String] = []
    public var bodyFits: [TextPattern] = []
    public var bodyFitsNot: [TextPattern] = []
    public var json: [JSONCheck] = []
    public var headers: [HeaderCheck] = []

    public init() {}

    /// Nothing but the usual.
    public var isEmpty: Bool { self == HTTPExpectation() }

    /// Whether the body has to be looked at.
    var concernsBody: Bool {
        !bodyContains.isEmpty || !bodyLacks.isEmpty || !bodyFits.isEmpty || !bodyFitsNot.isEmpty || !json.isEmpty
    }

    /// One thing that was expected, and what was found.
    struct Result: Sendable, Hashable {
        let subject: String
        let expected: String
        let found: String
        /// Nil where it could not be judged.
        let isMet: Bool?
    }

    private static let threads = BlockingThreads(name: "diag-http-check", limit: 4)

    /// Regular expressions backtrack, so the body is judged on a thread of its own and no longer than the deadline.
    func results(for response: HTTPResponse, until deadline: Deadline) async -> [Result] {
        let judged = try? await Self.threads.run("check the answer", until: deadline) { results(for: response) }
        return judged ?? [Result(subject: "checks", expected: "in time", found: "took too long", isMet: nil)]
    }

    /// In the order in which a person reads them.
    func results(for response: HTTPResponse) -> [Result] {
        head(of: response)
            + headers.map { check in
                let (holds, found) = check.judge(response.head)
                return Result(subject: "header", expected: check.description, found: found, isMet: holds)
            } + body(of: response) + documents(of: response)
    }

    private func head(of response: HTTPResponse) -> [Result] {
        var results: [Result] = []
        if let statuses {
            results.append(
                Result(
                    subject: "status", expected: "\(statuses)", found: "\(response.status)",
                    isMet: statuses.contains(response.status)))
        }
        if !versions.isEmpty {
            results.append(
                Result(
                    subject: "version", expected: versions.joined(separator: ", "), found: response.version,
                    isMet: versions.contains(response.version)))
        }
        if let tls {
            let isSecure = response.url.lowercased().hasPrefix("https:")
            results.append(
                Result(
                    subject: "TLS", expected: tls ? "yes" : "no", found: isSecure ? "yes" : "no", isMet: isSecure == tls
                ))
        }
        if let within {
            results.append(
                Result(
                    subject: "time", expected: "within \(Units.seconds(within.seconds))",
                    found: Units.seconds(response.phases.total.seconds), isMet: response.phases.total <= within))
        }
        return results
    }

    private func body(of response: HTTPResponse) -> [Result] {
        guard concernsBody else { return [] }
        let text = String(decoding: response.body, as: UTF8.self)
        func result(_ expected: String, _ isThere: Bool, wanted: Bool) -> Result {
            // Behind the cut it may be there all the same.
            let isKnown = isThere || !response.isTruncated
            let size = Units.bytes(Int64(response.bodyLength))
            let found = isThere ? "found" : isKnown ? "not found" : "not in its first \(size)"
            return Result(subject: "body", expected: expected, found: found, isMet: isKnown ? isThere == wanted : nil)
        }
        return bodyContains.map { result("contains \"\($0)\"", text.contains($0), wanted: true) }
            + bodyLacks.map { result("lacks \"\($0)\"", text.contains($0), wanted: false) }
            + bodyFits.map { result("fits \($0)", $0.fits(text), wanted: true) }
            + bodyFitsNot.map { result("does not fit \($0)", $0.fits(text), wanted: false) }
    }

    private func documents(of response: HTTPResponse) -> [Result] {
        guard !json.isEmpty else { return [] }
        let document = JSONValue(response.body)
        return json.map { check in
            guard let document else {
                let found = response.isTruncated ? "a body cut at its limit" : "no JSON"
                return Result(
                    subject: "json", expected: check.description, found: found,
                    isMet: response.isTruncated ? nil : false)
            }
            let (holds, found) = check.judge(document)
            return Result(subject: "json", expected: check.description, found: found, isMet: holds)
        }
    }
}

extension HTTPExpectation.Result {
    /// `status 503, expected 2xx`.
    var sentence: String {
        switch subject {
        case "header", "json", "body": "\(subject) \(expected): \(found)"
        case "checks": "the checks \(found)"
        default: "\(subject) \(found), expected \(expected)"
        }
    }
}
