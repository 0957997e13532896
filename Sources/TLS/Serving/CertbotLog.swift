import Diagnostics

/// What `letsencrypt.log` says of certbot's last run. Pure.
struct CertbotLog: Sendable, Hashable {
    struct Failure: Sendable, Hashable {
        let lineage: String
        let words: String
    }

    /// When it began, as the log writes it: local time, without a zone.
    let began: String?
    let failures: [Failure]
    /// Hooks that ended with an error: a certificate is then renewed, and perhaps nobody was told to load it.
    let hooks: [String]

    init(_ text: String) {
        let lines = text.split(whereSeparator: \.isNewline)
        let start = lines.lastIndex { $0.contains(":certbot version: ") }
        let run = lines[(start ?? lines.startIndex)...]
        began = start.map { String(lines[$0].prefix(19)) }
        failures = run.compactMap(Self.failure)
        hooks = run.filter { $0.contains(":ERROR:") && $0.contains("hook") && $0.contains("error code") }
            .map { String($0.split(separator: ":", maxSplits: 5).last ?? $0) }
    }

    /// `…:ERROR:certbot._internal.renewal:Failed to renew certificate NAME with error: WORDS`
    private static func failure(_ line: Substring) -> Failure? {
        guard let start = line.firstRange(of: "Failed to renew certificate "),
            let end = line[start.upperBound...].firstRange(of: " with error: ")
        else { return nil }
        return Failure(
            lineage: String(line[start.upperBound..<end.lowerBound]), words: String(line[end.upperBound...]))
    }
}
