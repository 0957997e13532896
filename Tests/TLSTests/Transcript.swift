import Testing

@testable import TLS

/// What a real server and diag said to each other before TLS, recorded on Debian 12 by a relay between the two.
struct Transcript: Sendable, CustomTestStringConvertible {
    let startTLS: StartTLS
    let server: String
    /// The server's words and the client's in turn, the server's first; empty where that side waits.
    let turns: [[UInt8]]

    var testDescription: String { "\(startTLS.rawValue): \(server)" }

    init(_ startTLS: StartTLS, _ server: String, _ turns: [[UInt8]]) {
        (self.startTLS, self.server, self.turns) = (startTLS, server, turns)
    }

    init(_ startTLS: StartTLS, _ server: String, _ turns: [String]) {
        self.init(startTLS, server, turns.map { Array($0.utf8) })
    }

    static let all: [Transcript] = [
        Transcript(
            .imap, "Dovecot 2.3.19",
            [
                "* OK [CAPABILITY IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE LITERAL+ STARTTLS AUTH=PLAIN] Dovecot (Debian) ready.\r\n",
                "d1 STARTTLS\r\n", "d1 OK Begin TLS negotiation now.\r\n",
            ]),
        Transcript(
            .pop3, "Dovecot 2.3.19",
            ["+OK Dovecot (Debian) ready.\r\n", "STLS\r\n", "+OK Begin TLS negotiation now.\r\n"]),
        Transcript(
            .sieve, "Pigeonhole 0.5.19",
            [
                "\"IMPLEMENTATION\" \"Dovecot (Debian) Pigeonhole\"\r\n\"SIEVE\" \"fileinto reject envelope\"\r\n\"NOTIFY\" \"mailto\"\r\n\"SASL\" \"PLAIN\"\r\n\"STARTTLS\"\r\n\"VERSION\" \"1.0\"\r\nOK \"Dovecot (Debian) ready.\"\r\n",
                "STARTTLS\r\n", "OK \"Begin TLS negotiation now.\"\r\n",
            ]),
        Transcript(
            .smtp, "Exim 4.96",
            [
                "220 mail.test ESMTP Exim 4.96 Thu, 26 Nov 2026 18:55:56 +0000\r\n", "EHLO diag.invalid\r\n",
                "250-mail.test Hello diag.invalid [127.0.0.1]\r\n250-SIZE 52428800\r\n250-8BITMIME\r\n250-PIPELINING\r\n250-PIPECONNECT\r\n250-CHUNKING\r\n250-STARTTLS\r\n250-SMTPUTF8\r\n250 HELP\r\n",
                "STARTTLS\r\n", "220 TLS go ahead\r\n",
            ]),
        Transcript(
            .ftp, "vsftpd 3.0.3", ["220 (vsFTPd 3.0.3)\r\n", "AUTH TLS\r\n", "234 Proceed with negotiation.\r\n"]),
        Transcript(
            .xmpp, "Prosody 0.12.3",
            [
                "",
                "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='mail.test' version='1.0'>",
                "<?xml version='1.0'?><stream:stream version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' xml:lang='en' id='3059f90f-752f-4937-8da9-bc68d2c8209c' from='mail.test'><stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls></stream:features>",
                "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
                "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
            ]),
        Transcript(
            .xmppServer, "Prosody 0.12.3",
            [
                "",
                "<?xml version='1.0'?><stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams' to='mail.test' version='1.0'>",
                "<?xml version='1.0'?><stream:stream from='mail.test' version='1.0' id='2d94cacc' xml:lang='en' xmlns:stream='http://etherx.jabber.org/streams' xmlns='jabber:server' xmlns:db='jabber:server:dialback' to=''><stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls><dialback xmlns='urn:xmpp:features:dialback'/></stream:features>",
                "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
                "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
            ]),
        Transcript(
            .ldap, "OpenLDAP 2.5.13",
            [
                [],
                [0x30, 0x1D, 0x02, 0x01, 0x01, 0x77, 0x18, 0x80, 0x16] + Array("1.3.6.1.4.1.1466.20037".utf8),
                [0x30, 0x0C, 0x02, 0x01, 0x01, 0x78, 0x07, 0x0A, 0x01, 0x00, 0x04, 0x00, 0x04, 0x00],
            ]),
        Transcript(
            .mysql, "MariaDB 10.11.19",
            [
                [0x64, 0, 0, 0, 10] + Array("5.5.5-10.11.19-MariaDB-0+deb12u1".utf8) + [0, 3, 0, 0, 0]
                    + Array("m:sZF2c~".utf8) + [0, 0xFE, 0xFF, 0x08, 0x02, 0, 0xFF, 0x81, 0x15, 0, 0, 0, 0, 0, 0]
                    + [0x1D, 0, 0, 0] + Array("p8do\"Ywm=)TK".utf8) + [0] + Array("mysql_native_password".utf8) + [0],
                [0x20, 0, 0, 1, 0x01, 0x8A, 0, 0, 0, 0, 0, 1, 0x21] + [UInt8](repeating: 0, count: 23),
            ]),
        // The three below are as their manuals and RFCs write them; PostgreSQL is asked for real in `StartTLSTests`.
        Transcript(.postgres, "PostgreSQL manual", [[], PostgreSQLRequest.message, [0x53]]),
        Transcript(
            .lmtp, "RFC 2033",
            [
                "220 mail.test LMTP ready\r\n", "LHLO diag.invalid\r\n", "250-mail.test\r\n250 STARTTLS\r\n",
                "STARTTLS\r\n", "220 2.0.0 Ready to start TLS\r\n",
            ]),
        Transcript(
            .nntp, "RFC 4642",
            ["201 news.test ready\r\n", "STARTTLS\r\n", "382 Continue with TLS negotiation\r\n"]),
    ]
}
