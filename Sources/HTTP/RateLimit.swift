import Diagnostics

/// An answer that says: not so often. It stands in place of what was asked for.
struct RateLimit {
    /// Seconds after which to ask again, where the answer says.
    let retryAfter: Double?

    /// Nil when the answer is something else. A 429 (RFC 6585, 4) or a JSON body whose code or error says so.
    init?(_ response: HTTPResponse) { self.init(response.head, body: response.body) }

    init?(_ head: HTTPHead, body: [UInt8]) {
        let json = body.isEmpty ? nil : JSONValue(body)
        let words = "\(json?["code"]?.text ?? "") \(json?["error"]?.text ?? "")".lowercased()
        guard head.status == 429 || words.contains("rate_limit") || words.contains("rate limit") else { return nil }
        retryAfter = json?["retry_after"]?.number ?? head["retry-after"].flatMap(Double.init)
    }

    /// To put behind a clause: `, retry after 2 s`.
    var sentence: String {
        retryAfter.map { ", retry after \($0 == $0.rounded() ? String(Int64($0.rounded())) : String($0)) s" } ?? ""
    }
}
