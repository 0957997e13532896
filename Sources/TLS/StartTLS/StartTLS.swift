/// A protocol that begins in the clear and turns to TLS when its client asks.
public enum StartTLS: String, Sendable, Hashable, CaseIterable {
    case postgres, mysql, smtp, lmtp, imap, pop3, ldap, ftp, xmpp
    case xmppServer = "xmpp-server"
    case sieve, nntp

    /// By what is usually spoken there in the clear; nil: TLS from the first byte, or nothing that is known.
    public init?(usualPort port: UInt16) {
        switch port {
        case 5432, 6432: self = .postgres
        case 3306: self = .mysql
        case 25, 587, 2525: self = .smtp
        case 24: self = .lmtp
        case 143: self = .imap
        case 110: self = .pop3
        case 389, 3268: self = .ldap
        case 21: self = .ftp
        case 5222: self = .xmpp
        case 5269: self = .xmppServer
        case 4190: self = .sieve
        case 119: self = .nntp
        default: return nil
        }
    }

    /// Where it is usually spoken.
    public var usualPort: UInt16 {
        switch self {
        case .postgres: 5432
        case .mysql: 3306
        case .smtp: 25
        case .lmtp: 24
        case .imap: 143
        case .pop3: 110
        case .ldap: 389
        case .ftp: 21
        case .xmpp: 5222
        case .xmppServer: 5269
        case .sieve: 4190
        case .nntp: 119
        }
    }

    /// By its name, or that of its command: `postgresql`, `xmpp-client`.
    public init?(named name: String) {
        switch name.lowercased() {
        case "postgresql": self = .postgres
        case "mariadb": self = .mysql
        case "xmpp-client": self = .xmpp
        case let name: self.init(rawValue: name)
        }
    }

    /// The conversation up to the first byte of TLS.
    ///
    /// - Parameter name: the server's, which some protocols want to hear.
    func dialogue(with name: String) -> any StartTLSDialogue {
        switch self {
        case .postgres: PostgreSQLRequest()
        case .mysql: MySQLRequest()
        case .smtp: ReplyDialogue.smtp("EHLO diag.invalid")
        case .lmtp: ReplyDialogue.smtp("LHLO diag.invalid")
        case .ftp: ReplyDialogue.ftp
        case .nntp: ReplyDialogue.nntp
        case .imap: IMAPDialogue()
        case .pop3: POP3Dialogue()
        case .sieve: SieveDialogue()
        case .ldap: LDAPRequest()
        case .xmpp: XMPPDialogue(to: name, namespace: "jabber:client")
        case .xmppServer: XMPPDialogue(to: name, namespace: "jabber:server")
        }
    }
}

/// What comes before TLS, as a machine without a socket: bytes in, the next thing to do out.
protocol StartTLSDialogue: Sendable {
    /// What the client says first; empty where the server speaks first.
    mutating func begin() -> [UInt8]

    /// - Parameter bytes: all that has come and is not yet understood; what is understood is taken off its front.
    mutating func receive(_ bytes: inout [UInt8]) -> StartTLSAction
}

enum StartTLSAction: Sendable, Hashable {
    /// More bytes are needed.
    case wait
    case send([UInt8])
    /// The next byte is TLS's.
    case begin
    /// The server speaks the protocol and has no TLS, in its own words.
    case refused(String)
    /// What came is not this protocol.
    case foreign
}

extension StartTLSAction {
    static func send(_ line: String) -> StartTLSAction { .send(Array("\(line)\r\n".utf8)) }
}

/// Takes the first line off the front, without its end; nil while it is not whole.
func takeLine(_ bytes: inout [UInt8]) -> String? {
    guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
    var line = bytes[..<end]
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    let text = String(decoding: line, as: UTF8.self)
    bytes.removeSubrange(...end)
    return text
}
