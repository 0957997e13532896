import Foundation
import Glibc

/// `auth.log`, `access.log` and the application's own `server.log`, written when asked.
public struct LogFiles: Sendable {
    public enum Kind: String, CaseIterable, Sendable {
        case auth = "auth.log"
        case access = "access.log"
        case server = "server.log"
    }

    public let folder: String

    public func path(_ kind: Kind) -> String { folder + "/" + kind.rawValue }

    /// Begins with a little of ordinary life, all of it from the last minutes.
    public init(folder: String) throws {
        self.folder = folder
        let now = Date.now
        try write(
            (1...20).map { "\(stamp(now - Double(600 - 20 * $0))) auth: session opened for user alice from 10.1.2.9" },
            to: .auth)
        try write(
            (1...20).map { access("10.1.2.\($0)", "/api/v1/debates", 200, at: now - Double(600 - 20 * $0)) },
            to: .access)
        let captured = try Captures.text("server.log").split(separator: "\n").map(String.init)
        try write(captured, to: .server)
    }

    /// Failed logins, in the words that the runbook looks for: the source is the last word.
    public func authenticationFailures(
        _ count: Int, sources: [String] = ["10.1.2.3", "10.1.2.4"], at date: Date = .now
    )
        throws
    {
        let lines = (0..<count).map { number in
            "\(stamp(date)) auth: authentication failed for user bob from \(sources[number % sources.count])"
        }
        try write(lines, to: .auth)
        let requests = (0..<count).map { number in
            request("POST /api/v1/auth/login", 401, from: sources[number % sources.count], at: date)
        }
        try write(requests, to: .server)
    }

    /// Requests turned away, in the combined form: source first, path as the seventh word.
    public func rateLimitHits(
        _ count: Int, paths: [String] = ["/api/v1/debates", "/api/v1/auth/login"], at date: Date = .now
    )
        throws
    {
        let lines = (0..<count).map { number in
            access("10.9.8.\(number % 3 + 1)", paths[number % paths.count], 429, at: date) + " rate limit exceeded"
        }
        try write(lines, to: .access)
        let requests = (0..<count).map { number in
            request("GET \(paths[number % paths.count])", 429, from: "10.9.8.\(number % 3 + 1)", at: date)
        }
        try write(requests, to: .server)
    }

    public func write(_ lines: [String], to kind: Kind) throws {
        guard let file = fopen(path(kind), "ae") else { throw PlaygroundError.system("open \(path(kind))") }
        defer { fclose(file) }
        fputs(lines.map { $0 + "\n" }.joined(), file)
    }

    /// As logrotate does it: `auth.log` becomes `auth.log.1`, what was that becomes `auth.log.2.gz` or, when
    /// compressing at once, `auth.log.1.gz`; a new empty file takes the name.
    public func rotate(_ kind: Kind, compressing: Bool = false) throws {
        let current = path(kind)
        let last = current + ".1"
        if FileManager.default.fileExists(atPath: last) {
            rename(last, current + ".2")
            try compress(current + ".2")
        }
        guard rename(current, last) == 0 else { throw PlaygroundError.system("rename \(current)") }
        try write([], to: kind)
        if compressing { try compress(last) }
    }

    /// Keeps the first `size` bytes.
    func cut(_ kind: Kind, to size: Int) throws {
        guard truncate(path(kind), size) == 0 else { throw PlaygroundError.system("truncate \(path(kind))") }
    }

    func size(_ kind: Kind) -> Int {
        var status = stat()
        return stat(path(kind), &status) == 0 ? Int(status.st_size) : 0
    }

    private func compress(_ path: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try Tool.gzip.path())
        process.arguments = ["-f", path]
        try process.run()
        process.waitUntilExit()
    }
}

/// `2026-11-23T14:00:00Z`
private func stamp(_ date: Date) -> String { formatted(date, "%Y-%m-%dT%H:%M:%SZ") }

private func access(_ source: String, _ path: String, _ status: Int, at date: Date) -> String {
    let time = formatted(date, "%d/%b/%Y:%H:%M:%S +0000")
    return #"\#(source) - - [\#(time)] "GET \#(path) HTTP/1.1" \#(status) 512 "-" "client/1.0""#
}

/// The application's own form.
private func request(_ line: String, _ status: Int, from source: String, at date: Date) -> String {
    let time = formatted(date, "%Y-%m-%d %H:%M:%S")
    return "[\(time).000] [INFO    ] [-] aragora.server.request_logging - [request] \(line) status=\(status) "
        + "duration=1.0ms ip=\(source)"
}

func formatted(_ date: Date, _ format: String) -> String {
    var seconds = time_t(date.timeIntervalSince1970)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    var text = [CChar](repeating: 0, count: 64)
    let length = strftime(&text, text.count, format, &parts)
    return String(decoding: text.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
