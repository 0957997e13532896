/// What makes a certificate easier to forge than clients accept today.
public enum Weakness: Sendable, Hashable {
    /// Fewer than 112 bits of strength: RSA below 2048, curves below 224 (NIST SP 800-131A; CA/Browser Forum BR, 6.1.5).
    case shortKey(Certificate.PublicKey)
    /// Signed over MD5, SHA-1 or older: collisions can be bought (RFC 9155; CA/Browser Forum BR, 7.1.3.2).
    case brokenHash(String)

    /// `an RSA key of 1024 bits`.
    public var words: String {
        switch self {
        case .shortKey(let key): "its key is \(key.type) of \(key.bits) bits"
        case .brokenHash(let algorithm): "it is signed with \(algorithm)"
        }
    }

    public var advice: String {
        switch self {
        case .shortKey: "have it issued anew for RSA of at least 2048 bits, or for P-256"
        case .brokenHash: "have it issued anew, signed over SHA-256"
        }
    }
}

extension Certificate {
    /// A root's own signature says nothing: it is trusted because it is there.
    public var weaknesses: [Weakness] {
        let short = key.flatMap { $0.strength < 112 ? Weakness.shortKey($0) : nil }
        let isBroken = signature.hash.map { Self.brokenHashes.contains($0) } ?? false
        let broken = isBroken && !isSelfIssued ? Weakness.brokenHash(signature.algorithm) : nil
        return [short, broken].compactMap(\.self)
    }

    private static let brokenHashes: Set<String> = ["MD2", "MD4", "MD5", "MD5-SHA1", "SHA1"]
}
