/// A DNS message as far as looking up addresses needs it (RFC 1035, 4; RFC 6891).
struct DNSMessage: Sendable, Hashable {
    enum RecordType: UInt16, Sendable, Hashable {
        case a = 1
        case aaaa = 28
    }

    struct Question: Sendable, Hashable {
        let name: DNSName
        let type: UInt16
        /// 1, the Internet, but for a rogue's.
        let group: UInt16
    }

    struct Record: Sendable, Hashable {
        enum Content: Sendable, Hashable {
            /// In digits.
            case address(String)
            case alias(DNSName)
            case startOfAuthority(negativeTTL: UInt32)
            /// OPT: the upper bits of the response code.
            case options(responseCodeHigh: UInt8)
            case other
        }

        let name: DNSName
        let type: UInt16
        let ttl: UInt32
        let content: Content
    }

    let id: UInt16
    let isResponse: Bool
    let isTruncated: Bool
    let recursionAvailable: Bool
    /// With the upper bits of an OPT record, where there is one.
    let responseCode: UInt16
    let questions: [Question]
    let answers: [Record]
    let authorities: [Record]
    let additionals: [Record]
}

/// One question to a resolver, and whether an answer is one to it.
struct DNSQuery: Sendable, Hashable {
    let id: UInt16
    let name: DNSName
    let type: DNSMessage.RecordType

    init(_ name: DNSName, _ type: DNSMessage.RecordType, id: UInt16 = .random(in: .min ... .max)) {
        self.id = id
        self.name = name
        self.type = type
    }

    /// What is taken over UDP: what passes any link unfragmented (DNS flag day 2020).
    static let datagramSize = 1232

    /// Asks for recursion, and says how much is taken over UDP.
    var bytes: [UInt8] {
        [id, 0x0100, 1, 0, 0, 1].flatMap(\.wire) + name.bytes + [type.rawValue, 1].flatMap(\.wire)
            // OPT (RFC 6891, 6.1.2): the root's name, type 41, the size as class, no flags, no data.
            + [0] + [41, UInt16(Self.datagramSize), 0, 0, 0].flatMap(\.wire)
    }

    /// Anything else is a late answer to another question, or a stranger's.
    func isAnswered(by message: DNSMessage) -> Bool {
        message.isResponse && message.id == id
            && message.questions == [DNSMessage.Question(name: name, type: type.rawValue, group: 1)]
    }
}

extension UInt16 {
    /// In network order.
    var wire: [UInt8] { [UInt8(self >> 8), UInt8(truncatingIfNeeded: self)] }
}
