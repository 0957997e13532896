import CCurl
import Diagnostics
import Glibc
import Network

/// Why libcurl ended a transfer without an answer, and how far it had come.
struct TransferFailure {
    enum Progress: Equatable {
        case started, resolved, connected, asked
        case answering(bytes: Int)
    }

    let code: CURLcode
    /// Of the system call that failed; zero when none did.
    let errno: CInt
    /// libcurl's own sentence. It names hosts and files, never header fields.
    let words: String
    let progress: Progress

    /// A reset or a time-out of the system's. libcurl passes the errno on for some calls; for a send during a TLS
    /// handshake it only puts the system's words into its own.
    var isLostPacket: Bool {
        [ECONNRESET, ETIMEDOUT, EPIPE].contains { errno == $0 || errno == 0 && words.hasSuffix(describe(errno: $0)) }
    }

    func error(step: String) -> ProbeError {
        ProbeError(kind, step: step, message: message, advice: advice)
    }

    private var kind: ProbeError.Kind {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .unresolved
        case CURLE_OPERATION_TIMEDOUT: .timedOut
        case CURLE_COULDNT_CONNECT: errno == 0 ? .unreachable : ProbeError(errno: errno, step: "").kind
        case CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_RECV_ERROR, CURLE_SEND_ERROR: .unreachable
        case CURLE_SSL_CONNECT_ERROR: isLostPacket ? .unreachable : .tls
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR: .tls
        case CURLE_SSL_CACERT_BADFILE, CURLE_URL_MALFORMAT, CURLE_SSL_CERTPROBLEM: .misconfigured
        // "Received HTTP/0.9" comes as an unsupported protocol: whatever answered does not speak HTTP.
        case CURLE_UNSUPPORTED_PROTOCOL: words.contains("HTTP/0.9") ? .protocolViolation : .misconfigured
        case CURLE_OUT_OF_MEMORY, CURLE_FAILED_INIT: .local
        default: .protocolViolation
        }
    }

    private var message: String {
        switch code {
        case CURLE_OPERATION_TIMEDOUT: timedOut
        case CURLE_COULDNT_CONNECT where errno != 0: describe(errno: errno)
        case CURLE_GOT_NOTHING: "the connection was closed without an answer"
        case CURLE_PARTIAL_FILE: "the connection was closed in the middle of the answer"
        case CURLE_RECV_ERROR where errno != 0, CURLE_SEND_ERROR where errno != 0: describe(errno: errno)
        case CURLE_UNSUPPORTED_PROTOCOL where kind == .protocolViolation:
            "what answered does not speak HTTP/1 or HTTP/2"
        default: words.isEmpty ? String(cString: curl_easy_strerror(code)) : words
        }
    }

    private var timedOut: String {
        switch progress {
        case .started: "the name was not resolved within the deadline"
        case .resolved: "no connection within the deadline"
        case .connected: "connected, but no TLS handshake within the deadline"
        case .asked: "connected, but no answer within the deadline"
        case .answering(let bytes): "the answer did not end within the deadline; \(bytes) bytes of its body came"
        }
    }

    private var advice: String? {
        switch kind {
        case .unresolved: "check the name, /etc/hosts and DNS"
        case .refused: "check that the service runs and listens at this address and port"
        case .tls: "`diag tls` shows the certificates that are sent"
        default: nil
        }
    }
}
