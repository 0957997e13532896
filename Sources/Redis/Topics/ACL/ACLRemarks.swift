import Diagnostics

/// What is to be thought of who may do what.
struct ACLRemarks {
    let reading: Reading
    /// Empty where they may not be listed.
    let users: [ACLUser]
    let denials: [ACLDenial]

    var all: [Remark] {
        [openDefault, noACL].compactMap { $0 } + withoutPassword
            + [powerful, unreachable, failedLogins, denied, whoami].compactMap { $0 }
    }

    private var info: RedisInfo { reading.info }
}

// MARK: - Users

extension ACLRemarks {
    /// The user that everybody is who does not log in.
    private var openDefault: Remark? {
        guard let user = users.first(where: { $0.name == "default" }) else { return nil }
        guard user.isOn, user.needsNoPassword else {
            return .fine(
                user.isOn
                    ? "the default user needs a password"
                    : "the default user is off: whoever does not log in may do nothing")
        }
        let may = user.mayEverything ? "everything" : user.root.commands.joined(separator: " ")
        let words = "whoever reaches the port is the default user, without a password, and may do: \(may)"
        let mend = reading.cli("ACL SETUSER default off")
        switch reach {
        case .anywhere: return user.root.commands == ["-@all"] ? .careful(words) : .trouble(words, next: mend)
        case .unknown: return .careful(words, next: mend)
        case .here(let why): return .careful("\(words); \(why)", next: mend)
        }
    }

    private enum Reach {
        case anywhere, unknown
        /// Only from the server's own machine, and why.
        case here(String)
    }

    private var reach: Reach {
        guard let bind = reading.setting("bind") else { return .unknown }
        let addresses = bind.split(separator: " ").map { $0.drop { $0 == "-" } }
        if !addresses.isEmpty, addresses.allSatisfy({ $0.hasPrefix("127.") || $0 == "::1" || $0 == "localhost" }) {
            return .here("it listens on its own machine only (bind \(bind))")
        }
        return reading.setting("protected-mode") == "yes"
            ? .here("protected mode answers nobody from outside") : .anywhere
    }

    /// Before 6.0 there is one password, or none.
    private var noACL: Remark? {
        guard !info.isAtLeast(6, 0) else { return nil }
        return reading.settings.password == nil
            ? .trouble(
                "it let diag in without a password, and before 6.0 there are no users: everybody may do everything")
            : .careful("before 6.0 there are no users: whoever knows the password may do everything")
    }

    private var withoutPassword: [Remark] {
        users.filter { $0.isOn && $0.needsNoPassword && $0.name != "default" }.prefix(5).map { user in
            .trouble(
                "user \(user.name) needs no password" + (user.mayEverything ? ", and may do everything" : ""),
                next: reading.cli("ACL SETUSER \(user.name.shellWord) resetpass"))
        }
    }

    private var powerful: Remark? {
        let names = users.filter { $0.isReachable && $0.mayEverything && $0.name != "default" }.map(\.name).sorted()
        guard !names.isEmpty else { return nil }
        let shown = names.prefix(5).joined(separator: ", ") + (names.count > 5 ? " and \(names.count - 5) more" : "")
        return .careful("may do everything with all keys: \(shown)")
    }

    private var unreachable: Remark? {
        let names = users.filter { !$0.isReachable }.map(\.name).sorted()
        return names.isEmpty ? nil : .fine("nobody can log in as \(names.prefix(5).joined(separator: ", "))")
    }

    private var whoami: Remark? { reading["ACL", "WHOAMI"]?.text.map { .fine("diag is user \($0) here") } }
}

// MARK: - Refusals

extension ACLRemarks {
    private func recent(_ reason: (String) -> Bool) -> [ACLDenial] {
        denials.filter { reason($0.reason) && ($0.age ?? .infinity) < 3600 }
    }

    private var failedLogins: Remark? {
        let failed = recent { $0 == "auth" }
        guard let newest = failed.min(by: { ($0.age ?? 0) < ($1.age ?? 0) }) else { return nil }
        let total = failed.reduce(0) { $0 + $1.count }
        let hosts = Set(failed.compactMap { $0.client?.host })
        let from = hosts.isEmpty ? "" : " from \(hosts.sorted().prefix(3).joined(separator: ", "))"
        let words =
            "\(Count.of(total, "login")) failed in the last hour\(from), the newest \(Units.seconds((newest.age ?? 0).rounded())) ago"
        return total >= 100 ? .trouble(words + ": somebody guesses passwords, or has an old one") : .careful(words)
    }

    private var denied: Remark? {
        let denied = recent { $0 != "auth" }
        guard let newest = denied.first else {
            return denials.isEmpty && reading["ACL", "LOG", "128"] != nil
                ? .fine("nothing was refused to anybody") : nil
        }
        let total = denied.reduce(0) { $0 + $1.count }
        let users = Set(denied.map(\.user)).sorted().prefix(3).joined(separator: ", ")
        return .careful(
            "refused \(Count.of(total, "time")) in the last hour to \(users), lately \(newest.reason) \(newest.object) to \(newest.user)"
        )
    }
}
