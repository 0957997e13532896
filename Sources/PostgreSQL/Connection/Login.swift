import CLibpq
import Diagnostics
import Network

/// What is told to a server at login, and the way there.
struct Login: Sendable {
    private let settings: PostgreSQLSettings
    private let values: [String: String]

    init(
        settings: PostgreSQLSettings, conninfo: Conninfo, resolved: Conninfo.Resolved, sessionAttributes: String?
    ) {
        self.settings = settings
        var values = conninfo.values
        values["application_name"] = conninfo.values["application_name"] ?? "diag"
        // Its negotiation would cost a round trip and may ask a KDC, which blocks.
        values["gssencmode"] = resolved.values["gssencmode"].flatMap { $0 == "prefer" ? nil : $0 } ?? "disable"
        values["target_session_attrs"] = sessionAttributes
        values["options"] = resolved.values["options"]
        self.values = values
    }

    /// - Throws: what `Connection.open` throws, and whether another host is worth a try.
    func connect(to endpoint: Endpoint, until deadline: Deadline) async throws(ConnectFailure) -> Connection {
        do {
            return try await attempt(endpoint, withLimits: settings.wantsLimits, until: deadline)
        } catch {
            guard settings.wantsLimits, error.isRefusalOfOptions else { throw error }
            return try await attempt(endpoint, withLimits: false, until: deadline)
        }
    }

    private func attempt(
        _ endpoint: Endpoint, withLimits: Bool, until deadline: Deadline
    ) async throws(ConnectFailure) -> Connection {
        let began = ContinuousClock.now
        let handle = ConnectionHandle(starting: keywords(endpoint, withLimits: withLimits, until: deadline))
        // The only way to the SQLSTATE of a login that fails; it holds for the attempt that has just begun.
        PQsetErrorVerbosity(handle.pointer, PQERRORS_VERBOSE)
        var connectTime: Duration?
        do {
            try await handle.finishConnecting(endpoint, until: deadline) { socket in
                connectTime = TCPHandshake.duration(of: socket) ?? began.duration(to: .now)
            }
        } catch {
            throw error.redacting(handle.password)
        }
        guard PQsetnonblocking(handle.pointer, 1) == 0, PQenterPipelineMode(handle.pointer) == 1 else {
            throw ConnectFailure(message: handle.errorMessage, endpoint: endpoint)
        }
        let access = Access(handle, to: endpoint)
        return Connection(
            handle: handle, access: access,
            tcpConnectTime: endpoint.isUnixSocket ? nil : connectTime, hasServerSideLimits: withLimits)
    }

    private func keywords(_ endpoint: Endpoint, withLimits: Bool, until deadline: Deadline) -> [String: String] {
        var values = values
        values["host"] = endpoint.host
        values["hostaddr"] = endpoint.address
        values["port"] = String(endpoint.port)
        let limits = withLimits ? limits(until: deadline) : nil
        values["options"] = limits.map { [values["options"], $0].compactMap { $0 }.joined(separator: " ") }
        return values
    }

    /// Set with the login itself, so that not one statement runs without them and no round trip is spent. The last
    /// two are ours: thresholds that the queries read, so that they run unchanged in psql.
    private func limits(until deadline: Deadline) -> String {
        [
            "default_transaction_read_only": "on",
            "statement_timeout": String(min(settings.statementTimeout, deadline.remaining).wholeMilliseconds),
            "lock_timeout": String(settings.lockTimeout.wholeMilliseconds),
            "idle_in_transaction_session_timeout": "10000",
            "diag.idle_seconds": String(settings.idleThreshold.seconds),
            "diag.transaction_seconds": String(settings.transactionThreshold.seconds),
        ].sorted { $0.key < $1.key }.map { "-c \($0.key)=\($0.value)" }.joined(separator: " ")
    }
}

extension Duration {
    /// At least 1: zero would switch a limit off.
    fileprivate var wholeMilliseconds: Int64 { max(1, Int64(seconds * 1000)) }
}

extension ConnectFailure {
    /// PgBouncer takes no `options` at login: `unsupported startup parameter: options` (newer ones, and some services'
    /// proxies, name the setting). What only speaks PostgreSQL's protocol may not know one of our settings (42704).
    fileprivate var isRefusalOfOptions: Bool {
        error.message.contains("unsupported startup parameter") || error.kind == .server(code: "42704")
    }
}

extension ConnectionHandle {
    /// The loop of the manual's 34.1 (`PQconnectStartParams`): wait for what `PQconnectPoll` asked for last, then call
    /// it again; before the first call, as if it had asked for the socket to be writable.
    fileprivate borrowing func finishConnecting(
        _ endpoint: Endpoint, until deadline: Deadline, onConnected: (CInt) -> Void
    ) async throws(ConnectFailure) {
        var next = PGRES_POLLING_WRITING
        while next != PGRES_POLLING_OK {
            guard next != PGRES_POLLING_FAILED, status != CONNECTION_BAD else {
                throw ConnectFailure(message: errorMessage, endpoint: endpoint)
            }
            do {
                try await Reactor.shared.wait(
                    for: socket, next == PGRES_POLLING_READING ? .readable : .writable, until: deadline,
                    step: "connect to \(endpoint)")
            } catch {
                throw ConnectFailure(status == CONNECTION_STARTED ? error : error.afterConnecting)
            }
            if status == CONNECTION_STARTED { onConnected(socket) }
            next = PQconnectPoll(pointer)
        }
    }
}

extension ProbeError {
    /// Somebody took the connection and then said nothing: that is no firewall and no dead host.
    fileprivate var afterConnecting: ProbeError {
        guard kind == .timedOut else { return self }
        return ProbeError(
            kind, step: step, message: "the connection was made, but \(message)",
            advice:
                "a PostgreSQL server that hangs or is overloaded, or one of another kind that waits for more to be said: "
                + "is the port right?")
    }
}
