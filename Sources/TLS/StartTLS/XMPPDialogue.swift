/// RFC 6120, 5.4: a stream, its features with `<starttls>`, the request, `<proceed>`.
struct XMPPDialogue: StartTLSDialogue {
    private enum State: Sendable {
        case features, proceed
    }

    private let to: String
    private let namespace: String
    private var state = State.features

    /// - Parameter namespace: `jabber:client`, or `jabber:server` between servers.
    init(to name: String, namespace: String) {
        // A name is what a person typed; nothing in it may end the attribute.
        to = String(name.filter { !"<>&'\"".contains($0) })
        self.namespace = namespace
    }

    mutating func begin() -> [UInt8] {
        Array(
            ("<?xml version='1.0'?><stream:stream xmlns='\(namespace)' "
                + "xmlns:stream='http://etherx.jabber.org/streams' to='\(to)' version='1.0'>").utf8)
    }

    mutating func receive(_ bytes: inout [UInt8]) -> StartTLSAction {
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.drop(while: \.isWhitespace).first.map({ $0 == "<" }) ?? true else { return .foreign }
        if let error = Self.error(in: text) { return .refused(error) }
        switch state {
        case .features: return features(text, &bytes)
        case .proceed: return proceed(text, &bytes)
        }
    }

    private mutating func features(_ text: String, _ bytes: inout [UInt8]) -> StartTLSAction {
        guard text.contains("</stream:features>") || text.contains("<stream:features/>") else {
            return bytes.count > 64 << 10 ? .foreign : .wait
        }
        bytes = []
        guard text.contains("urn:ietf:params:xml:ns:xmpp-tls") else { return .refused("the server offers no TLS") }
        state = .proceed
        return .send(Array("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>".utf8))
    }

    private func proceed(_ text: String, _ bytes: inout [UInt8]) -> StartTLSAction {
        if text.contains("<failure") { return .refused("the server refuses to begin TLS") }
        guard let start = text.firstRange(of: "<proceed"), let end = text[start.upperBound...].firstIndex(of: ">")
        else {
            return bytes.count > 64 << 10 ? .foreign : .wait
        }
        // Bytes that are no UTF-8 take more room as text.
        bytes.removeFirst(min(bytes.count, text[...end].utf8.count))
        return .begin
    }

    /// The condition of a stream error: `host-unknown`.
    private static func error(in text: String) -> String? {
        guard let start = text.firstRange(of: "<stream:error>") else { return nil }
        let name = text[start.upperBound...].drop { $0 == "<" }.prefix { $0 != " " && $0 != "/" && $0 != ">" }
        return name.isEmpty ? nil : "the server ends the stream: \(name)"
    }
}
