import Diagnostics
import Glibc
import Network
import Playground
import Testing

@testable import Reachability

@Suite("Asking DNS servers")
struct DNSClientTests {
    private func ask(
        _ port: UInt16, _ name: String, _ type: DNSMessage.RecordType = .a, patience: Duration = .seconds(5),
        attempts: Int = 1, tcp: Bool = false
    ) async throws -> DNSClient.Exchange {
        let server = try #require(Resolver.numeric("127.0.0.1", port: port))
        let client = DNSClient(server: server, patience: patience, attempts: attempts, alwaysTCP: tcp)
        return await client.ask(try #require(DNSName(name)), type, until: .after(.seconds(20)))
    }

    private static let server = Task {
        try await Playground.shared.dns(
            "dns",
            [
                "local=/example/", "host-record=db.example,10.0.0.5,fd00::5", "cname=alias.example,db.example",
                "host-record=four.example,10.0.0.6",
            ] + (1...120).map { "host-record=many.example,10.9.0.\($0)" })
    }

    @Test(arguments: [
        ("db.example", DNSMessage.RecordType.a, DNSAnswer.Verdict.addresses(["10.0.0.5"])),
        ("DB.Example.", .aaaa, .addresses(["fd00::5"])), ("alias.example", .a, .addresses(["10.0.0.5"])),
        ("four.example", .aaaa, .noData), ("nobody.example", .a, .noSuchName),
        ("elsewhere.test", .a, .failed("REFUSED")),
    ])
    func `a real server's answers are read`(
        name: String, type: DNSMessage.RecordType, verdict: DNSAnswer.Verdict
    ) async throws {
        for tcp in [false, true] {
            let exchange = try await ask(Self.server.value.port, name, type, tcp: tcp)
            guard case .answer(let answer) = exchange.outcome else {
                Issue.record("\(exchange.outcome)")
                continue
            }
            #expect(answer.verdict == verdict)
            #expect(answer.aliases == (name == "alias.example" ? ["db.example"] : []))
            if case .addresses = verdict { #expect(answer.ttl == 60) }
            #expect(exchange.usedTCP == tcp)
        }
    }

    @Test func `what does not fit a datagram is asked for again over TCP`() async throws {
        let exchange = try await ask(Self.server.value.port, "many.example")
        #expect(exchange.usedTCP)
        #expect(exchange.addresses.count == 120)
    }

    @Test func `a silent server is asked again, and said to be silent`() async throws {
        let server = ScriptedResolver { _ in [] }
        let exchange = try await ask(server.port, "db.example", patience: .milliseconds(100), attempts: 3)
        #expect(exchange.outcome == .silent)
        #expect(exchange.attempts == 3)
        #expect(server.questions == 3)
    }

    @Test func `a port that nobody listens at is not silence`() async throws {
        let descriptor = socket(AF_INET, CInt(SOCK_DGRAM.rawValue), 0)
        let port = loopback(descriptor)
        close(descriptor)
        #expect(try await ask(port, "db.example").outcome == .unreachable("Connection refused"))
    }

    @Test(arguments: [
        ("rubbish", "is cut off"), ("a bare head", "is to another question"), ("a loop", "refers to itself"),
        ("another name", "is to another question"), ("a question", "is to another question"),
    ])
    func `what is no answer is told as what it is`(kind: String, words: String) async throws {
        let server = ScriptedResolver { question in
            let id = Array(question.prefix(2))
            switch kind {
            case "rubbish": return [Array("HTTP/1.1 400".utf8).prefix(11).map { $0 }]
            case "a bare head": return [id + [0x81, 0x80, 0, 0, 0, 0, 0, 0, 0, 0]]
            case "a loop": return [id + [0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0, 0xC0, 12, 0, 1, 0, 1]]
            case "another name": return [id + [0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0x78, 0, 0, 1, 0, 1]]
            default: return [question]
            }
        }
        let exchange = try await ask(server.port, "db.example", patience: .milliseconds(200))
        guard case .malformed(let message) = exchange.outcome else {
            Issue.record("\(exchange.outcome)")
            return
        }
        #expect(message.contains(words))
    }

    /// Whoever guesses the port but not the number must not be believed.
    @Test func `an answer with another number is not taken, and the right one behind it is`() async throws {
        let server = ScriptedResolver { question in
            let body = Array(question[12..<(question.count - 11)])
            let head: [UInt8] = [0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0]
            let record: (UInt8) -> [UInt8] = { [0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 10, 0, 0, $0] }
            return [
                [question[0] ^ 1, question[1]] + head + body + record(66),
                Array(question.prefix(2)) + head + body + record(5),
            ]
        }
        #expect(try await ask(server.port, "db.example").addresses == ["10.0.0.5"])
    }

    @Test(arguments: [2, 5] as [UInt8])
    func `a refusal without its question is one all the same`(code: UInt8) async throws {
        let server = ScriptedResolver { [Array($0.prefix(2)) + [0x80, code, 0, 0, 0, 0, 0, 0, 0, 0]] }
        let exchange = try await ask(server.port, "db.example")
        guard case .answer(let answer) = exchange.outcome else { return #expect(Bool(false)) }
        #expect(answer.verdict == .failed(code == 2 ? "SERVFAIL" : "REFUSED"))
    }

    @Test func `truncated answers without a TCP server are unreachable, not empty`() async throws {
        let server = ScriptedResolver { question in
            [
                Array(question.prefix(2)) + [0x83, 0x80] + Array(question[4..<10]) + [0, 0]
                    + question[12..<(question.count - 11)]
            ]
        }
        let exchange = try await ask(server.port, "db.example")
        #expect(exchange.outcome == .unreachable("Connection refused"))
        #expect(exchange.usedTCP)
    }
}
