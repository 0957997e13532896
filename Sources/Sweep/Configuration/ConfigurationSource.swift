import Diagnostics
import Glibc
import Network

/// Where a configuration comes from: its file, the environment that `${NAME}` refers to, and the problems found so far.
final class ConfigurationSource {
    let file: String
    private let environment: [String: String]
    private(set) var problems: [ConfigurationProblem] = []

    init(file: String, environment: [String: String]) {
        self.file = file
        self.environment = environment
    }

    /// For a problem that lies in another file.
    func report(_ problem: ConfigurationProblem) { problems.append(problem) }

    func report(_ line: Int?, _ key: String, _ message: String) {
        problems.append(ConfigurationProblem(file: file, line: line, key: key, message: message))
    }

    /// The text with each `${NAME}` replaced by that variable, and each `${NAME:-text}` by the text where that is not set
    /// or empty, as in a shell. `$${` stands for `${` itself. A variable that is not set is reported by name.
    func expanded(_ text: String, reporting report: (String) -> Void) -> String? {
        var result = ""
        var rest = Substring(text)
        while let start = rest.firstRange(of: "${") {
            let before = rest[..<start.lowerBound]
            if before.hasSuffix("$") {
                result += before.dropLast() + "${"
                rest = rest[start.upperBound...]
                continue
            }
            guard let end = rest[start.upperBound...].firstIndex(of: "}") else {
                report("'${' without its '}'")
                return nil
            }
            guard let value = variable(rest[start.upperBound..<end], reporting: report) else { return nil }
            result += before + value
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }

    private func variable(_ reference: Substring, reporting report: (String) -> Void) -> String? {
        let parts = reference.split(separator: ":-", maxSplits: 1, omittingEmptySubsequences: false)
        guard !parts[0].isEmpty else {
            report("the name of a variable is missing in '${}'")
            return nil
        }
        let value = environment[String(parts[0])]
        if parts.count == 2, value?.isEmpty ?? true { return String(parts[1]) }
        if let value { return value }
        report("the environment variable \(parts[0]) is not set")
        return nil
    }

    /// The first line of a file, without its line break. A path that is not absolute begins at the configuration's folder.
    func secret(inFile path: String) throws(FileError) -> String {
        let bytes = try TextFile.read(resolved(path), upTo: 65_536)
        // Bytes, because a carriage return and a line feed make one character.
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        guard !line.isEmpty else { throw FileError(path: path, message: "its first line is empty") }
        return String(decoding: line, as: UTF8.self)
    }

    func resolved(_ path: String) -> String {
        guard !path.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return path }
        return file[...slash] + path
    }
}
