import CLibpq
import Diagnostics
import Network

/// One connection to a PostgreSQL server, made and used without ever blocking a thread.
///
/// It reads only: the session is read-only, its statements and lock waits are bounded by the server itself, and it is
/// never left in a transaction. Dropping it closes it; that is also how a question is cancelled.
public struct Connection: ~Copyable {
    let handle: ConnectionHandle
    /// Where, as whom, how safely.
    var access: Access
    /// The address that answered: `10.0.0.5:5432`.
    public var address: String { access.endpoint.description }
    /// From the first packet to the established TCP connection, without name look-up, TLS and login; nil through a
    /// unix socket.
    public let tcpConnectTime: Duration?
    /// Of the look-up of the host's name; nil for an address in digits.
    var resolveTime: Duration?
    /// False when a pooler refused the session's limits at login: then only our own deadline bounds what we ask.
    public let hasServerSideLimits: Bool

    /// Where the time of this connection went so far; nil through a unix socket.
    public var way: ConnectionWay? {
        tcpConnectTime.map { ConnectionWay(resolve: resolveTime, connect: $0, descriptor: handle.socket) }
    }

    /// The server's version as a number: 150020 is 15.20.
    public var serverVersion: Int { Int(PQserverVersion(handle.pointer)) }

    /// The process behind this connection as the login said it. A pooler says a number of its own.
    public var backendPID: Int32 { PQbackendPID(handle.pointer) }

    /// True for PgBouncer's own administration console, which has no SQL: it calls itself `1.18.0/bouncer`.
    var isPoolerConsole: Bool {
        PQparameterStatus(handle.pointer, "server_version").map { String(cString: $0).contains("bouncer") } ?? false
    }
}

// MARK: - Connecting

extension Connection {
    /// Connects to the first endpoint of the settings that lets us in, as libpq would, but with one deadline for all.
    ///
    /// - Throws: `.misconfigured`, `.unresolved`, `.refused`, `.unreachable`, `.timedOut`, `.cancelled`, `.tls`,
    ///   `.unauthenticated`, `.protocolViolation`; `.server` with the SQLSTATE for what the server itself said, `53300`
    ///   among them: no slot is left.
    public static func open(
        _ settings: PostgreSQLSettings, until deadline: Deadline
    ) async throws(ProbeError) -> Connection {
        let resolved = try settings.conninfo.resolved()
        do {
            return try await open(settings, settings.conninfo, resolved, until: deadline)
        } catch {
            guard error.isAboutDatabase, resolved.isDatabaseAssumed else { throw error.error }
            return try await openUsualDatabase(settings, resolved, after: error.error, until: deadline)
        }
    }

    /// Nobody named a database, and there is none of the user's name. Every cluster has one called postgres, unless
    /// somebody dropped it; template1 must not be looked into: nobody could make a database in the meantime.
    private static func openUsualDatabase(
        _ settings: PostgreSQLSettings, _ resolved: Conninfo.Resolved, after first: ProbeError,
        until deadline: Deadline
    ) async throws(ProbeError) -> Connection {
        var conninfo = settings.conninfo
        conninfo.values["dbname"] = "postgres"
        do {
            var connection = try await open(settings, conninfo, resolved, until: deadline)
            connection.access.missingDatabase = resolved.values["dbname"]
            return connection
        } catch {
            guard error.isAboutDatabase else { throw error.error }
            throw ProbeError(
                first.kind, step: first.step, message: "\(first.message), and \(error.error.message)",
                advice: "name a database (dbname=…): none was named, and neither of the usual ones is there")
        }
    }

    private static func open(
        _ settings: PostgreSQLSettings, _ conninfo: Conninfo, _ resolved: Conninfo.Resolved, until deadline: Deadline
    ) async throws(ConnectFailure) -> Connection {
        var failures: [ConnectFailure] = []
        for attributes in passes(resolved.values["target_session_attrs"]) {
            let login = Login(settings: settings, conninfo: conninfo, resolved: resolved, sessionAttributes: attributes)
            switch await firstOf(resolved.endpoints, login, until: deadline) {
            case .connected(var connection):
                connection.access.failures += failures.map(\.error)
                return connection
            case .failed(let more): failures += more
            }
            if failures.contains(where: \.isFinal) { break }
        }
        throw summary(of: failures)
    }

    /// `prefer-standby` means: all hosts for a standby first, then all again for anything. We try one host at a time,
    /// so the two rounds are ours to make. And since our session is read-only on every server, it is the server's role
    /// that must tell one where writing is possible from one where it is not.
    private static func passes(_ attributes: String?) -> [String?] {
        switch attributes {
        case "prefer-standby": ["standby", "any"]
        case "read-write": ["primary"]
        case "read-only": ["standby"]
        default: [attributes]
        }
    }

    private enum Outcome: ~Copyable {
        case connected(Connection)
        case failed([ConnectFailure])
    }

    /// Each place gets an even share of the time that is left, so that a silent one leaves time for the others.
    private static func firstOf(
        _ endpoints: [Endpoint], _ login: Login, until deadline: Deadline
    ) async -> Outcome {
        var failures: [ConnectFailure] = []
        for (index, endpoint) in endpoints.enumerated() {
            let share = deadline.within(deadline.remaining / (endpoints.count - index))
            switch await firstAddress(of: endpoint, login, until: share) {
            case .connected(var connection):
                connection.access.failures += failures.map(\.error)
                return .connected(connection)
            case .failed(let more): failures += more
            }
            if failures.contains(where: \.isFinal) { break }
        }
        return .failed(failures)
    }

    private static func firstAddress(
        of endpoint: Endpoint, _ login: Login, until deadline: Deadline
    ) async -> Outcome {
        var failures: [ConnectFailure] = []
        do {
            let start = ContinuousClock.now
            let addresses = try await endpoint.resolved(until: deadline)
            let isName = addresses.first != endpoint && Resolver.numeric(endpoint.host, port: 0) == nil
            let resolveTime = isName ? start.duration(to: .now) : nil
            for (index, address) in addresses.enumerated() {
                let share = deadline.within(deadline.remaining / (addresses.count - index))
                do {
                    var connection = try await login.connect(to: address, until: share)
                    connection.resolveTime = resolveTime
                    return .connected(connection)
                } catch {
                    failures.append(error)
                    if error.isFinal { break }
                }
            }
        } catch {
            failures.append(ConnectFailure(error))
        }
        return .failed(failures)
    }

    private static func summary(of failures: [ConnectFailure]) -> ConnectFailure {
        guard let last = failures.last else {
            return ConnectFailure(ProbeError(.misconfigured, step: "connect", message: "no host is given"))
        }
        guard failures.count > 1 else { return last }
        let message = failures.map(\.error.description).joined(separator: "; ")
        return ConnectFailure(
            error: ProbeError(last.error.kind, step: "connect", message: message, advice: last.error.advice),
            isFinal: last.isFinal, isAboutDatabase: last.isAboutDatabase)
    }
}
