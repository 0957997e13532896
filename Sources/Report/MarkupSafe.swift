/// Text that came from a server, as text of XML 1.0 and HTML, in attributes too: what is markup is written as entities, and
/// what acts, hides, or may not be there at all is shown by name, but for the ends of lines.
func markupSafe(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
        terminalSafe(String(line)).unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            // XML 1.0, production 2 (Char); all other that it leaves out are controls, which are gone here.
            case "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
    }.joined(separator: "\n")
}
