/// `SSLRequest` (PostgreSQL manual, 55.2.10): `S` agrees, `N` declines, an error message is a server older than 1998 or one
/// that lets nobody in.
struct PostgreSQLRequest: StartTLSDialogue {
    /// Its length, then 1234 and 5679 in 16 bits each.
    static let message: [UInt8] = [0, 0, 0, 8, 0x04, 0xD2, 0x16, 0x2F]

    mutating func begin() -> [UInt8] { Self.message }

    mutating func receive(_ bytes: inout [UInt8]) -> StartTLSAction {
        guard let answer = bytes.first else { return .wait }
        switch answer {
        case UInt8(ascii: "S"):
            bytes.removeFirst()
            return .begin
        case UInt8(ascii: "N"): return .refused("the server has no TLS")
        case UInt8(ascii: "E"): return .refused(Self.words(of: bytes))
        default: return .foreign
        }
    }

    /// The `M` field of an ErrorResponse, as far as it has come.
    private static func words(of bytes: [UInt8]) -> String {
        let fields = bytes.dropFirst(5).split(separator: 0).first { $0.first == UInt8(ascii: "M") }
        return fields.map { String(decoding: $0.dropFirst(), as: UTF8.self) } ?? "the server answered with an error"
    }
}

/// MySQL and MariaDB: after the server's greeting a packet that asks for TLS in place of a login (protocol 10,
/// `SSLRequest`).
struct MySQLRequest: StartTLSDialogue {
    /// Of the capabilities: `CLIENT_SSL`.
    private static let tls: UInt16 = 0x0800

    mutating func begin() -> [UInt8] { [] }

    mutating func receive(_ bytes: inout [UInt8]) -> StartTLSAction {
        guard bytes.count >= 5 else { return .wait }
        let length = Int(bytes[0]) | Int(bytes[1]) << 8 | Int(bytes[2]) << 16
        guard length >= 1, length < 4096, bytes[3] == 0 else { return .foreign }
        guard bytes.count >= 4 + length else { return .wait }
        let greeting = Array(bytes[4..<4 + length])
        bytes.removeFirst(4 + length)
        switch greeting[0] {
        case 0xFF: return .refused(Self.words(ofError: greeting))
        case 10: return answer(to: greeting)
        default: return .foreign
        }
    }

    /// Version with its zero, thread id (4), 8 bytes of scramble and a zero; then the lower capabilities.
    private func answer(to greeting: [UInt8]) -> StartTLSAction {
        guard let end = greeting.firstIndex(of: 0), greeting.count >= end + 16 else { return .foreign }
        let capabilities = UInt16(greeting[end + 14]) | UInt16(greeting[end + 15]) << 8
        guard capabilities & Self.tls != 0 else { return .refused("the server has no TLS") }
        return .send(Self.request)
    }

    /// What follows is TLS at once: the server says nothing more in the clear.
    private static let request: [UInt8] =
        [32, 0, 0, 1]
        // CLIENT_LONG_PASSWORD, CLIENT_PROTOCOL_41, CLIENT_SSL, CLIENT_SECURE_CONNECTION; 16 MiB; utf8.
        + [0x01, 0x8A, 0x00, 0x00] + [0, 0, 0, 1] + [33] + [UInt8](repeating: 0, count: 23)

    private static func words(ofError greeting: [UInt8]) -> String {
        String(decoding: greeting.dropFirst(3), as: UTF8.self)
    }
}

/// StartTLS as an extended operation (RFC 4511, 4.14).
struct LDAPRequest: StartTLSDialogue {
    private static let name = Array("1.3.6.1.4.1.1466.20037".utf8)

    /// LDAPMessage: id 1, ExtendedRequest [APPLICATION 23] with requestName [0].
    mutating func begin() -> [UInt8] {
        let request: [UInt8] = [0x80, UInt8(Self.name.count)] + Self.name
        let body: [UInt8] = [0x02, 0x01, 0x01, 0x77, UInt8(request.count)] + request
        return [0x30, UInt8(body.count)] + body
    }

    mutating func receive(_ bytes: inout [UInt8]) -> StartTLSAction {
        guard bytes.first.map({ $0 == 0x30 }) ?? true else { return .foreign }
        guard let (message, size) = BER.element(bytes[...]) else { return bytes.count > 64 << 10 ? .foreign : .wait }
        let whole = Array(message)
        bytes.removeFirst(size)
        // The id, then ExtendedResponse [APPLICATION 24]: resultCode, matchedDN, diagnosticMessage.
        guard let (_, idSize) = BER.element(whole[...]), whole.dropFirst(idSize).first == 0x78,
            let (response, _) = BER.element(whole.dropFirst(idSize)),
            response.first == 0x0A, let (code, codeSize) = BER.element(response), let value = code.first
        else { return .foreign }
        guard value != 0 else { return .begin }
        return .refused("result \(value)" + Self.diagnostic(response.dropFirst(codeSize)))
    }

    private static func diagnostic(_ rest: ArraySlice<UInt8>) -> String {
        guard let (_, size) = BER.element(rest), let (text, _) = BER.element(rest.dropFirst(size)), !text.isEmpty else {
            return ""
        }
        return ": \(String(decoding: text, as: UTF8.self))"
    }
}

/// As much of BER (X.690) as one answer takes.
private enum BER {
    /// The content of the first element and the size of all of it; nil while it is not whole, or where its length is not
    /// one that an answer has.
    static func element(_ bytes: ArraySlice<UInt8>) -> (content: ArraySlice<UInt8>, size: Int)? {
        let start = bytes.startIndex
        guard bytes.count >= 2 else { return nil }
        let first = Int(bytes[start + 1])
        let digits = first < 0x80 ? 0 : first & 0x7F
        guard digits <= 3, bytes.count >= 2 + digits else { return nil }
        let length = digits == 0 ? first : bytes[(start + 2)..<(start + 2 + digits)].reduce(0) { $0 << 8 | Int($1) }
        guard bytes.count >= 2 + digits + length else { return nil }
        let from = start + 2 + digits
        return (bytes[from..<from + length], 2 + digits + length)
    }
}
