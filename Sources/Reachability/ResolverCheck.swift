import Diagnostics
import Network

/// Whether each resolver of `/etc/resolv.conf` answers, and how soon.
///
/// It is asked for the addresses of the root, which has none: every resolver can say so without asking anybody.
public struct ResolverCheck: Sendable {
    public static let up = Metric(
        "diag_dns_resolver_up", .gauge, "Whether a resolver of /etc/resolv.conf answers (1) or not (0).")
    public static let seconds = Metric(
        "diag_dns_resolver_seconds", .gauge, "How long a resolver of /etc/resolv.conf took to answer.")
    public static let metrics = [up, seconds]

    private let configuration: ResolverConfiguration
    private let port: UInt16

    /// - Parameter root: where `/etc` is.
    public init(root: String = "/") { self.init(root: root, port: 53) }

    init(root: String, port: UInt16) {
        let folder = root.hasSuffix("/") ? String(root.dropLast()) : root
        configuration = ResolverConfiguration(NameLookUp.Files.text("\(folder)/etc/resolv.conf"))
        self.port = port
    }

    /// Asks all of them at once. Evidence: `dns.resolvers`.
    public func look(until deadline: Deadline) async -> Observation.Content {
        let exchanges = await withTaskGroup(of: (String, DNSClient.Exchange)?.self) { group in
            for server in configuration.servers {
                group.addTask { await ask(server, until: deadline).map { (server, $0) } }
            }
            return await group.reduce(into: [String: DNSClient.Exchange]()) { all, one in
                if let one { all[one.0] = one.1 }
            }
        }
        return content(exchanges)
    }

    private func ask(_ server: String, until deadline: Deadline) async -> DNSClient.Exchange? {
        guard let address = Resolver.numeric(server, port: port) else { return nil }
        let patience = min(configuration.timeout, deadline.remaining / 2)
        return await DNSClient(server: address, patience: patience, attempts: 2).ask(
            DNSName(labels: []), .a, until: deadline)
    }

    private func content(_ exchanges: [String: DNSClient.Exchange]) -> Observation.Content {
        var content = Observation.Content()
        var rows: [[Cell]] = []
        for server in configuration.servers {
            guard let exchange = exchanges[server] else { continue }
            let answers = if case .answer = exchange.outcome { true } else { false }
            content.add(Self.up, answers ? 1 : 0, labels: ["resolver": server])
            if answers { content.add(Self.seconds, exchange.time.seconds, labels: ["resolver": server]) }
            rows.append([
                .text(server), .text(answers ? "answers" : exchange.words), .seconds(exchange.time.seconds),
                .integer(Int64(exchange.attempts)),
            ])
        }
        content.evidence.append(
            .table(
                "dns.resolvers", "Resolvers of /etc/resolv.conf", columns: ["resolver", "answer", "time", "attempts"],
                rows: rows))
        return content
    }
}
