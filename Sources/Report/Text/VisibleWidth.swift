/// Columns of a text that may have escape sequences which colour it (ESC [ … m).
public func visibleWidth(_ line: String) -> Int {
    var isEscape = false
    return line.reduce(0) { width, character in
        if isEscape {
            isEscape = character != "m"
        } else if character == "\u{1B}" {
            isEscape = true
        } else {
            return width + 1
        }
        return width
    }
}
