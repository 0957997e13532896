extension Application {
    /// A few seconds are counted at once, so that the next scrape already sees a difference.
    func cause(_ fault: Fault) throws -> Mending {
        let before = behaviour
        try change { set(fault, in: &$0) }
        advance(.seconds(10))
        return { [weak self] in try self?.change { unset(fault, in: &$0, to: before) } }
    }
}

private func set(_ fault: Fault, in behaviour: inout Behaviour) {
    switch fault {
    case .instanceDown: behaviour.healthStatus = 503
    case .instanceStopped: behaviour.isDown = true
    case .errorRate: behaviour.errorRatio = 0.2
    case .slowResponses: behaviour.requestSeconds = 3
    case .debateTimeout:
        behaviour.debateTimeoutsPerSecond = 1
        behaviour.slowDebates = 2
    case .quotaExceeded:
        behaviour.quotaRemaining["openai"] = 0
        behaviour.agentRateLimitsPerSecond = 1
        behaviour.agentErrorRatio = 0.5
    default: break
    }
}

/// Only what this fault has changed: others may be there still.
private func unset(_ fault: Fault, in behaviour: inout Behaviour, to before: Behaviour) {
    switch fault {
    case .instanceDown: behaviour.healthStatus = before.healthStatus
    case .instanceStopped: behaviour.isDown = false
    case .errorRate: behaviour.errorRatio = before.errorRatio
    case .slowResponses: behaviour.requestSeconds = before.requestSeconds
    case .debateTimeout:
        behaviour.debateTimeoutsPerSecond = before.debateTimeoutsPerSecond
        behaviour.slowDebates = before.slowDebates
    case .quotaExceeded:
        behaviour.quotaRemaining["openai"] = before.quotaRemaining["openai"]
        behaviour.agentRateLimitsPerSecond = before.agentRateLimitsPerSecond
        behaviour.agentErrorRatio = before.agentErrorRatio
    default: break
    }
}

extension LogFiles {
    /// The lines and the counters say the same. Mended, the lines are gone; counters never go back.
    func cause(_ fault: Fault, countedBy application: Application) throws -> Mending {
        let sizes = Kind.allCases.map { ($0, size($0)) }
        if fault == .authFailures {
            try authenticationFailures(150)
            application.failLogins(150)
        } else {
            try rateLimitHits(60)
            application.limit(60)
        }
        return { for (kind, size) in sizes { try cut(kind, to: min(size, self.size(kind))) } }
    }
}
