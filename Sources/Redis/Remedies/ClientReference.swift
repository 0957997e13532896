/// A client as a person names it on the command line. Ids are not used again while a server runs, but a restarted one begins
/// at 1: what was shown is meant, and so the name says more than the id.
///
///     4711                       whoever has this id now
///     4711@10.0.0.3:51234        the client with this id that came from there
///     10.0.0.3:51234             whoever comes from there now
///     4711@unix                  the client with this id through a unix socket, where nobody has an address of its own
public struct ClientReference: Sendable, Hashable {
    let id: Int64?
    /// As CLIENT LIST has it; `unix` for a socket.
    let address: String?

    init(id: Int64?, address: String?) {
        self.id = id
        self.address = address
    }

    /// - Returns: nil when the text is no such name.
    public init?(_ text: String) {
        let halves = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        if let id = Int64(halves[0]), id > 0 {
            guard halves.count == 1 || Self.isAddress(halves[1]) else { return nil }
            self.init(id: id, address: halves.count == 2 ? halves[1] : nil)
        } else {
            guard halves.count == 1, Self.isAddress(text), text != "unix" else { return nil }
            self.init(id: nil, address: text)
        }
    }

    /// `10.0.0.3:51234`, `[::1]:51234`, `unix`: numbers, as the server writes them. A name could be a target's.
    private static func isAddress(_ text: String) -> Bool {
        if text == "unix" { return true }
        guard let colon = text.lastIndex(of: ":"), UInt16(text[text.index(after: colon)...]) != nil else {
            return false
        }
        let host = text[..<colon]
        return host.hasPrefix("[") && host.hasSuffix("]")
            || (host.contains(".") && host.allSatisfy { $0.isNumber || $0 == "." })
    }

    /// Names nobody by an id: the words of a command may then as well mean a server.
    public var isAddressOnly: Bool { id == nil }

    func matches(_ client: ClientEntry) -> Bool {
        if let id, client.id != id { return false }
        guard let address else { return true }
        return address == "unix" ? client.isUnix : client.address == address
    }
}

extension ClientReference: CustomStringConvertible {
    public var description: String {
        [id.map(String.init), address].compactMap { $0 }.joined(separator: "@")
    }
}

extension ClientEntry {
    /// The name that holds for this client alone, `4711@10.0.0.3:51234`: what `diag redis kill-client` takes.
    var reference: ClientReference { ClientReference(id: id, address: isUnix ? "unix" : address) }
}
