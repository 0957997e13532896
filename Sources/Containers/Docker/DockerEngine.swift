import Diagnostics
import Glibc
import HTTP

/// Docker's engine, asked over its HTTP API and only for what is (GET). Paths have no version: each engine then speaks its
/// own, and old and new ones refuse those of the other.
struct DockerEngine: Sendable {
    private let base: String
    private let connection: HTTPRequest.ConnectionSettings
    /// For people.
    let place: String

    /// By `DOCKER_HOST` (`unix://PATH`, `tcp://HOST:PORT`, with `DOCKER_TLS_VERIFY` and `DOCKER_CERT_PATH` by TLS), or
    /// else the usual socket.
    ///
    /// - Returns: nil where neither is there.
    init?(environment: [String: String], root: String = "/") {
        let host = environment["DOCKER_HOST"].flatMap { $0.isEmpty ? nil : $0 }
        if let host, host.hasPrefix("tcp://") {
            let usesTLS = environment["DOCKER_TLS_VERIFY"].map { !$0.isEmpty } ?? false
            base = (usesTLS ? "https://" : "http://") + host.dropFirst(6)
            var connection = HTTPRequest.ConnectionSettings()
            if usesTLS, let folder = environment["DOCKER_CERT_PATH"] {
                connection.caFile = folder + "/ca.pem"
                connection.clientCertificate = .init(
                    certificateFile: folder + "/cert.pem", keyFile: folder + "/key.pem")
            }
            (self.connection, place) = (connection, host)
            return
        }
        let folder = root.hasSuffix("/") ? String(root.dropLast()) : root
        let path =
            host.map { $0.hasPrefix("unix://") ? String($0.dropFirst(7)) : $0 } ?? folder + "/var/run/docker.sock"
        guard path.hasPrefix("/"), access(path, F_OK) == 0 else { return nil }
        base = "http://docker"
        connection = HTTPRequest.ConnectionSettings(unixSocket: path)
        place = path
    }

    /// - Throws: what kept an answer from coming; `.server` with the status of any but 200, with Docker's own words.
    func get(_ path: String, limit: Int, until deadline: Deadline) async throws(ProbeError) -> [UInt8] {
        let request = HTTPRequest(
            url: base + path, bodyLimit: limit, maximumRedirects: 0, connection: connection)
        let step = "ask Docker at \(place)"
        let response: HTTPResponse
        do {
            response = try await HTTPClient.response(to: request, until: deadline)
        } catch {
            let advice =
                error.kind == .local || error.message.contains("denied")
                ? "the group docker may use its socket" : error.advice
            throw ProbeError(error.kind, step: step, message: error.message, advice: advice)
        }
        guard response.status == 200 else {
            let words = JSONValue(response.body)?["message"]?.string ?? "it answered \(response.status)"
            let kind: ProbeError.Kind = response.status == 403 ? .forbidden : .server(code: "\(response.status)")
            throw ProbeError(kind, step: step, message: LogText.safe(words, limit: 200))
        }
        return response.body
    }

    func json(_ path: String, limit: Int, until deadline: Deadline) async throws(ProbeError) -> JSONValue {
        guard let value = JSONValue(try await get(path, limit: limit, until: deadline)) else {
            throw ProbeError(
                .protocolViolation, step: "ask Docker at \(place)", message: "the answer to \(path) is not whole JSON")
        }
        return value
    }
}
