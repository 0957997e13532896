extension SQLFile {
    /// What is sent, with values for the settings that it reads as `current_setting('diag.…', true)`.
    ///
    /// They are put into the text, since a pooler may lend another server session to each statement: a setting made by
    /// one would not be seen by the next. In psql the file runs as it is, and `SET diag.…` does the same.
    public func statement(with parameters: [String: String]) -> String {
        parameters.sorted { $0.key < $1.key }.reduce(statement) { text, parameter in
            let literal = "'" + parameter.value.replacing("'", with: "''") + "'"
            return text.replacing("current_setting('\(parameter.key)', true)", with: literal)
        }
    }
}
