import CCurl
import Diagnostics
import Network

/// One request under way: its easy handle and what has come back so far.
///
/// libcurl holds a pointer to it while it runs, so it is an object; the client keeps it until its handle is out of the
/// multi handle. Used by one task alone.
final class Transfer {
    /// What went before: earlier attempts and redirects.
    struct History {
        var attempts = 0
        var hops: [HTTPHop] = []
    }

    enum Ending {
        case answer(Inquiry.Answer)
        case again(HTTPRequest, History)
    }

    private enum Stop {
        case bodyLimit, tooManyHeaders
    }

    let easy: CurlEasy
    let inquiry: any Inquiry
    private let request: HTTPRequest
    private let history: History
    private let errorText: UnsafeMutablePointer<CChar>

    private var status = 0
    private var headers: [HTTPRequest.Header] = []
    private var headerBytes = 0
    private var body: [UInt8] = []
    private var bodyLength = 0
    private var isConsumed: Bool?
    private var stop: Stop?
    private var certificates: ServerCertificates?
    private var transport: TCPInfo?

    private static let maximumHeaders = 100
    private static let maximumHeaderBytes = 256 * 1024

    /// - Throws: `.local` when libcurl has no memory.
    init(
        _ request: HTTPRequest, for inquiry: any Inquiry, _ history: History, until deadline: Deadline
    ) throws(ProbeError) {
        self.request = request
        self.inquiry = inquiry
        self.history = history
        var easy = try CurlEasy.make()
        easy.prepare(for: request, connectWithin: history.attempts == 0 ? deadline.remaining / 2 : deadline.remaining)
        self.easy = easy
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        let context = Unmanaged.passUnretained(self).toOpaque()
        diag_curl_setopt_pointer(self.easy.handle, CURLOPT_ERRORBUFFER, errorText)
        diag_curl_set_body_function(self.easy.handle, Self.takeBody, context)
        diag_curl_set_header_function(self.easy.handle, Self.takeHeader, context)
    }

    deinit {
        // The handle outlives this body by a moment and must not write there any more.
        diag_curl_setopt_pointer(easy.handle, CURLOPT_ERRORBUFFER, nil)
        errorText.deallocate()
    }
}

// MARK: - The end

extension Transfer {
    /// To be called while the handle is still in its multi handle, which keeps the connection open unless the server has
    /// closed it.
    func noteTransport() {
        let socket = diag_curl_active_socket(easy.handle)
        if socket >= 0, request.connection.unixSocket == nil { transport = TCPInfo(of: socket) }
    }

    func ending(_ code: CURLcode) -> Ending {
        if code == CURLE_OK || stop == .bodyLimit { return redirect ?? .answer(.success(response)) }
        if mayTryAgain(code) { return .again(request, History(attempts: 1, hops: history.hops)) }
        return .answer(.failure(stop == .tooManyHeaders ? tooManyHeaders : error(for: code)))
    }

    /// Of a transfer that did not end by itself.
    func error(endedBy reason: ProbeError) -> ProbeError {
        reason.kind == .timedOut
            ? error(for: CURLE_OPERATION_TIMEDOUT) : ProbeError(reason.kind, step: step, message: reason.message)
    }

    private var step: String { "\(request.method) \(URLText.path(of: request.url))" }

    private func error(for code: CURLcode) -> ProbeError { failure(code).error(step: step) }

    private func failure(_ code: CURLcode) -> TransferFailure {
        let words = UnsafeRawBufferPointer(start: errorText, count: Int(CURL_ERROR_SIZE)).prefix { $0 != 0 }
        return TransferFailure(
            code: code, errno: CInt(truncatingIfNeeded: easy.number(CURLINFO_OS_ERRNO)),
            words: String(decoding: words, as: UTF8.self), progress: progress)
    }

    private var tooManyHeaders: ProbeError {
        ProbeError(
            .protocolViolation, step: step, message: "header fields of more than \(Self.maximumHeaderBytes) bytes")
    }

    private var progress: TransferFailure.Progress {
        if easy.time(CURLINFO_STARTTRANSFER_TIME_T) > .zero, status > 0 { return .answering(bytes: bodyLength) }
        if easy.time(CURLINFO_PRETRANSFER_TIME_T) > .zero { return .asked }
        if easy.time(CURLINFO_CONNECT_TIME_T) > .zero { return .connected }
        // libcurl calls itself connected only after the handshake; the address tells that TCP is.
        if request.url.hasPrefix("https"), easy.text(CURLINFO_PRIMARY_IP)?.isEmpty == false { return .connected }
        return easy.time(CURLINFO_NAMELOOKUP_TIME_T) > .zero ? .resolved : .started
    }

    /// One lost packet must page nobody: a reset or time-out while connecting is tried once more, nothing else is.
    private func mayTryAgain(_ code: CURLcode) -> Bool {
        guard history.attempts == 0 else { return false }
        switch code {
        case CURLE_OPERATION_TIMEDOUT: return progress == .resolved || progress == .connected
        case CURLE_COULDNT_CONNECT, CURLE_SSL_CONNECT_ERROR: return failure(code).isLostPacket
        default: return false
        }
    }

    private var redirect: Ending? {
        guard 300..<400 ~= status, request.maximumRedirects > 0,
            let target = easy.text(CURLINFO_REDIRECT_URL), let next = request.redirected(to: target, by: status)
        else { return nil }
        guard history.hops.count < request.maximumRedirects else {
            let message = "more than \(request.maximumRedirects) redirects, the last to \(URLText.shown(target))"
            return .answer(.failure(ProbeError(.protocolViolation, step: step, message: message)))
        }
        let hop = HTTPHop(
            url: request.url, status: status, time: phases.total, remoteAddress: remoteAddress,
            certificates: certificates)
        return .again(next, History(hops: history.hops + [hop]))
    }
}

