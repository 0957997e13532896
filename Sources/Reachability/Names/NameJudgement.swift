import Diagnostics
import Network

extension NameLookUp {
    /// Clauses about the name, the first one for the beginning of a sentence.
    var judgement: [String] {
        [resolution] + files.configurationFlaws + silentServers + disagreement
    }

    /// Whether the judgement has something against it.
    var isHealthy: Bool {
        (try? system.get()) != nil && servers.allSatisfy { !$0.isTroubled } && disagreement.isEmpty
    }

    private var resolution: String {
        let took = Units.seconds(systemTime.seconds)
        switch system {
        case .success:
            if !files.hosts.entries.isEmpty, files.order.prefersHostsFile {
                return "\(name) is in /etc/hosts (\(files.hosts.entries.map(\.address).joined(separator: ", ")))"
            }
            let by = servers.first { !($0.deciding?.addresses.isEmpty ?? true) }.map { " by \($0.address)" } ?? ""
            return "\(name) resolves in \(took)\(by)"
        case .failure(let error):
            let said = servers.map { "\($0.address): \($0.words)" }.joined(separator: ", ")
            return "\(name) does not resolve (\(said.isEmpty ? error.message : said))"
        }
    }

    /// What a resolver that fails costs depends on its place: glibc asks in order, each time from the first.
    private var silentServers: [String] {
        servers.enumerated().filter { $0.element.isTroubled }.map { index, server in
            let configuration = files.configuration
            let wait = server.isSilent ? "waits \(Units.seconds(configuration.timeout.seconds))" : "asks it in vain"
            let what = "\(server.address) \(server.trouble)"
            if servers.count == 1 { return what + ": nobody else is asked" }
            if configuration.rotates { return "\(what): \(Self.share(servers.count)) look-up \(wait) (rotate)" }
            return index == 0 || servers.prefix(index).allSatisfy(\.isTroubled)
                ? "\(what): every look-up \(wait) first"
                : "\(what): it is asked only when those before it do not answer"
        }
    }

    private static func share(_ count: Int) -> String { count == 2 ? "every second" : "every third" }

    /// Only of those that answered: silence is told by itself.
    private var disagreement: [String] {
        let answered = servers.filter { !$0.isTroubled && $0.deciding != nil }
        guard Set(answered.map { $0.deciding?.addresses ?? [] }).count > 1 else { return [] }
        let said = answered.map { server in
            let addresses = server.deciding?.addresses ?? []
            return "\(server.address) says \(addresses.isEmpty ? server.words : addresses.joined(separator: " "))"
        }
        return ["the resolvers disagree: " + said.joined(separator: ", ")]
    }
}

extension NameLookUp.Server {
    /// What keeps a look-up from getting an answer here; that there is no such name is one.
    var isTroubled: Bool {
        guard let deciding else { return true }
        return deciding.exchanges.contains(where: \.isTrouble)
    }

    fileprivate var trouble: String {
        if isSilent { return "does not answer" }
        let exchanges = deciding?.exchanges ?? []
        if let silent = exchanges.first(where: { $0.outcome == .silent }) {
            return "does not answer to \(silent.query.type == .a ? "A" : "AAAA")"
        }
        return exchanges.first { $0.isTrouble }.map { "answers \($0.words)" } ?? "is not an address"
    }

    /// For a list of what each said.
    fileprivate var words: String {
        isTroubled ? trouble.replacingPrefix("answers ", with: "") : deciding?.a.words ?? "not asked"
    }
}

extension DNSClient.Exchange {
    fileprivate var isTrouble: Bool {
        switch outcome {
        case .silent, .unreachable, .malformed: return true
        case .answer(let answer):
            if case .failed = answer.verdict { return true }
            return answer.verdict == .brokenAlias
        }
    }
}

extension String {
    fileprivate func replacingPrefix(_ prefix: String, with other: String) -> String {
        hasPrefix(prefix) ? other + dropFirst(prefix.count) : self
    }
}

extension NameLookUp.Files {
    fileprivate var configurationFlaws: [String] {
        configuration.ignoredServers.isEmpty
            ? []
            : [
                "\(configuration.ignoredServers.joined(separator: ", ")) in /etc/resolv.conf "
                    + "is never asked: glibc takes three resolvers"
            ]
    }
}
