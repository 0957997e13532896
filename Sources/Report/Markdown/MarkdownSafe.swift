/// Text that came from a server, as plain text of Markdown (CommonMark and what GitHub and GitLab add to it): nothing in it
/// is a link, a heading, code, a formula, a tag, a cell's end, or the name of a person who would be told.
func markdownSafe(_ text: String) -> String {
    let safe = Array(terminalSafe(text))
    var result = ""
    for (index, character) in safe.enumerated() {
        let next = index + 1 < safe.count ? safe[index + 1] : " "
        if escaped.contains(character) { result += "\\" }
        result.append(character)
        if referring.contains(character), next.isLetter || next.isNumber || next == "\"" { result += joiner }
        if character == ":" && next == "/" { result += joiner }
    }
    return ["www.", "WWW.", "Www."].reduce(result) { $0.replacing($1, with: "\($1.dropLast())\(joiner).") }
}

/// CommonMark 2.4: any of ASCII's punctuation may stand behind a backslash.
private let escaped = Set("\\`*_{}[]<>|~#&!$^")

/// Before a name or a number they refer to people, issues, merge requests, milestones, labels: in what is displayed, so that
/// no backslash helps.
private let referring = Set("@#!~%$&")

/// U+2060, which nobody sees and at which no line is broken.
private let joiner = "\u{2060}"

/// A block of text as it is, between fences that do not occur in it.
func markdownCode(_ lines: [String], language: String = "") -> String {
    let text = lines.map(terminalSafe)
    let longest = text.flatMap { $0.split(whereSeparator: { $0 != "`" }).map(\.count) }.max() ?? 0
    let fence = String(repeating: "`", count: max(3, longest + 1))
    return ([fence + language] + text + [fence]).joined(separator: "\n")
}
