import Testing

@testable import Reachability

@Suite("Reading DNS messages")
struct DNSReaderTests {
    /// An answer to `db.example A`: an alias and an address, the names compressed.
    static let answer: [UInt8] =
        [0x12, 0x34, 0x81, 0x80, 0, 1, 0, 2, 0, 0, 0, 1]
        + [2] + Array("db".utf8) + [7] + Array("example".utf8) + [0, 0, 1, 0, 1]
        + [0xC0, 12, 0, 5, 0, 1, 0, 0, 0, 30, 0, 5, 2] + Array("pg".utf8) + [0xC0, 15]
        + [0xC0, 40, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 0, 0, 5]
        + [0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0]

    private let query = DNSQuery(DNSName(labels: [Array("DB".utf8), Array("example".utf8)]), .a, id: 0x1234)

    @Test func `an answer is read whole, along its alias`() throws {
        let message = try DNSReader.message(Self.answer)
        #expect(query.isAnswered(by: message))
        let answer = DNSAnswer(message, to: query)
        #expect(answer.verdict == .addresses(["10.0.0.5"]))
        #expect(answer.aliases == ["pg.example"])
        #expect(answer.ttl == 30)
    }

    @Test func `every cut of it is refused`() {
        for length in 0..<Self.answer.count {
            #expect(throws: DNSFault.self) { try DNSReader.message(Array(Self.answer.prefix(length))) }
        }
        #expect(throws: DNSFault.self) { try DNSReader.message(Self.answer + [0]) }
    }

    @Test(
        arguments: [
            (12, [0xC0, 12], "refers to itself"), (12, [0xC0, 14, 0xC0, 12], "forward"), (12, [0x80, 0], "of a kind"),
            (12, [0x40, 0], "of a kind"), (12, [0xC0], "cut off"), (12, [63], "cut off"),
            (12, [1, 0x61, 0xC0, 12], "refers to itself"),
        ] as [(Int, [UInt8], String)])
    func `names that lead in circles or out of the message are refused`(at: Int, name: [UInt8], words: String) {
        let head: [UInt8] = [0, 1, 0x80, 0, 0, 1, 0, 0, 0, 0, 0, 0]
        let fault = #expect(throws: DNSFault.self) { try DNSReader.message(head + name) }
        #expect(fault?.message.contains(words) == true, "\(fault as Any)")
    }

    @Test func `a name that grows by references beyond 255 bytes is refused`() {
        // Each of these names is a label of 63 bytes and a reference to the one before it.
        var bytes: [UInt8] = [0, 1, 0x80, 0, 0, 6, 0, 0, 0, 0, 0, 0]
        var last: Int?
        for _ in 0..<6 {
            let start = bytes.count
            bytes += [63] + [UInt8](repeating: 0x61, count: 63)
            bytes += last.map { [0xC0 | UInt8($0 >> 8), UInt8($0 & 0xFF)] } ?? [0]
            bytes += [0, 1, 0, 1]
            last = start
        }
        let fault = #expect(throws: DNSFault.self) { try DNSReader.message(bytes) }
        #expect(fault?.message.contains("255") == true)
    }

