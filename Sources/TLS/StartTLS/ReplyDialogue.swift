/// Protocols whose server answers in lines that begin with three digits, `-` behind them where more follow (RFC 5321, 4.2;
/// RFC 959, 4.2; RFC 3977, 3.2).
struct ReplyDialogue: StartTLSDialogue {
    /// What is said after a reply, and what that reply must be.
    struct Turn: Sendable {
        let expected: String
        let next: StartTLSAction
    }

    private var turns: ArraySlice<Turn>
    /// The code of the reply that is being read, and its last line.
    private var code: String?

    private init(_ turns: [Turn]) { self.turns = turns[...] }

    /// RFC 3207; `LHLO` makes it LMTP (RFC 2033).
    static func smtp(_ hello: String) -> ReplyDialogue {
        ReplyDialogue([
            Turn(expected: "220", next: .send(hello)), Turn(expected: "250", next: .send("STARTTLS")),
            Turn(expected: "220", next: .begin),
        ])
    }

    /// RFC 4217.
    static let ftp = ReplyDialogue([
        Turn(expected: "220", next: .send("AUTH TLS")), Turn(expected: "234", next: .begin),
    ])

    /// RFC 4642; 200 allows posting, 201 does not.
    static let nntp = ReplyDialogue([
        Turn(expected: "20", next: .send("STARTTLS")), Turn(expected: "382", next: .begin),
    ])

    mutating func begin() -> [UInt8] { [] }

    mutating func receive(_ bytes: inout [UInt8]) -> StartTLSAction {
        while let line = takeLine(&bytes) {
            guard let turn = turns.first else { return .foreign }
            let own = line.prefix(3)
            let isCoded = own.utf8.count == 3 && own.utf8.allSatisfy { (0x30...0x39).contains($0) }
            if code == nil {
                guard isCoded else { return .foreign }
                code = String(own)
            }
            // Within a reply FTP allows lines of any shape; the last one has the code and a space.
            guard isCoded, String(own) == code, !line.dropFirst(3).hasPrefix("-") else { continue }
            code = nil
            guard own.hasPrefix(turn.expected) else { return .refused(line) }
            turns.removeFirst()
            return turn.next
        }
        return bytes.count > 64 << 10 ? .foreign : .wait
    }
}
