extension SQLFile {
    /// What is sent, with values for what it leaves open: settings that it reads as `current_setting('diag.…', true)`,
    /// and relations that it reads `FROM` without a schema.
    ///
    /// They are put into the text, since a pooler may lend another server session to each statement: a setting made by
    /// one would not be seen by the next. In psql the file runs as it is, and `SET diag.…` and the search path do the same.
    public func statement(with parameters: [String: String]) -> String {
        parameters.sorted { $0.key < $1.key }.reduce(statement) { text, parameter in
            guard parameter.key.hasPrefix("diag.") else {
                return text.replacing("FROM \(parameter.key)", with: "FROM \(parameter.value)")
            }
            let literal = "'" + parameter.value.replacing("'", with: "''") + "'"
            return text.replacing("current_setting('\(parameter.key)', true)", with: literal)
        }
    }
}
