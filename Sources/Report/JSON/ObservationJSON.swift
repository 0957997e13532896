import Diagnostics

extension Observation {
    var json: JSONValue {
        .object([
            ("target", target.json),
            ("started", .string("\(started)")),
            ("duration_seconds", .number(duration.seconds)),
            ("failure", failure?.json ?? .null),
            ("problems", .array(problems.map(\.json))),
            ("gaps", .array(gaps.map { .object([("metric", .string($0.metric)), ("reason", .string($0.reason))]) })),
            ("samples", .array(samples.filter(\.metric.isExported).map(\.json))),
            ("evidence", .array(evidence.map(\.json))),
        ])
    }
}

extension Target {
    var json: JSONValue {
        .object([
            ("kind", .string(kind.rawValue)), ("name", .string(name)), ("address", .string(address)),
            ("labels", labels.json),
        ])
    }
}

extension Labels {
    var json: JSONValue { .object(map { ($0.name, .string($0.value)) }) }
}

extension Sample {
    var json: JSONValue {
        .object([("metric", .string(metric.name)), ("labels", labels.json), ("value", .number(value))])
    }
}

extension ProbeError {
    var json: JSONValue {
        .object([
            ("kind", .string(kind.word)), ("step", .string(step)), ("message", .string(message)),
            ("advice", .optional(advice)),
        ])
    }
}

extension ProbeError.Kind {
    /// As it stands in JSON; a server's own code follows after a colon.
    var word: String {
        switch self {
        case .timedOut: "timed_out"
        case .unresolved: "unresolved"
        case .refused: "refused"
        case .unreachable: "unreachable"
        case .protocolViolation: "protocol_violation"
        case .tls: "tls"
        case .unauthenticated: "unauthenticated"
        case .forbidden: "forbidden"
        case .server(let code): "server:\(code)"
        case .cancelled: "cancelled"
        case .misconfigured: "misconfigured"
        case .local: "local"
        case .busy: "busy"
        }
    }
}
