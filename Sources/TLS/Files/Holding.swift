/// What one place of a file holds: certificates, the leaf first, and the key beside them.
public struct Holding: Sendable, Hashable {
    /// The file.
    public let path: String
    /// Where in it, in a file of many: `Secret default/web, tls.crt`; empty for the whole file.
    public let place: String
    /// `PEM`, `DER`, `PKCS#12`, `Secret`, `kubeconfig`.
    public let format: String
    public var certificates: [Certificate] = []
    public var keys: [HeldKey] = []
    /// What could not be read, in words.
    public var problems: [String] = []

    public init(path: String, place: String = "", format: String) {
        self.path = path
        self.place = place
        self.format = format
    }

    /// The file, and where in it.
    public var name: String { place.isEmpty ? path : "\(path): \(place)" }

    /// A server's or client's own certificate; nil among authorities only.
    public var leaf: Certificate? { certificates.first { !$0.isAuthority } ?? certificates.first }

    /// What the file is for ends when the first of these does: of the leaf and what certifies it, not of a root, which is
    /// trusted where it is kept. Where there are roots only, of all of them.
    public var judged: [Certificate] {
        let chain = certificates.filter { !($0.isAuthority && $0.isSelfIssued) }
        return chain.isEmpty ? certificates : chain
    }

    /// The key of the leaf, where there is one; nil without a key or where it cannot be read.
    public var keyMatches: Bool? {
        let readable = keys.compactMap(\.pin)
        guard let leaf, !readable.isEmpty else { return nil }
        return readable.contains(leaf.pin)
    }
}

/// A private key as a file holds it. The key itself is never kept.
public struct HeldKey: Sendable, Hashable {
    /// Nil for one that nobody can read without its password.
    public let key: Certificate.PublicKey?
    /// Of its public half, as `Certificate.pin`.
    public let pin: String?
    public let isEncrypted: Bool
}
