extension Playground {
    /// The faults that are there at the moment.
    public var faults: [Fault] { episodes.brought }

    /// Brings a fault about, starting the servers that it needs, and returns when it can be seen from outside.
    /// - Throws: when it is there already, or does not come about in time.
    public func bring(_ fault: Fault) async throws {
        try episodes.begin(fault)
        do {
            episodes.hold(fault, try await cause(fault))
        } catch {
            episodes.hold(fault, nil)
            throw error
        }
    }

    /// Undoes a fault, and returns when that can be seen from outside. What was counted stays counted.
    /// - Throws: when it is not there, or does not go away in time; then it counts as gone all the same.
    public func mend(_ fault: Fault) async throws {
        if fault.isOverAtOnce { return }
        let mending = try episodes.release(fault)
        defer { episodes.hold(fault, nil) }
        try await onThread(mending)
    }

    private func cause(_ fault: Fault) async throws -> Mending? {
        switch fault {
        case .exhaustConnections, .crowdConnections, .idleSessions, .stopReplay, .cutReplication, .deadlock,
            .lockPileup:
            let servers = try await postgresql()
            return try await onThread { try servers.cause(fault) }
        case .fillRedis, .failover:
            let servers = try await redis()
            return try await onThread { fault == .failover ? try servers.failOver() : try servers.fill() }
        case .certificate:
            let site = try await tls().site
            return try await onThread { try site.ageWeb() }
        case .instanceDown, .instanceStopped, .errorRate, .slowResponses, .debateTimeout, .quotaExceeded:
            return try await application().cause(fault)
        case .authFailures, .rateLimit:
            return try await logs().cause(fault, countedBy: application())
        case .networkLatency:
            let road = try await slowRoad()
            return try await onThread {
                try road.makeSlow(true)
                return { try road.makeSlow(false) }
            }
        case .cpu: return try await host().cause(.processor)
        case .memory: return try await host().cause(.memory)
        case .disk: return try await host().cause(.disk)
        }
    }
}

extension RecordedHost {
    fileprivate func cause(_ strain: Strain) throws -> Mending {
        try set(strain, true)
        return { try self.set(strain, false) }
    }
}

extension TLSSite {
    fileprivate func ageWeb() throws -> Mending {
        try replaceWeb(daysLeft: 9)
        return { try replaceWeb(daysLeft: 90) }
    }
}
