/// What a series of an application means to us, whatever its name there.
enum ApplicationRole: Hashable, CaseIterable {
    case requests, durations, authFailures, rateLimitHits, debates, activeDebates, quotaRemaining
    case agentRateLimits, agentErrors, agentCalls, agentFallbacks, openCircuitBreakers
}

/// Which part of a histogram or summary a sample is.
enum SeriesPart: Hashable {
    /// The value of a counter or gauge.
    case value
    case bucket, count, sum, quantile
}

extension ApplicationSeries {
    /// The names under which a role is looked for, in order.
    func names(of role: ApplicationRole) -> [String] {
        switch role {
        case .requests: requests
        case .durations: durations
        case .authFailures: authFailures
        case .rateLimitHits: rateLimitHits
        case .debates: debates
        case .activeDebates: activeDebates
        case .quotaRemaining: quotaRemaining
        case .agentRateLimits: agentRateLimits
        case .agentErrors: agentErrors
        case .agentCalls: agentCalls
        case .agentFallbacks: agentFallbacks
        case .openCircuitBreakers: openCircuitBreakers
        }
    }

    /// What a name means: role, its place in the role's list, and the name of the whole family; nil: nothing to us.
    func meaning(of name: String) -> (role: ApplicationRole, rank: Int, family: String, part: SeriesPart)? {
        for (part, family) in Self.readings(of: name) {
            for role in ApplicationRole.allCases where (role == .durations) == (part != .value) {
                if let rank = names(of: role).firstIndex(where: { Self.matches(family, $0) }) {
                    return (role, rank, family, part)
                }
            }
        }
        return nil
    }

    /// A name as a counter or gauge, and as a part of a histogram or summary.
    private static func readings(of name: String) -> [(SeriesPart, String)] {
        let parts: [(String, SeriesPart)] = [("_bucket", .bucket), ("_count", .count), ("_sum", .sum)]
        let suffixed = parts.compactMap { suffix, part in
            name.hasSuffix(suffix) ? (part, String(name.dropLast(suffix.count))) : nil
        }
        return [(.value, name), (.quantile, name)] + suffixed
    }

    private static func matches(_ name: String, _ wanted: String) -> Bool {
        name.hasSuffix(wanted) && (name.utf8.count == wanted.utf8.count || name.hasSuffix("_" + wanted))
    }
}