extension HTTPRequest {
    /// What a client asks next (RFC 9110, 15.4): GET after a 303, and, as all clients do, after a 301 or 302 to a POST.
    ///
    /// - Returns: nil where it would take what is ours to another host: credentials are left out, but a body cannot be.
    fileprivate func redirected(to target: String, by status: Int) -> HTTPRequest? {
        var next = self
        next.url = target
        if status == 303 && method != "HEAD" || [301, 302].contains(status) && method == "POST" {
            (next.method, next.content) = ("GET", [])
        }
        guard !URLText.haveSameOrigin(url, target) else { return next }
        (next.headers, next.authorization) = ([], nil)
        next.connection.clientCertificate = nil
        return next.content.isEmpty ? next : nil
    }
}

// MARK: - The response

extension Transfer {
    private var head: HTTPHead { HTTPHead(status: status, headers: headers) }

    private var response: HTTPResponse {
        HTTPResponse(
            head: head, body: body, bodyLength: bodyLength, isTruncated: stop == .bodyLimit, phases: phases,
            url: request.url, hops: history.hops, remoteAddress: remoteAddress, version: version,
            certificates: certificates, transport: transport, transferredLength: easy.offset(CURLINFO_SIZE_DOWNLOAD_T))
    }

    /// libcurl counts each from the start of the request; a step that did not happen has the time of the one before, or 0.
    private var phases: HTTPPhases {
        let resolved = easy.time(CURLINFO_NAMELOOKUP_TIME_T)
        let connected = max(easy.time(CURLINFO_CONNECT_TIME_T), resolved)
        let secured = easy.time(CURLINFO_APPCONNECT_TIME_T)
        let asked = max(easy.time(CURLINFO_PRETRANSFER_TIME_T), connected)
        let answered = max(easy.time(CURLINFO_STARTTRANSFER_TIME_T), asked)
        let total = max(easy.time(CURLINFO_TOTAL_TIME_T), answered)
        return HTTPPhases(
            resolve: resolved, connect: connected - resolved, tls: secured > connected ? secured - connected : nil,
            firstByte: answered - asked, transfer: total - answered, total: total)
    }

    private var remoteAddress: String? {
        guard request.connection.unixSocket == nil, let host = easy.text(CURLINFO_PRIMARY_IP), !host.isEmpty else {
            return nil
        }
        let port = easy.number(CURLINFO_PRIMARY_PORT)
        return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    private var version: String {
        switch easy.number(CURLINFO_HTTP_VERSION) {
        case CURL_HTTP_VERSION_1_0: "1.0"
        case CURL_HTTP_VERSION_1_1: "1.1"
        case CURL_HTTP_VERSION_2_0: "2"
        case CURL_HTTP_VERSION_3: "3"
        default: "unknown"
        }
    }
}

// MARK: - Called by libcurl

extension Transfer {
    /// CURLOPT_WRITEFUNCTION: a result other than the number of bytes ends the transfer.
    private static let takeBody: curl_write_callback = { bytes, size, count, context in
        guard let bytes, let context else { return 0 }
        let piece = UnsafeRawBufferPointer(start: bytes, count: size * count)
        return Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue().take(body: piece) ? size * count : 0
    }

    /// CURLOPT_HEADERFUNCTION: called with each whole line, also of the trailers.
    private static let takeHeader: curl_write_callback = { bytes, size, count, context in
        guard let bytes, let context else { return 0 }
        let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
        return Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue().take(header: line) ? size * count : 0
    }

    private func take(body piece: UnsafeRawBufferPointer) -> Bool {
        let wanted = UnsafeRawBufferPointer(rebasing: piece.prefix(request.bodyLimit - bodyLength))
        bodyLength += wanted.count
        if consumes { inquiry.take(wanted) } else { body.append(contentsOf: wanted) }
        if wanted.count < piece.count { stop = .bodyLimit }
        return stop == nil
    }

    private var consumes: Bool {
        if let isConsumed { return isConsumed }
        let answer = inquiry.takesBody(of: head)
        isConsumed = answer
        return answer
    }

    private func take(header line: UnsafeRawBufferPointer) -> Bool {
        headerBytes += line.count
        guard headerBytes <= Self.maximumHeaderBytes else {
            stop = .tooManyHeaders
            return false
        }
        if line.starts(with: "HTTP/".utf8) {
            status = Self.status(in: line)
            headers = []
            // libcurl knows the session only while the transfer runs.
            certificates = certificates ?? ServerCertificates(of: easy)
        } else if headers.count < Self.maximumHeaders, let header = Self.header(in: line) {
            headers.append(header)
        }
        return true
    }

    private static func status(in line: UnsafeRawBufferPointer) -> Int {
        let words = line.split(separator: UInt8(ascii: " "), maxSplits: 2)
        return words.count > 1 ? Int(String(decoding: words[1].prefix(3), as: UTF8.self)) ?? 0 : 0
    }

    private static func header(in line: UnsafeRawBufferPointer) -> HTTPRequest.Header? {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        return HTTPRequest.Header(
            String(decoding: line[..<colon], as: UTF8.self),
            String(decoding: line[(colon + 1)...], as: UTF8.self).trimmingSpaces())
    }
}
