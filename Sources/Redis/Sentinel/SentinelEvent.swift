import Diagnostics

/// Something that a Sentinel has published: a channel (`+switch-master`) and what it says there.
public struct SentinelEvent: Sendable, Hashable {
    /// When it came here.
    public let time: Timestamp
    /// The name of the Sentinel that published it.
    public let sentinel: String
    /// `+switch-master`, `-sdown`; of our own `connected`, `lost`.
    public let kind: String
    /// What the Sentinel wrote.
    public let payload: String
    /// The master that it is about; nil where it is about the Sentinel itself.
    public let master: String?
    /// In plain words.
    public let text: String

    init(_ kind: String, _ payload: String, from sentinel: String, at time: Timestamp = .now) {
        self.time = time
        self.sentinel = sentinel
        self.kind = kind
        self.payload = payload
        let subject = SentinelSubject(payload)
        master = kind == "+switch-master" ? payload.split(separator: " ").first.map(String.init) : subject?.masterName
        text = Self.words(kind, payload, subject)
    }

    /// How bad it is by itself.
    public var weight: Remark.Weight {
        if kind.hasPrefix("-failover-abort") || Self.bad.contains(kind) { return .trouble }
        return Self.good.contains(kind) ? .fine : .careful
    }

    private static let bad: Set<String> = [
        "+sdown", "+odown", "+tilt", "lost", "+switch-master", "+failover-end-for-timeout",
    ]
    private static let good: Set<String> = [
        "-sdown", "-odown", "-tilt", "connected", "+failover-end", "+slave-reconf-done", "+slave", "+sentinel",
        "+promoted-slave",
    ]

    /// Whether what is known of the deployment has changed by it, so that it is worth a look.
    public var isTurningPoint: Bool {
        Self.turningPoints.contains(kind) || kind.hasPrefix("-failover-abort")
    }

    private static let turningPoints: Set<String> = [
        "+switch-master", "+sdown", "-sdown", "+odown", "-odown", "+role-change", "-role-change", "+reboot",
        "+failover-end", "+failover-end-for-timeout", "+tilt", "-tilt", "+convert-to-slave",
        "+slave-reconf-done", "lost", "connected",
    ]
}

/// `slave 10.0.0.7:6379 10.0.0.7 6379 @ mymaster 10.0.0.5 6379`, or without what follows the at sign for a master.
struct SentinelSubject: Sendable, Hashable {
    /// `master`, `slave`, `sentinel`.
    let type: String
    let address: String
    let masterName: String?
    /// What stands behind it: `#quorum 2/2`.
    let rest: String

    init?(_ payload: String) {
        let words = payload.split(separator: " ").map(String.init)
        guard words.count >= 4, ["master", "slave", "sentinel"].contains(words[0]) else { return nil }
        type = words[0]
        address = endpoint(words[2], words[3])
        let isPart = words.count >= 8 && words[4] == "@"
        masterName = isPart ? words[5] : words[0] == "master" ? words[1] : nil
        rest = words.dropFirst(isPart ? 8 : 4).joined(separator: " ")
    }

    /// `replica 10.0.0.7:6379 of mymaster`.
    var words: String {
        switch type {
        case "master": "master \(masterName ?? "") (\(address))"
        case "slave": "replica \(address)" + (masterName.map { " of \($0)" } ?? "")
        default: "Sentinel \(address)" + (masterName.map { " of \($0)" } ?? "")
        }
    }
}

extension SentinelEvent {
    /// What it means, as the manual has it (High availability with Redis Sentinel, "Pub/Sub messages").
    private static func words(_ kind: String, _ payload: String, _ subject: SentinelSubject?) -> String {
        let who = subject?.words ?? payload
        switch kind {
        case "+switch-master": return switched(payload)
        case "+sdown": return "does not reach \(who)"
        case "-sdown": return "reaches \(who) again"
        case "+odown": return "enough of them agree that \(who) is down\(votes(subject?.rest))"
        case "-odown": return "\(who) is no longer down for enough of them"
        case "+new-epoch": return "a new epoch begins: \(payload)"
        case "+vote-for-leader": return "votes for \(payload.prefix(8))… to lead the failover"
        case "+try-failover": return "tries to fail over \(who)"
        case "+elected-leader": return "is elected to lead the failover of \(who)"
        case "+failover-state-select-slave": return "looks for a replica to promote for \(who)"
        case "+selected-slave": return "has chosen \(who)"
        case "+failover-state-send-slaveof-noone": return "tells \(who) to become the master"
        case "+failover-state-wait-promotion": return "waits until \(who) is the master"
        case "+promoted-slave": return "\(who) is the master now"
        case "+failover-state-reconf-slaves": return "tells the other replicas of \(who) whom to follow"
        case "+failover-end": return "the failover of \(who) is done"
        case "+failover-end-for-timeout":
            return "the failover of \(who) is done, but not all replicas follow the new master yet"
        case "-failover-abort-not-elected": return "gives up the failover of \(who): another one was elected, or nobody"
        case "-failover-abort-no-good-slave": return "gives up the failover of \(who): no replica is good enough"
        case "-failover-abort-slave-timeout":
            return "gives up the failover of \(who): the chosen replica did not become a master"
        case "+slave": return "has found \(who)"
        case "+sentinel": return "has found \(who)"
        case "+sentinel-invalid-addr": return "\(who) has gone from its address"
        case "+sentinel-address-switch", "+sentinel-address-update": return "\(who) has another address now"
        case "+convert-to-slave": return "turns the old master into a replica: \(who)"
        case "+fix-slave-config": return "corrects whom \(who) follows"
        case "+slave-reconf-sent": return "has told \(who) whom to follow"
        case "+slave-reconf-inprog": return "\(who) begins to synchronise with the new master"
        case "+slave-reconf-done": return "\(who) follows the new master"
        case "+reboot": return "\(who) has restarted"
        case "+role-change", "-role-change":
            return "\(who) says that it is a \(subject?.rest.hasSuffix("master") == true ? "master" : "replica") now"
        case "+config-update-from": return "takes over a newer configuration from \(who)"
        case "+tilt": return "enters TILT: its clock jumped or it stood still; it takes no part for 30 s"
        case "-tilt": return "leaves TILT"
        case "+monitor": return "begins to watch \(who) \(subject?.rest ?? "")"
        case "-monitor": return "no longer watches \(who)"
        case "+reset-master": return "forgets all it knew of \(who)"
        case "+set": return "is configured anew: \(who) \(subject?.rest ?? "")"
        case "connected": return "listening"
        case "lost": return payload
        default: return who
        }
    }

    /// `#quorum 3/2`.
    private static func votes(_ rest: String?) -> String {
        let numbers = (rest ?? "").split { !$0.isNumber }
        return numbers.count == 2 ? " (\(numbers[0]) say so, \(numbers[1]) are needed)" : ""
    }

    /// `mymaster 10.0.0.5 6379 10.0.0.6 6379`.
    private static func switched(_ payload: String) -> String {
        let words = payload.split(separator: " ").map(String.init)
        guard words.count >= 5 else { return payload }
        return
            "the master of \(words[0]) is \(endpoint(words[3], words[4])) now, and no longer \(endpoint(words[1], words[2]))"
    }
}
