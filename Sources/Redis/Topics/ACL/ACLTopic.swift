import Diagnostics

extension RedisProbe.Question {
    /// Who may do what, and what was refused lately. Evidence: `redis.acl.judgement`, `redis.acl.users`, `redis.acl.denied`.
    public static func acl(top: Int = 20) -> Self { Self(ACLTopic(top: top)) }

    /// How much was refused, for a condition. Evidence: `redis.acl.denied`.
    static let accessDenied = Self(AccessDeniedTopic())
}

/// By the counters of INFO, as an entry of ACL LOG that goes on for long does not tell when; the log says who.
struct AccessDeniedTopic: Topic {
    private static let log = "16"

    let asks = [RedisCommand("ACL", "LOG", log)]
    let metrics = [RedisMetrics.accessDenied]

    func report(_ reading: Reading, to content: inout Observation.Content) throws(ProbeError) {
        let denials = (reading["ACL", "LOG", Self.log]?.array ?? []).compactMap(ACLDenial.init)
        if !denials.isEmpty { content.evidence.append(.denied(denials)) }
        let counts = reading.info.deniedAccess
        guard !counts.isEmpty else {
            throw ProbeError(
                .misconfigured, step: "INFO stats", message: "this server does not count what it refuses",
                advice: "Redis does so from 7.2 on; diag redis acl shows what ACL LOG has")
        }
        for (reason, count) in counts {
            let labels: Labels = ["reason": reason]
            content.add(RedisMetrics.accessDenied, count, labels: labels, identity: reading.info.server.runID)
        }
    }
}

struct ACLTopic: Topic {
    let top: Int

    let asks = [RedisCommand("ACL", "WHOAMI"), RedisCommand("ACL", "LIST"), RedisCommand("ACL", "LOG", "128")]
    let settings = ["bind", "protected-mode"]
    let watches = true

    func report(_ reading: Reading, to content: inout Observation.Content) {
        let users = (reading["ACL", "LIST"]?.array ?? []).compactMap { $0.text.flatMap(ACLUser.init) }
        let denials = (reading["ACL", "LOG", "128"]?.array ?? []).compactMap(ACLDenial.init)
        let remarks = ACLRemarks(reading: reading, users: users, denials: denials)
        content.evidence.append(.remarks("redis.acl.judgement", "Judgement", remarks.all))
        if !users.isEmpty { content.evidence.append(table(users)) }
        if !denials.isEmpty { content.evidence.append(.denied(denials.prefix(top))) }
    }

    private func table(_ users: [ACLUser]) -> Evidence {
        let rows = users.sorted { $0.name < $1.name }.map { user -> [Cell] in
            [
                .text(user.name), .text(user.isOn ? "on" : "off"),
                .text(user.needsNoPassword ? "none needed" : Count.of(user.passwords, "password")),
                .text(user.root.commands.joined(separator: " ")), .text(user.root.keys.joined(separator: " ")),
                .text(user.root.channels.joined(separator: " ")),
                .text(
                    user.selectors.map { "(\(($0.commands + $0.keys + $0.channels).joined(separator: " ")))" }.joined(
                        separator: " ")),
            ]
        }
        return .table(
            "redis.acl.users", "Users",
            columns: ["user", "state", "login", "commands", "keys", "channels", "selectors"], rows: rows)
    }
}

extension Evidence {
    fileprivate static func denied(_ denials: some Collection<ACLDenial>) -> Evidence {
        let rows = denials.map { denial -> [Cell] in
            [
                Cell(seconds: denial.age), .integer(denial.count), .text(denial.user), .text(denial.reason),
                .text(denial.object), Cell(denial.client?.address), Cell(denial.client?.name),
            ]
        }
        return .table(
            "redis.acl.denied", "Refused lately, the newest first (ACL LOG)",
            columns: ["ago", "times", "user", "what", "object", "client", "name"], rows: rows)
    }
}
