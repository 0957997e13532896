import Diagnostics

/// What a resolver says of one name and type.
struct DNSAnswer: Sendable, Hashable {
    enum Verdict: Sendable, Hashable {
        /// In digits, in the order they came.
        case addresses([String])
        /// The name is there, but without records of this type.
        case noData
        /// NXDOMAIN.
        case noSuchName
        /// SERVFAIL, REFUSED and the like, by name.
        case failed(String)
        /// The aliases lead in a circle, or to nowhere that was told.
        case brokenAlias
    }

    let verdict: Verdict
    /// Where each alias led, in order; empty without any.
    let aliases: [String]
    /// Seconds: the least of what the answer is made of; of a negative one what its SOA allows.
    let ttl: UInt32?

    init(verdict: Verdict, aliases: [String] = [], ttl: UInt32?) {
        self.verdict = verdict
        self.aliases = aliases
        self.ttl = ttl
    }

    init(_ message: DNSMessage, to query: DNSQuery) {
        let chain = Self.chain(message, from: query.name)
        aliases = chain.names.dropFirst().map(\.description)
        let records = message.answers.filter { $0.type == query.type.rawValue && $0.name == chain.names.last }
        let addresses = records.compactMap { record -> String? in
            if case .address(let address) = record.content { address } else { nil }
        }
        ttl = (records.map(\.ttl) + chain.ttls).min() ?? Self.negativeTTL(message)
        verdict = Self.verdict(message.responseCode, addresses, chain.isBroken)
    }

    private static func verdict(_ code: UInt16, _ addresses: [String], _ isBroken: Bool) -> Verdict {
        if isBroken { return .brokenAlias }
        switch code {
        case 0: return addresses.isEmpty ? .noData : .addresses(addresses)
        case 3: return .noSuchName
        default: return .failed(name(ofCode: code))
        }
    }

    /// The names that aliases lead along, the question's first.
    private static func chain(
        _ message: DNSMessage, from name: DNSName
    ) -> (names: [DNSName], ttls: [UInt32], isBroken: Bool) {
        var (names, ttls) = ([name], [UInt32]())
        while let record = message.answers.first(where: { $0.name == names.last && $0.isAlias }) {
            guard case .alias(let next) = record.content else { break }
            ttls.append(record.ttl)
            guard !names.contains(next) else { return (names + [next], ttls, true) }
            names.append(next)
        }
        return (names, ttls, false)
    }

    /// RFC 2308, 5.
    private static func negativeTTL(_ message: DNSMessage) -> UInt32? {
        for record in message.authorities {
            if case .startOfAuthority(let ttl) = record.content { return ttl }
        }
        return nil
    }

    /// As the IANA registry names them.
    static func name(ofCode code: UInt16) -> String {
        [
            1: "FORMERR", 2: "SERVFAIL", 3: "NXDOMAIN", 4: "NOTIMP", 5: "REFUSED", 9: "NOTAUTH", 16: "BADVERS",
        ][code] ?? "RCODE \(code)"
    }
}

extension DNSMessage.Record {
    fileprivate var isAlias: Bool { if case .alias = content { true } else { false } }
}
