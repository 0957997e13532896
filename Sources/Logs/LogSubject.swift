/// What a log file can be watched for.
public enum LogSubject: String, Sendable, Hashable, CaseIterable, Codable {
    /// Somebody was not let in.
    case authFailures = "auth_failures"
    /// Somebody asked too often and was turned away.
    case rateLimit = "rate_limit"

    /// What a file is watched for when nobody says: `auth.log` and `secure` for authentication failures, `access.log`
    /// for rate limits, any other file for both. The name's words decide, so that `nginx-access.log.1` is one too.
    public static func usual(forFileAt path: String) -> Set<LogSubject> {
        let name = path.split(separator: "/").last ?? ""
        let words = name.lowercased().split { !$0.isLetter }
        let subjects: Set<LogSubject> =
            if words.contains("auth") || words.contains("secure") {
                [.authFailures]
            } else if words.contains("access") {
                [.rateLimit]
            } else {
                []
            }
        return subjects.isEmpty ? Set(allCases) : subjects
    }
}