    @Test(arguments: [(0, 3), (5, 3), (4, 28), (15, 28), (17, 28)])
    func `a record whose length is not its type's is refused`(length: Int, type: Int) {
        let type = type == 3 ? 1 : type
        let head: [UInt8] = [0, 1, 0x80, 0, 0, 0, 0, 1, 0, 0, 0, 0]
        let record: [UInt8] = [0, 0, UInt8(type), 0, 1, 0, 0, 0, 9, 0, UInt8(length)]
        #expect(throws: DNSFault.self) {
            try DNSReader.message(head + record + [UInt8](repeating: 1, count: length))
        }
    }

    @Test func `of a truncated message only the head is read`() throws {
        let head: [UInt8] = [0, 1, 0x82, 0, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 1, 0, 1]
        let message = try DNSReader.message(head + [1, 2, 3])
        #expect(message.isTruncated)
        #expect(message.answers.isEmpty)
    }

    @Test(
        arguments: [
            (0x8183, [], DNSAnswer.Verdict.noSuchName), (0x8180, [], .noData), (0x8182, [], .failed("SERVFAIL")),
            (0x8185, [], .failed("REFUSED")), (0x8189, [], .failed("NOTAUTH")), (0x818B, [], .failed("RCODE 11")),
            // The upper bits of an OPT record make BADVERS of no error.
            (0x8180, [0, 0, 41, 4, 208, 1, 0, 0, 0, 0, 0], .failed("BADVERS")),
        ] as [(UInt16, [UInt8], DNSAnswer.Verdict)])
    func `response codes have their names`(flags: UInt16, options: [UInt8], verdict: DNSAnswer.Verdict) throws {
        let bytes = [1, flags, 0, 0, 0, options.isEmpty ? 0 : 1].flatMap(\UInt16.wire) + options
        #expect(DNSAnswer(try DNSReader.message(bytes), to: query).verdict == verdict)
    }

    @Test func `aliases in a circle are told as such`() throws {
        let name: [UInt8] = [2] + Array("db".utf8) + [7] + Array("example".utf8) + [0]
        let other: [UInt8] = [1] + Array("x".utf8) + [0]
        let head: [UInt8] = [0x12, 0x34, 0x81, 0x80, 0, 1, 0, 2, 0, 0, 0, 0]
        let there = [0, 5, 0, 1, 0, 0, 0, 9, 0, UInt8(other.count)] + other
        let back = [0, 5, 0, 1, 0, 0, 0, 9, 0, UInt8(name.count)] + name
        let bytes = head + name + [0, 1, 0, 1] + name + there + other + back
        #expect(DNSAnswer(try DNSReader.message(bytes), to: query).verdict == .brokenAlias)
    }

    @Test func `a negative answer's TTL is that of its SOA`() throws {
        let head: [UInt8] = [0, 1, 0x81, 0x83, 0, 0, 0, 0, 0, 1, 0, 0]
        let numbers: [UInt8] = [0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0, 7]
        let soa: [UInt8] = [0, 0, 6, 0, 1, 0, 0, 0, 9, 0, 22, 0, 0] + numbers
        #expect(DNSAnswer(try DNSReader.message(head + soa), to: query).ttl == 7)
    }

    /// Ten thousand messages, each a few changes away from a right one, and as many of pure rubbish: each is read or
    /// refused, and none is read beyond its end or for ever.
    @Test func `rubbish is refused or read, and never more than that`() {
        var random = Seeded(7)
        for round in 0..<20_000 {
            var bytes = Self.answer
            if round.isMultiple(of: 2) {
                bytes = (0..<Int.random(in: 0...96, using: &random)).map { _ in
                    .random(in: .min ... .max, using: &random)
                }
            } else {
                for _ in 0..<Int.random(in: 1...6, using: &random) {
                    bytes[Int.random(in: bytes.indices, using: &random)] = .random(in: .min ... .max, using: &random)
                }
            }
            guard let message = try? DNSReader.message(bytes) else { continue }
            let answer = DNSAnswer(message, to: query)
            #expect(answer.aliases.count <= message.answers.count + 1)
        }
    }
}

@Suite("Domain names")
struct DNSNameTests {
    @Test(
        arguments: [
            ("db.example", [2, 0x64, 0x62, 7, 0x65, 0x78, 0x61, 0x6D, 0x70, 0x6C, 0x65, 0]), ("", [0]), (".", [0]),
            ("a.", [1, 0x61, 0]),
        ] as [(String, [UInt8])])
    func `go out as labels`(text: String, bytes: [UInt8]) {
        #expect(DNSName(text)?.bytes == bytes)
    }

    @Test(arguments: [
        "a..b", ".a", String(repeating: "a", count: 64), String(repeating: "a.", count: 128) + "a",
    ])
    func `that have no place on the wire are none`(text: String) { #expect(DNSName(text) == nil) }

    @Test func `are compared without regard to case and shown safely`() {
        #expect(DNSName("DB.Example") == DNSName("db.eXAMPLE"))
        #expect(DNSName(labels: [[0x61, 0x2E, 0x1B, 0xFF]]).description == "a\\.\\027\\255")
    }
}

/// The same numbers each time (SplitMix64).
struct Seeded: RandomNumberGenerator {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
