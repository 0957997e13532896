import Glibc

/// Names of files by a pattern, as a shell expands it.
public enum Glob {
    /// Nothing fits it.
    public static func isMissing(_ pattern: String) -> Bool { !paths(pattern).contains { access($0, F_OK) == 0 } }

    /// In order; the pattern itself where nothing fits, so that whoever opens it says so.
    public static func paths(_ pattern: String) -> [String] {
        var result = glob_t()
        defer { globfree(&result) }
        guard glob(pattern, GLOB_NOCHECK, nil, &result) == 0 else { return [pattern] }
        return (0..<Int(result.gl_pathc)).compactMap { index in
            result.gl_pathv?[index].map { String(cString: $0) }
        }
    }
}
