import Diagnostics

/// A certificate that is served, held against the files that it should come from. Pure.
struct Drift {
    /// What the configuration names; one of them is to be served.
    let files: [Holding]
    /// The command that has the server read them anew.
    let reload: String?
    let now: Timestamp

    /// How what is served at one address differs; nil where it is what lies in a file.
    func difference(to served: [Certificate]) -> Remark? {
        guard let leaf = served.first else { return nil }
        let known = files.filter { !$0.certificates.isEmpty }
        if let same = known.first(where: { $0.leaf?.fingerprint == leaf.fingerprint }) { return rest(same, served) }
        guard let file = nearest(to: leaf, known), let own = file.leaf else { return nil }
        guard let (disk, wire) = both(own.notAfter, leaf.notAfter) else {
            return .trouble("another certificate than that of \(file.path) is served", next: command)
        }
        if disk > wire { return .trouble(renewed(file, own, leaf, wire), next: command) }
        return .careful(
            "another certificate is served than lies in \(file.path), and that one ends earlier (\(disk), not \(wire)): "
                + "was the file put back, or does the server read another one?")
    }

    private var command: String { reload ?? "nginx -s reload" }

    /// Of several (RSA and ECDSA) the one with the same kind of key.
    private func nearest(to leaf: Certificate, _ known: [Holding]) -> Holding? {
        known.first { $0.leaf?.key?.type == leaf.key?.type } ?? known.first
    }

    private func both(_ first: Timestamp?, _ second: Timestamp?) -> (Timestamp, Timestamp)? {
        first.flatMap { one in second.map { (one, $0) } }
    }

    private func renewed(_ file: Holding, _ own: Certificate, _ leaf: Certificate, _ wire: Timestamp) -> String {
        let length = Units.seconds(abs(wire.seconds(since: now)))
        let end = wire < now ? "expired \(length) ago" : "ends in \(length)"
        let begin = own.notBefore.map { " since \($0)" } ?? ""
        return "renewed on disk but not reloaded: \(file.path) holds a newer certificate\(begin), valid until "
            + "\(own.notAfter?.description ?? "?"); what is served \(end)"
    }

    /// The same certificate with other intermediates.
    private func rest(_ file: Holding, _ served: [Certificate]) -> Remark? {
        let (disk, wire) = (file.certificates.dropFirst(), served.dropFirst())
        guard !disk.isEmpty, disk.map(\.fingerprint) != wire.map(\.fingerprint) else { return nil }
        return .careful(
            "the certificate is that of \(file.path), but other intermediates are sent with it than lie there",
            next: command)
    }
}
