import Diagnostics
import HTTP
import Runbook

/// A Prometheus that knows what was before: it scrapes what `diag sweep --textfile` writes.
public struct PrometheusSettings: Sendable {
    public var endpoint: HTTPEndpoint
    /// For all questions together. The sweep waits no longer for it.
    public var timeout: Duration = .seconds(2)
    /// Labels that the series meant have, where several machines look at a target of the same name.
    public var match: Labels = [:]
    /// Labels that Prometheus or the configuration adds to series, beside `job`, `instance`, `kind` and `target`.
    public var extraLabels: [String] = []

    public init(_ endpoint: HTTPEndpoint) { self.endpoint = endpoint }

    /// A sweep that is older than this is over: what it found says nothing of now.
    static let oldest = 600.0

    var scope: PromQLScope {
        PromQLScope(
            identity: PromQLScope.scraped + extraLabels, namesKind: true,
            matchers: match.map { LabelMatcher($0.name, .equals, $0.value) }, fillsParts: true)
    }
}
