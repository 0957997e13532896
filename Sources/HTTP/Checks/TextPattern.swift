import Diagnostics

/// A regular expression in Swift's syntax, which is nearly Perl's: `(?i)status: ok`, `\bv\d+\.\d+`.
///
/// It is kept as text: a compiled `Regex` is not Sendable, and each is used once in a sweep.
public struct TextPattern: Sendable, Hashable, CustomStringConvertible {
    public let source: String

    /// - Throws: `.misconfigured` when it cannot be read.
    public init(_ source: String) throws(ProbeError) {
        self.source = source
        do {
            _ = try Regex(source)
        } catch {
            throw ProbeError(
                .misconfigured, step: "read a regular expression", message: "\"\(source)\" cannot be read as one")
        }
    }

    public var description: String { source }

    /// Whether it fits anywhere in the text. Backtracks, so a bad expression may take long: never on Swift's own threads.
    func fits(_ text: String) -> Bool {
        guard let regex = try? Regex(source) else { return false }
        return (try? regex.firstMatch(in: text)) ?? nil != nil
    }
}
