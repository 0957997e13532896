import Glibc

/// What is wrong with bytes that should be a DNS message, in words that follow "the answer".
struct DNSFault: Error, Hashable {
    let message: String
}

/// Reads a DNS message, strictly: nothing beyond its end, no name that refers forward or to itself.
struct DNSReader {
    private let bytes: [UInt8]
    private var offset = 0

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// - Throws: for anything that is not one whole message and nothing behind it. Of a truncated message only the head
    ///   and the question are read: the rest may end anywhere.
    static func message(_ bytes: [UInt8]) throws(DNSFault) -> DNSMessage {
        var reader = DNSReader(bytes)
        return try reader.message()
    }

    private mutating func message() throws(DNSFault) -> DNSMessage {
        let (id, flags) = (try uint16(), try uint16())
        let counts = (Int(try uint16()), Int(try uint16()), Int(try uint16()), Int(try uint16()))
        let questions = try list(counts.0) { reader throws(DNSFault) in try reader.question() }
        let isTruncated = flags & 0x0200 != 0
        let answers = isTruncated ? [] : try records(counts.1)
        let authorities = isTruncated ? [] : try records(counts.2)
        let additionals = isTruncated ? [] : try records(counts.3)
        guard isTruncated || offset == bytes.count else {
            throw DNSFault(message: "has \(bytes.count - offset) bytes behind its end")
        }
        return DNSMessage(
            id: id, isResponse: flags & 0x8000 != 0, isTruncated: isTruncated, recursionAvailable: flags & 0x0080 != 0,
            responseCode: flags & 0x000F | Self.high(additionals) << 4, questions: questions, answers: answers,
            authorities: authorities, additionals: additionals)
    }

    private static func high(_ additionals: [DNSMessage.Record]) -> UInt16 {
        for record in additionals { if case .options(let high) = record.content { return UInt16(high) } }
        return 0
    }

    /// The count is a claim of the sender's: nothing is reserved by it.
    private mutating func list<Item>(
        _ count: Int, _ read: (inout DNSReader) throws(DNSFault) -> Item
    ) throws(DNSFault) -> [Item] {
        var items: [Item] = []
        for _ in 0..<count { items.append(try read(&self)) }
        return items
    }

    private mutating func records(_ count: Int) throws(DNSFault) -> [DNSMessage.Record] {
        try list(count) { reader throws(DNSFault) in try reader.record() }
    }

    private mutating func question() throws(DNSFault) -> DNSMessage.Question {
        DNSMessage.Question(name: try name(), type: try uint16(), group: try uint16())
    }
}

// MARK: - Records

extension DNSReader {
    private mutating func record() throws(DNSFault) -> DNSMessage.Record {
        let name = try name()
        let (type, group, ttl, length) = (try uint16(), try uint16(), try uint32(), Int(try uint16()))
        let end = offset + length
        guard end <= bytes.count else { throw cutOff }
        let content = try content(type, group, ttl, end)
        // Whatever was read of it: the length decides, where the next record begins.
        guard offset <= end else { throw DNSFault(message: "has a record that is longer than it says") }
        if offset < end, content != .other, type != 41 {
            throw DNSFault(message: "has a record that is shorter than it says")
        }
        offset = end
        // A TTL with its highest bit set is none (RFC 2181, 8).
        return DNSMessage.Record(name: name, type: type, ttl: ttl > 0x7FFF_FFFF ? 0 : ttl, content: content)
    }

    private mutating func content(
        _ type: UInt16, _ group: UInt16, _ ttl: UInt32, _ end: Int
    ) throws(DNSFault) -> DNSMessage.Record.Content {
        switch type {
        case 41: return .options(responseCodeHigh: UInt8(ttl >> 24))
        case _ where group != 1: return .other
        case 1: return .address(try address(4, AF_INET))
        case 28: return .address(try address(16, AF_INET6))
        case 5: return .alias(try name())
        case 6:
            (_, _) = (try name(), try name())
            for _ in 0..<4 { _ = try uint32() }
            return .startOfAuthority(negativeTTL: min(ttl, try uint32()))
        default: return .other
        }
    }

    private mutating func address(_ size: Int, _ family: CInt) throws(DNSFault) -> String {
        guard offset + size <= bytes.count else { throw cutOff }
        defer { offset += size }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let digits = Array(bytes[offset..<offset + size])
        guard inet_ntop(family, digits, &text, socklen_t(text.count)) != nil else { throw cutOff }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

// MARK: - Names and numbers

extension DNSReader {
    /// Compression (RFC 1035, 4.1.4) refers to "a prior occurrence of the same name": each reference has to lead before
    /// the part of the name that it stands in, so that none can lead in a circle.
    private mutating func name() throws(DNSFault) -> DNSName {
        var (labels, length) = ([[UInt8]](), 1)
        var (start, position) = (offset, offset)
        var end: Int?
        while true {
            let byte = try byte(at: position)
            switch byte >> 6 {
            case 0 where byte == 0:
                offset = end ?? position + 1
                return DNSName(labels: labels)
            case 0:
                length += Int(byte) + 1
                guard length <= DNSName.longest else { throw DNSFault(message: "has a name of over 255 bytes") }
                let label = position + 1..<position + 1 + Int(byte)
                guard label.upperBound <= bytes.count else { throw cutOff }
                labels.append(Array(bytes[label]))
                position = label.upperBound
            case 3:
                let target = Int(byte & 0x3F) << 8 | Int(try self.byte(at: position + 1))
                guard target < start else { throw DNSFault(message: "has a name that refers to itself or forward") }
                end = end ?? position + 2
                (start, position) = (target, target)
            default: throw DNSFault(message: "has a label of a kind that there is none of")
            }
        }
    }

    private func byte(at position: Int) throws(DNSFault) -> UInt8 {
        guard position < bytes.count else { throw cutOff }
        return bytes[position]
    }

    private mutating func uint16() throws(DNSFault) -> UInt16 {
        defer { offset += 2 }
        return UInt16(try byte(at: offset)) << 8 | UInt16(try byte(at: offset + 1))
    }

    private mutating func uint32() throws(DNSFault) -> UInt32 { UInt32(try uint16()) << 16 | UInt32(try uint16()) }

    private var cutOff: DNSFault { DNSFault(message: "is cut off") }
}
