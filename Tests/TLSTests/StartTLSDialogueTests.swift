import Testing

@testable import TLS

@Suite("Asking for TLS in a protocol's own words")
struct StartTLSDialogueTests {
    /// Plays the server's part in pieces of a size.
    ///
    /// - Returns: what the client said, and how it ended.
    private func play(_ transcript: Transcript, pieces: Int) -> (said: [[UInt8]], end: StartTLSAction) {
        var dialogue = transcript.startTLS.dialogue(with: "mail.test")
        var said = [dialogue.begin()].filter { !$0.isEmpty }
        var buffer: [UInt8] = []
        for turn in stride(from: 0, to: transcript.turns.count, by: 2).map({ transcript.turns[$0] }) {
            var rest = turn[...]
            while !rest.isEmpty {
                buffer += rest.prefix(pieces)
                rest = rest.dropFirst(pieces)
                switch dialogue.receive(&buffer) {
                case .wait: break
                case .send(let bytes): said.append(bytes)
                case let end: return (said, buffer.isEmpty && rest.isEmpty ? end : .foreign)
                }
            }
        }
        return (said, .wait)
    }

    @Test(arguments: Transcript.all, [1, 7, 100_000])
    func `a recorded server is understood in whatever pieces its words come`(_ transcript: Transcript, _ pieces: Int) {
        let (said, end) = play(transcript, pieces: pieces)
        let expected = stride(from: 1, to: transcript.turns.count, by: 2).map { transcript.turns[$0] }
        #expect(said == expected)
        // MySQL's server says nothing after the request.
        #expect(end == (transcript.startTLS == .mysql ? .wait : .begin))
    }

    @Test func `every protocol has a conversation on record`() {
        #expect(Set(Transcript.all.map(\.startTLS)) == Set(StartTLS.allCases))
    }

    @Test(arguments: [
        (StartTLS.postgres, ["N"], "no TLS"), (.smtp, ["220 a\r\n", "250 a\r\n", "454 not now\r\n"], "454 not now"),
        (.smtp, ["554 go away\r\n"], "554 go away"), (.imap, ["* BYE full\r\n"], "* BYE full"),
        (.imap, ["* OK\r\n", "d1 BAD unknown\r\n"], "d1 BAD unknown"), (.pop3, ["-ERR no\r\n"], "-ERR no"),
        (.pop3, ["+OK\r\n", "-ERR what\r\n"], "-ERR what"), (.ftp, ["220 a\r\n", "502 no\r\n"], "502 no"),
        (.xmpp, ["<stream:stream><stream:features></stream:features>"], "offers no TLS"),
        (.xmpp, ["<stream:stream><stream:error><host-unknown xmlns='x'/></stream:error>"], "host-unknown"),
        (.sieve, ["OK\r\n", "NO \"later\"\r\n"], "NO \"later\""), (.nntp, ["400 closed\r\n"], "400 closed"),
        (.mysql, ["\u{17}\0\0\0\u{0A}5.5\0abcdefgh01234567\0\0\0\0"], "no TLS"),
    ])
    func `a server that declines is told in its own words`(_ startTLS: StartTLS, _ words: [String], _ expected: String)
    {
        var dialogue = startTLS.dialogue(with: "x")
        _ = dialogue.begin()
        var last = StartTLSAction.wait
        for word in words {
            var buffer = Array(word.utf8)
            last = dialogue.receive(&buffer)
        }
        guard case .refused(let said) = last else {
            Issue.record("\(last)")
            return
        }
        #expect(said.contains(expected))
    }

    @Test func `an error of MySQL's and a result of LDAP's are told in their own words`() {
        var mysql = StartTLS.mysql.dialogue(with: "x")
        var packet: [UInt8] = [0x0B, 0, 0, 0, 0xFF, 0x6A, 0x04] + Array("Too many".utf8)
        #expect(mysql.receive(&packet) == .refused("Too many"))
        var ldap = StartTLS.ldap.dialogue(with: "x")
        var answer: [UInt8] = [0x30, 0x0E, 2, 1, 1, 0x78, 0x09, 0x0A, 1, 2, 4, 0, 4, 2, 0x6E, 0x6F]
        #expect(ldap.receive(&answer) == .refused("result 2: no"))
    }

    @Test(arguments: StartTLS.allCases)
    func `another protocol's words are known as such`(_ startTLS: StartTLS) {
        var dialogue = startTLS.dialogue(with: "x")
        _ = dialogue.begin()
        var words = Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8)
        #expect(dialogue.receive(&words) == .foreign)
    }

    @Test(arguments: StartTLS.allCases)
    func `a server that never ends its line is not listened to for ever`(_ startTLS: StartTLS) {
        var dialogue = startTLS.dialogue(with: "x")
        _ = dialogue.begin()
        var end = StartTLSAction.wait
        var buffer: [UInt8] = []
        for _ in 0..<40 where end == .wait {
            buffer += [UInt8](repeating: UInt8(ascii: "<"), count: 4096)
            end = dialogue.receive(&buffer)
        }
        #expect(end == .foreign)
    }

    @Test(arguments: StartTLS.allCases)
    func `random bytes never crash it`(_ startTLS: StartTLS) {
        let openings = Transcript.all.filter { $0.startTLS == startTLS }.map { $0.turns.first ?? [] } + [[]]
        for round in 0..<3000 {
            var dialogue = startTLS.dialogue(with: "x")
            _ = dialogue.begin()
            var buffer = openings[round % openings.count]
            // Damaged words of the real one get further than noise.
            for _ in 0..<Int.random(in: 0...4) where !buffer.isEmpty {
                buffer[Int.random(in: buffer.indices)] = .random(in: 0...255)
            }
            for _ in 0..<4 {
                if case .foreign = dialogue.receive(&buffer) { break }
                buffer += (0..<Int.random(in: 0...60)).map { _ in UInt8.random(in: 0...255) }
            }
        }
    }

    @Test(arguments: [
        (UInt16(25), StartTLS.smtp), (587, .smtp), (143, .imap), (110, .pop3), (389, .ldap), (21, .ftp), (5222, .xmpp),
        (5269, .xmppServer), (3306, .mysql), (5432, .postgres), (24, .lmtp),
    ])
    func `it is guessed from the usual port`(_ port: UInt16, _ expected: StartTLS) {
        #expect(TLSSettings(host: "x", port: port).startTLS == expected)
    }

    @Test(arguments: [UInt16(443), 465, 993, 995, 636, 8443, 5223])
    func `elsewhere TLS begins at once`(_ port: UInt16) { #expect(TLSSettings(host: "x", port: port).startTLS == nil) }
}
