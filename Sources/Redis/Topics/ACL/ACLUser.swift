/// A user as ACL LIST describes it: `user app on #4f5e… ~app:* &* -@all +@read (~other:* +get)`. The hashes of its passwords
/// are counted and dropped at once.
struct ACLUser: Sendable, Hashable {
    struct Permissions: Sendable, Hashable {
        /// As in the rules, in their order: `+@all`, `-@dangerous`.
        var commands: [String] = []
        /// `~app:*`, `%R~other:*`.
        var keys: [String] = []
        /// `&news:*`.
        var channels: [String] = []

        /// Whether it began with everything, whatever was taken away after.
        var startsWithAll: Bool {
            commands.lastIndex(of: "+@all").map { last in !commands[last...].contains("-@all") } ?? false
        }

        /// Nothing taken away, and all keys.
        var isEverything: Bool {
            guard startsWithAll, let last = commands.lastIndex(of: "+@all") else { return false }
            return !commands[last...].contains { $0.hasPrefix("-") } && keys.contains("~*")
        }

        mutating func add(_ rule: Substring) {
            switch rule.first {
            case "+", "-": commands.append(String(rule))
            case "~", "%": keys.append(String(rule))
            case "&": channels.append(String(rule))
            default:
                switch rule {
                case "allcommands": commands.append("+@all")
                case "nocommands": commands.append("-@all")
                case "allkeys": keys.append("~*")
                case "allchannels": channels.append("&*")
                default: break
                }
            }
        }
    }

    let name: String
    private(set) var isOn = false
    private(set) var needsNoPassword = false
    private(set) var passwords = 0
    private(set) var root = Permissions()
    /// 7.0 and later.
    private(set) var selectors: [Permissions] = []

    init?(_ line: String) {
        let words = line.split(separator: " ")
        guard words.count >= 2, words[0] == "user" else { return nil }
        name = String(words[1])
        var inSelector = false
        for word in words.dropFirst(2) {
            if word.hasPrefix("(") {
                inSelector = true
                selectors.append(Permissions())
            }
            let rule = word.drop { $0 == "(" }.trimmingSuffix(")")
            if inSelector { selectors[selectors.count - 1].add(rule) } else { read(rule) }
            if word.hasSuffix(")") { inSelector = false }
        }
    }

    private mutating func read(_ rule: Substring) {
        switch rule {
        case "on": isOn = true
        case "off": isOn = false
        case "nopass": needsNoPassword = true
        case _ where rule.hasPrefix("#"): passwords += 1
        default: root.add(rule)
        }
    }

    /// Whether somebody can log in as this user.
    var isReachable: Bool { isOn && (needsNoPassword || passwords > 0) }
    var mayEverything: Bool { root.isEverything || selectors.contains(where: \.isEverything) }
}

extension Substring {
    fileprivate func trimmingSuffix(_ suffix: Character) -> Substring { last == suffix ? dropLast() : self }
}

/// An entry of ACL LOG: something that was not allowed.
struct ACLDenial: Sendable, Hashable {
    let count: Int64
    /// `command`, `key`, `channel`, `auth`.
    let reason: String
    /// The command, key or channel.
    let object: String
    let user: String
    let age: Double?
    let client: ClientEntry?

    init?(_ entry: RESPValue) {
        guard let values = entry.array else { return nil }
        var fields: [String: RESPValue] = [:]
        for index in stride(from: 0, to: values.count - 1, by: 2) {
            if let name = values[index].text { fields[name] = values[index + 1] }
        }
        guard let reason = fields["reason"]?.text, let user = fields["username"]?.text else { return nil }
        self.reason = reason
        self.user = user
        count = fields["count"]?.integer ?? 1
        if case .bytes(let bytes)? = fields["object"] { object = KeyName(bytes).description } else { object = "?" }
        age = fields["age-seconds"]?.text.flatMap { Double($0) }
        client = fields["client-info"]?.text.flatMap { ClientEntry($0) }
    }
}
