import Diagnostics
import Network

extension NameLookUp {
    var evidence: [Evidence] {
        [order, searching, resolvers, result].compactMap(\.self)
    }

    /// What is asked first, and what the hosts file says.
    private var order: Evidence {
        let hosts = files.hosts.entries.map { "\($0.address) (line \($0.line))" }.joined(separator: ", ")
        let said = hosts.isEmpty ? "/etc/hosts does not have it" : "/etc/hosts says \(hosts)"
        let wins = !hosts.isEmpty && files.order.prefersHostsFile ? "; DNS is not asked for it" : ""
        return .fact("net.order", "Who is asked", "\(files.order.words); \(said)\(wins)")
    }

    /// A name with few dots is asked for under every search domain first: on Kubernetes ten questions for one address.
    private var searching: Evidence? {
        let configuration = files.configuration
        let names = configuration.candidates(for: name)
        let deciding = servers.compactMap(\.deciding?.name).first
        guard names.count > 1, names.first != deciding, let deciding, let tried = names.firstIndex(of: deciding),
            files.hosts.entries.isEmpty
        else { return nil }
        let before = names.prefix(tried).joined(separator: ", ")
        return .fact(
            "net.search", "Search domains",
            "\(name) has fewer dots than ndots (\(configuration.ndots)): \(tried) name\(tried == 1 ? "" : "s") "
                + "\(tried == 1 ? "is" : "are") asked for in vain before it, each for A and AAAA: \(before); "
                + "write \(name). with a dot at its end to ask for it alone")
    }

    private var resolvers: Evidence? {
        guard !servers.isEmpty else { return nil }
        return .table(
            "net.resolvers", "Each resolver of /etc/resolv.conf, asked by itself",
            columns: ["resolver", "name", "type", "answer", "ttl", "time", "note"],
            rows: servers.flatMap { server in
                server.inquiries.isEmpty
                    ? [[.text(server.address), .none, .none, .text("not an address"), .none, .none, .none]]
                    : server.shownInquiries.flatMap { inquiry in
                        zip(["A", "AAAA"], inquiry.exchanges).map { row(server, inquiry, $0, $1) }
                    }
            })
    }

    private func row(
        _ server: Server, _ inquiry: Inquiry, _ type: String, _ exchange: DNSClient.Exchange
    ) -> [Cell] {
        [
            .text(server.address), .text(inquiry.name), .text(type), .text(exchange.words),
            exchange.ttl.map { .seconds(Double($0)) } ?? .none, .seconds(exchange.time.seconds),
            exchange.note.map(Cell.text) ?? .none,
        ]
    }

    private var result: Evidence {
        let took = Units.seconds(systemTime.seconds)
        switch system {
        case .success(let addresses):
            return .fact(
                "net.addresses", "What programs get",
                addresses.map(\.host).joined(separator: ", ") + ", in that order, after \(took) (getaddrinfo)")
        case .failure(let error):
            return .fact("net.addresses", "What programs get", "\(error.message), after \(took) (getaddrinfo)")
        }
    }
}

extension NameLookUp.Server {
    /// Names in vain are counted elsewhere: the one that decided is shown, and all where none did.
    fileprivate var shownInquiries: [NameLookUp.Inquiry] {
        guard let deciding, !deciding.addresses.isEmpty else { return inquiries }
        return [deciding]
    }
}

extension DNSClient.Exchange {
    /// As the table and sentences have it.
    var words: String {
        switch outcome {
        case .silent: return "no answer"
        case .unreachable(let message): return message.lowercased()
        case .malformed(let message): return message
        case .answer(let answer):
            switch answer.verdict {
            case .addresses(let addresses): return addresses.joined(separator: " ")
            case .noData: return "none"
            case .noSuchName: return "NXDOMAIN"
            case .failed(let name): return name
            case .brokenAlias: return "aliases in a circle"
            }
        }
    }

    fileprivate var ttl: UInt32? { if case .answer(let answer) = outcome { answer.ttl } else { nil } }

    fileprivate var note: String? {
        var words: [String] = []
        if case .answer(let answer) = outcome, !answer.aliases.isEmpty {
            words.append("alias of " + answer.aliases.joined(separator: " → "))
        }
        if usedTCP { words.append("over TCP") }
        if attempts > 1 { words.append("\(attempts) attempts") }
        return words.isEmpty ? nil : words.joined(separator: ", ")
    }
}
