import Diagnostics
import Glibc
import HTTP
import Network

/// The API of the cluster that this process runs in, asked as its service account and only for what is (GET).
struct KubernetesAPI: Sendable {
    var base: String
    private let tokenFile: String
    private let authorityFile: String
    /// The service account's own.
    let namespace: String

    /// - Returns: nil outside of a cluster, or without a service account's token.
    init?(environment: [String: String], root: String = "/") {
        let folder =
            (root.hasSuffix("/") ? String(root.dropLast()) : root)
            + "/var/run/secrets/kubernetes.io/serviceaccount"
        guard let host = environment["KUBERNETES_SERVICE_HOST"], !host.isEmpty,
            access(folder + "/token", R_OK) == 0
        else { return nil }
        let port = environment["KUBERNETES_SERVICE_PORT_HTTPS"] ?? environment["KUBERNETES_SERVICE_PORT"] ?? "443"
        base = "https://" + (host.contains(":") ? "[\(host)]" : host) + ":\(port)"
        tokenFile = folder + "/token"
        authorityFile = folder + "/ca.crt"
        namespace = Self.firstLine(of: folder + "/namespace") ?? "default"
    }

    private static func firstLine(of path: String) -> String? {
        guard let bytes = try? TextFile.read(path, upTo: 65_536) else { return nil }
        let line = String(decoding: bytes.prefix { $0 != 10 && $0 != 13 }, as: UTF8.self)
        return line.isEmpty ? nil : line
    }

    /// - Throws: what kept an answer from coming; `.server` with the status of any but 200, with the API's own words,
    ///   `.forbidden` with the right that is missing.
    func get(_ path: String, limit: Int, until deadline: Deadline) async throws(ProbeError) -> [UInt8] {
        let step = "ask Kubernetes"
        // Read each time: the kubelet puts a new one in place before the old one ends.
        guard let token = Self.firstLine(of: tokenFile) else {
            throw ProbeError(.unauthenticated, step: step, message: "\(tokenFile) cannot be read")
        }
        var connection = HTTPRequest.ConnectionSettings()
        if access(authorityFile, R_OK) == 0 { connection.caFile = authorityFile }
        let request = HTTPRequest(
            url: base + path, authorization: .bearer(token), bodyLimit: limit, maximumRedirects: 0,
            connection: connection)
        let response = try await HTTPClient.response(to: request, until: deadline)
        guard response.status == 200 else { throw Self.refusal(response, step) }
        return response.body
    }

    private static func refusal(_ response: HTTPResponse, _ step: String) -> ProbeError {
        let words = JSONValue(response.body)?["message"]?.string ?? "it answered \(response.status)"
        let message = LogText.safe(words, limit: 300)
        switch response.status {
        case 401: return ProbeError(.unauthenticated, step: step, message: message)
        case 403:
            return ProbeError(
                .forbidden, step: step, message: message,
                advice: "a role with get and list on pods, pods/log, events, services and replicasets lets diag look")
        default: return ProbeError(.server(code: "\(response.status)"), step: step, message: message)
        }
    }

    func json(_ path: String, limit: Int = 4 << 20, until deadline: Deadline) async throws(ProbeError) -> JSONValue {
        guard let value = JSONValue(try await get(path, limit: limit, until: deadline)) else {
            throw ProbeError(
                .protocolViolation, step: "ask Kubernetes", message: "the answer is not whole JSON, or too long")
        }
        return value
    }
}
