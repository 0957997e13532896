import CLibpq
import Diagnostics
import Glibc

/// Connection keywords with their values, as libpq takes them. May hold a password: never printed, never in an error.
struct Conninfo: Sendable {
    var values: [String: String]

    init(values: [String: String]) { self.values = values }

    /// Reads a URI, a string of keywords or `HOST[:PORT]`.
    ///
    /// libpq's own complaints quote the text and so a password that stands in it: only their kind is kept.
    init(parsing text: String) throws(ProbeError) {
        guard text.contains("://") || text.contains("=") else {
            values = Conninfo.hostAndPort(text)
            return
        }
        var message: UnsafeMutablePointer<CChar>?
        defer { PQfreemem(message) }
        guard let options = PQconninfoParse(text, &message) else {
            throw Conninfo.unreadable(message.map { String(cString: $0) } ?? "")
        }
        defer { PQconninfoFree(options) }
        values = Conninfo.values(of: options)
    }

    /// `db`, `db:5433`, `[::1]:5433`, `::1`, `/run/postgresql`.
    private static func hostAndPort(_ text: String) -> [String: String] {
        var host = Substring(text)
        var port: Substring?
        let afterBracket = text.lastIndex(of: "]") ?? text.startIndex
        let isBareIPv6 = !text.hasPrefix("[") && text.filter { $0 == ":" }.count > 1
        if !isBareIPv6, !text.hasPrefix("/"), let colon = text[afterBracket...].lastIndex(of: ":") {
            host = text[..<colon]
            port = text[text.index(after: colon)...]
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        return ["host": String(host), "port": port.map(String.init)].compactMapValues { $0 }.filter { $1 != "" }
    }

    private static func unreadable(_ message: String) -> ProbeError {
        let kinds = [
            "missing \"=\"": "a keyword without \"=\"",
            "invalid connection option": "a keyword that libpq does not know",
            "invalid URI query parameter": "a keyword after \"?\" that libpq does not know",
            "invalid percent-encoded token": "a \"%\" that is not followed by two hexadecimal digits",
            "unterminated quoted string": "a quote that is not closed",
            "unexpected character": "a character in the wrong place (percent-encode what is special in a password)",
            "end of string reached": "an IPv6 address without its closing bracket",
        ]
        let reason = kinds.first { message.hasPrefix($0.key) }?.value ?? "something that libpq cannot read"
        return ProbeError(
            .misconfigured, step: "read the connection string", message: "it has \(reason)",
            advice: "write postgresql://USER@HOST:PORT/DATABASE and give the password apart from it")
    }
}

// MARK: - What libpq makes of it

extension Conninfo {
    /// The keywords after libpq has added what the environment, the service file and its defaults say.
    struct Resolved: Sendable {
        let values: [String: String]
        let endpoints: [Endpoint]
        /// Of the environment or the service file, where the settings themselves name none.
        let sslmode: String?
        /// Nobody named a database: libpq then takes the user's name.
        let isDatabaseAssumed: Bool
    }

    /// Lets libpq apply its own rules (PGSERVICE and the service file among them) without opening a socket.
    ///
    /// `PQconndefaults` knows the environment but not a `service` named in the string. An `sslmode` that no libpq
    /// accepts ends `PQconnectStartParams` after all options are gathered and before a connection is begun; then
    /// `PQconninfo` tells what was gathered.
    func resolved() throws(ProbeError) -> Resolved {
        let impossible = "diag-gathers-options-only"
        let handle = ConnectionHandle(starting: values.merging(["sslmode": impossible]) { $1 })
        guard handle.errorMessage.contains(impossible), let options = PQconninfo(handle.pointer) else {
            throw ProbeError(.misconfigured, step: "read the connection settings", message: handle.errorMessage)
        }
        defer { PQconninfoFree(options) }
        var gathered = Conninfo.values(of: options)
        gathered["sslmode"] = nil
        // A service file that names both alike cannot be told apart; then a missing database is sought under another name.
        let isAssumed =
            values["dbname"] == nil && variable("PGDATABASE") == nil && gathered["dbname"] == gathered["user"]
        return Resolved(
            values: gathered, endpoints: try Endpoint.list(from: gathered), sslmode: variable("PGSSLMODE"),
            isDatabaseAssumed: isAssumed)
    }

    private func variable(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Only what is set: libpq takes an empty value for an absent one.
    private static func values(of options: UnsafeMutablePointer<PQconninfoOption>) -> [String: String] {
        var values: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val, value.pointee != 0 {
                values[String(cString: keyword)] = String(cString: value)
            }
            option += 1
        }
        return values
    }
}
