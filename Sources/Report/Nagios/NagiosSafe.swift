/// Text in a plugin's answer: on one line, without the bar that begins the numbers, and without what a web page could take
/// for a tag: Nagios's own pages and Icinga Web show plugins' HTML as such.
///
/// By scalars: a mark that combines with a bar makes another character of it, and yet the bar is there.
func nagiosSafe(_ text: String) -> String {
    let scalars = Array(terminalSafe(text).unicodeScalars)
    var result = String.UnicodeScalarView()
    for (index, scalar) in scalars.enumerated() {
        let next = index + 1 < scalars.count ? scalars[index + 1] : " "
        switch scalar {
        case "|": result.append("¦")
        case "<" where !(next == " " || ("0"..."9").contains(next)): result.append("‹")
        default: result.append(scalar)
        }
    }
    return String(result)
}
