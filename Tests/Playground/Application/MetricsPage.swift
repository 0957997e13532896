/// The application's page of metrics: what was captured, with the families that move replaced by what `Traffic` says.
struct MetricsPage {
    let traffic: Traffic
    let behaviour: Behaviour
    /// Unix time, in seconds.
    let started: Double

    /// As the Prometheus client library writes it.
    func text() throws -> String {
        let families = families
        var names = Set<String>()
        var lines: [String] = []
        for line in try Captures.text("metrics-prometheus-client.txt").split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.starts(with: ["#", "TYPE"]), let family = families.first(where: { $0.name == words[2] }) {
                names.insert(family.name)
                lines += [String(line)] + family.samples
            } else if line.hasPrefix("#") || !families.contains(where: { $0.owns(line) }) {
                lines.append(String(line))
            }
        }
        for family in families where !names.contains(family.name) {
            lines += ["# HELP \(family.name) \(family.help)", "# TYPE \(family.name) \(family.type)"] + family.samples
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// As the application writes it without that library: neither HELP nor TYPE, no buckets, and a histogram's suffix
    /// behind its labels.
    func malformedText() throws -> String {
        let families = families
        let captured = try Captures.text("metrics-fallback-malformed.txt").split(separator: "\n").map(String.init)
        let still = captured.filter { line in !families.contains { $0.owns(line[...]) } }
        let moving = families.flatMap { $0.samples.compactMap(misspelt) }
        return (moving + still).joined(separator: "\n") + "\n"
    }

    private func misspelt(_ sample: String) -> String? {
        guard !sample.contains("_bucket{") else { return nil }
        for suffix in ["_count", "_sum"] {
            guard let range = sample.firstRange(of: suffix + "{"), let end = sample.lastIndex(of: "}") else { continue }
            return sample[..<range.lowerBound] + "{" + sample[range.upperBound...end] + suffix
                + sample[sample.index(after: end)...]
        }
        return sample
    }
}

extension MetricsPage {
    private struct Family {
        let name: String
        let type: String
        let help: String
        let samples: [String]

        /// Whether a line of the capture is a sample of this family.
        func owns(_ line: Substring) -> Bool {
            let spelt = line.prefix { $0 != "{" && $0 != " " }
            return [name, name + "_bucket", name + "_count", name + "_sum"].contains { $0 == spelt }
        }
    }

    private var families: [Family] {
        [requests, durations, debates, rateLimitHits, authenticationFailures] + agents + gauges
    }

    private var requests: Family {
        Family(
            name: "aragora_http_requests_total", type: "counter", help: "Total HTTP requests",
            samples: sorted(traffic.requests).map { "aragora_http_requests_total{\(labels($0.key))} \($0.value).0" })
    }

    private var durations: Family {
        let name = "aragora_http_request_duration_seconds"
        let samples = sorted(traffic.durations).flatMap { request, histogram in
            zip(Traffic.Histogram.bounds + [.infinity], histogram.buckets + [histogram.count]).map { bound, count in
                "\(name)_bucket{\(labels(request, bound))} \(count).0"
            } + [
                "\(name)_count{\(labels(request))} \(histogram.count).0",
                "\(name)_sum{\(labels(request))} \(histogram.sum)",
            ]
        }
        return Family(name: name, type: "histogram", help: "HTTP request latency", samples: samples)
    }

    private var debates: Family {
        counter(
            "aragora_debates_total", "Total number of debates",
            [
                #"status="completed""#: traffic.debatesCompleted, #"status="timeout""#: traffic.debateTimeouts,
            ])
    }

    private var rateLimitHits: Family {
        counter(
            "aragora_rate_limit_hits_total", "Rate limit hits",
            [
                #"endpoint="/api/v1/auth/login",limit_type="ip""#: traffic.rateLimitHits
            ])
    }

    private var authenticationFailures: Family {
        counter(
            "aragora_auth_failures_total", "Authentication failures",
            [
                #"endpoint="/api/v1/auth/login",reason="bad_password""#: traffic.authenticationFailures
            ])
    }

    private var agents: [Family] {
        let label = #"agent="openai""#
        return [
            counter("aragora_agent_calls_total", "Calls of agents", [label: traffic.agentCalls]),
            counter("aragora_agent_errors_total", "Failed calls of agents", [label: traffic.agentErrors]),
            counter("aragora_agent_rate_limit_detected_total", "Rate limits met", [label: traffic.agentRateLimits]),
        ]
    }

    private var gauges: [Family] {
        let quota = behaviour.quotaRemaining.sorted { $0.key < $1.key }
        return [
            Family(
                name: "aragora_external_api_remaining", type: "gauge", help: "Calls left with a provider",
                samples: quota.map { "aragora_external_api_remaining{provider=\"\($0.key)\"} \($0.value)" }),
            Family(
                name: "aragora_active_debates", type: "gauge", help: "Debates under way",
                samples: ["aragora_active_debates \(behaviour.activeDebates).0"]),
            Family(
                name: "process_start_time_seconds", type: "gauge", help: "Start time",
                samples: ["process_start_time_seconds \(started)"]),
        ]
    }

    private func counter(_ name: String, _ help: String, _ values: [String: Int]) -> Family {
        let samples = values.sorted { $0.key < $1.key }.map { "\(name){\($0.key)} \($0.value).0" }
        return Family(name: name, type: "counter", help: help, samples: samples)
    }

    private func sorted<Value>(_ values: [Traffic.Request: Value]) -> [(key: Traffic.Request, value: Value)] {
        values.sorted { ($0.key.endpoint, $0.key.status) < ($1.key.endpoint, $1.key.status) }
    }

    private func labels(_ request: Traffic.Request, _ bound: Double? = nil) -> String {
        let le = bound.map { $0.isInfinite ? #",le="+Inf""# : ",le=\"\($0)\"" } ?? ""
        return #"endpoint="\#(request.endpoint)"\#(le),method="\#(request.method)",status="\#(request.status)""#
    }
}
