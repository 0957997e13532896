/// The text in lines, broken at spaces, none longer than `width` where words allow it; the second and later ones are
/// indented.
func wrapped(_ text: String, to width: Int, indent: String = "  ") -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
        if line.isEmpty || line.count + 1 + word.count <= width {
            line += (line.isEmpty || line == indent ? "" : " ") + word
        } else {
            lines.append(line)
            line = indent + word
        }
    }
    return line.isEmpty ? lines : lines + [line]
}
