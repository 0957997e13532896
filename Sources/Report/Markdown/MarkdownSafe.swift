/// Text that came from a server, as plain text of Markdown (CommonMark and what GitHub and GitLab add to it): nothing in it
/// is a link, a heading, code, a formula, a tag, a cell's end, or the name of a person who would be told.
///
/// By scalars: a mark that combines with a bracket makes another character of it, and yet the bracket is there.
func markdownSafe(_ text: String) -> String {
    let safe = Array(terminalSafe(text).unicodeScalars)
    var result = String.UnicodeScalarView()
    for (index, scalar) in safe.enumerated() {
        let next = index + 1 < safe.count ? safe[index + 1] : " "
        if escaped.contains(scalar) { result.append("\\") }
        result.append(scalar)
        if refers(scalar, before: next) { result.append(joiner) }
    }
    return ["www.", "WWW.", "Www."].reduce(String(result)) {
        $0.replacing($1, with: "\($1.dropLast())\(joiner).")
    }
}

/// Whether the two begin a reference or an address in what is displayed, so that no backslash helps: people, issues, merge
/// requests, milestones and labels by name or number, and whatever stands behind `://`.
private func refers(_ scalar: Unicode.Scalar, before next: Unicode.Scalar) -> Bool {
    if scalar == ":" { return next == "/" }
    return referring.contains(scalar)
        && (next.properties.isAlphabetic || next.properties.numericType != nil || next == "\"")
}

/// CommonMark 2.4: any of ASCII's punctuation may stand behind a backslash.
private let escaped = Set("\\`*_{}[]<>|~#&!$^".unicodeScalars)

private let referring = Set("@#!~%$&".unicodeScalars)

/// Nobody sees it, and no line is broken at it.
private let joiner: Unicode.Scalar = "\u{2060}"

/// A block of text as it is, between fences that do not occur in it.
func markdownCode(_ lines: [String], language: String = "") -> String {
    let text = lines.map(terminalSafe)
    let longest = text.flatMap { $0.unicodeScalars.split { $0 != "`" }.map(\.count) }.max() ?? 0
    let fence = String(repeating: "`", count: max(3, longest + 1))
    return ([fence + language] + text + [fence]).joined(separator: "\n")
}
