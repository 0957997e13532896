import Diagnostics
import Network

/// How a name is resolved here: by each of the files and servers asked by itself, and by the system's resolver in the end.
struct NameLookUp: Sendable {
    /// What one resolver says of one name, for both families.
    struct Inquiry: Sendable {
        let name: String
        let a: DNSClient.Exchange
        let aaaa: DNSClient.Exchange

        var exchanges: [DNSClient.Exchange] { [a, aaaa] }
        /// In digits, sorted: resolvers turn round the order of what they all know.
        var addresses: [String] { exchanges.flatMap(\.addresses).sorted() }
        var isSilent: Bool { a.outcome == .silent && aaaa.outcome == .silent }
    }

    struct Server: Sendable {
        let address: String
        /// In the order they were asked; the last one decided.
        let inquiries: [Inquiry]

        var deciding: Inquiry? { inquiries.last }
        var isSilent: Bool { deciding?.isSilent ?? false }
        /// The longest of what it was asked.
        var time: Duration { deciding?.exchanges.map(\.time).max() ?? .zero }
    }

    /// What the files of a machine say.
    struct Files: Sendable {
        let hosts: HostsFile
        let order: NameServiceSwitch
        let configuration: ResolverConfiguration
    }

    let name: String
    let files: Files
    let servers: [Server]
    /// What getaddrinfo gave, in its order of preference.
    let system: Result<[SocketAddress], ProbeError>
    let systemTime: Duration
}

extension DNSClient.Exchange {
    var addresses: [String] {
        if case .answer(let answer) = outcome, case .addresses(let addresses) = answer.verdict { addresses } else { [] }
    }

    /// Whether the resolver said that there is nothing: the next name is tried then.
    var isNegative: Bool {
        guard case .answer(let answer) = outcome else { return false }
        return answer.verdict == .noData || answer.verdict == .noSuchName
    }
}

// MARK: - Asking

extension NameLookUp {
    /// Asks everybody at once.
    ///
    /// - Parameter port: where DNS servers listen: 53 but in tests.
    static func take(
        _ name: String, port: UInt16, files: Files, resolverPort: UInt16 = 53, until deadline: Deadline
    ) async -> NameLookUp {
        async let servers = servers(name, files.configuration, resolverPort, deadline)
        let start = ContinuousClock.now
        let system: Result<[SocketAddress], ProbeError>
        do {
            system = .success(try await Resolver.addresses(of: name, port: port, until: deadline))
        } catch {
            system = .failure(error)
        }
        let time = start.duration(to: .now)
        return NameLookUp(name: name, files: files, servers: await servers, system: system, systemTime: time)
    }

    private static func servers(
        _ name: String, _ configuration: ResolverConfiguration, _ port: UInt16, _ deadline: Deadline
    ) async -> [Server] {
        await withTaskGroup(of: (Int, Server).self) { group in
            for (index, address) in configuration.servers.enumerated() {
                group.addTask { (index, await server(address, name, configuration, port, deadline)) }
            }
            var found: [(Int, Server)] = []
            for await server in group { found.append(server) }
            return found.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    /// Name after name as glibc does, until one is there or the server does not answer.
    private static func server(
        _ address: String, _ name: String, _ configuration: ResolverConfiguration, _ port: UInt16, _ deadline: Deadline
    ) async -> Server {
        var inquiries: [Inquiry] = []
        guard let place = Resolver.numeric(address, port: port) else { return Server(address: address, inquiries: []) }
        // Not as long as glibc would wait: two attempts of a second and a half tell a silent server from a slow one.
        let patience = min(configuration.timeout, .milliseconds(1500))
        let client = DNSClient(server: place, patience: patience, attempts: 2, alwaysTCP: configuration.usesTCP)
        for candidate in configuration.candidates(for: name) {
            guard let wire = DNSName(candidate), !deadline.hasPassed else { continue }
            async let a = client.ask(wire, .a, until: deadline)
            async let aaaa = client.ask(wire, .aaaa, until: deadline)
            let inquiry = Inquiry(name: candidate, a: await a, aaaa: await aaaa)
            inquiries.append(inquiry)
            if !inquiry.exchanges.allSatisfy(\.isNegative) { break }
        }
        return Server(address: address, inquiries: inquiries)
    }
}
