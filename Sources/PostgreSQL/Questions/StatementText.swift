/// A statement as a server shows it, without the secrets that its author wrote into it: neither pg_stat_activity nor
/// pg_stat_statements hides the password of `ALTER ROLE … PASSWORD '…'` or of a subscription's connection string.
struct StatementText: ColumnValue {
    let text: String

    init?(columnText text: String) { self.text = Self.withoutSecrets(text) }

    /// Where the word password stands, every literal is masked; one that is cut off is masked to the end.
    static func withoutSecrets(_ text: String) -> String {
        guard text.lowercased().contains("password") else { return text }
        var result = ""
        var rest = text[...]
        while let quote = rest.firstIndex(where: { $0 == "'" || $0 == "$" }) {
            result += rest[..<quote]
            let delimiter = delimiter(at: rest[quote...])
            result += delimiter.isEmpty ? rest[quote...quote] : "'***'"
            rest = rest[quote...].dropFirst(max(1, delimiter.count))
            if !delimiter.isEmpty { rest = rest.firstRange(of: delimiter).map { rest[$0.upperBound...] } ?? "" }
        }
        return result + rest
    }

    /// `'`, `$$` or `$tag$`; empty for the dollar of a parameter. (A doubled quote ends one literal and begins the next.)
    private static func delimiter(at text: Substring) -> String {
        if text.first == "'" { return "'" }
        let tag = text.dropFirst().prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        guard tag.first?.isNumber != true, text.dropFirst(tag.count + 1).first == "$" else { return "" }
        return "$\(tag)$"
    }
}
