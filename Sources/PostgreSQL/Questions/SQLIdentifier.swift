extension String {
    /// As SQL wants a name: bare where that is the same name, else in double quotes.
    var sqlIdentifier: String {
        let isBare = utf8.enumerated().allSatisfy { index, byte in
            (0x61...0x7A).contains(byte) || byte == 0x5F || (index > 0 && (0x30...0x39).contains(byte))
        }
        return isBare && !isEmpty ? self : "\"\(replacing("\"", with: "\"\""))\""
    }

    /// As SQL wants a text, whatever `standard_conforming_strings` says.
    var sqlLiteral: String {
        let quoted = "'\(replacing("\\", with: "\\\\").replacing("'", with: "''"))'"
        return contains("\\") ? "E\(quoted)" : quoted
    }
}
