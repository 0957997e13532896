import Diagnostics

/// Whether a server sends what its clients need, in the order in which they need it. Pure.
struct ChainOrder {
    let sent: [Certificate]
    /// The path that was verified; nil where there is none.
    let path: [Certificate]?
    let now: Timestamp

    /// Sentences; none where all is as it should be.
    var remarks: [String] { [order, root].compactMap(\.self) + twins + needless }

    /// Each certificate certifies the one before it (RFC 5246, 7.4.2). TLS 1.3 lets clients put up with less (RFC 8446,
    /// 4.4.2), and not all do.
    private var order: String? {
        let chain = sent.filter { one in path.map { $0.contains(one) } ?? true }
        guard let wrong = zip(chain, chain.dropFirst()).first(where: { $0.issuer != $1.subject }) else { return nil }
        let canBeSorted = chain.contains { $0.subject == wrong.0.issuer && $0 != wrong.0 }
        return canBeSorted
            ? "out of order: \(wrong.1.name) follows \(wrong.0.name), which it did not issue; some clients give up there"
            : nil
    }

    /// A client has the root or does not trust it.
    private var root: String? {
        guard sent.count > 1, let root = sent.dropFirst().first(where: \.isSelfIssued) else { return nil }
        return "\(root.name) is a root: no client needs to be sent it"
    }

    private var twins: [String] {
        var seen: Set<String> = []
        return sent.filter { !seen.insert($0.fingerprint).inserted }.map { "\($0.title) is sent twice" }
    }

    private var needless: [String] {
        guard let path else { return [] }
        let unused = sent.filter { !path.contains($0) && !$0.isSelfIssued }
        return unused.map { one in
            let expired = one.notAfter.map { $0 < now } ?? false
            return "\(one.title) is no part of the path"
                + (expired ? "; it has expired, which harms no client that builds this path" : "")
        }
    }
}
