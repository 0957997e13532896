import CCurl
import Diagnostics

/// Sole owner of one easy handle with the header list it refers to.
///
/// Must be taken out of its multi handle before it is dropped.
struct CurlEasy: ~Copyable {
    /// Names the handle in libcurl's messages.
    let handle: UnsafeMutableRawPointer
    /// libcurl copies strings, but not lists.
    private var headers: UnsafeMutablePointer<curl_slist>?
    private var address: UnsafeMutablePointer<curl_slist>?

    private init(owning handle: UnsafeMutableRawPointer) { self.handle = handle }

    deinit {
        curl_easy_cleanup(handle)
        curl_slist_free_all(headers)
        curl_slist_free_all(address)
    }

    /// - Throws: `.local` when libcurl has no memory for it.
    static func make() throws(ProbeError) -> CurlEasy {
        try CurlLibrary.prepare()
        guard let handle = curl_easy_init() else {
            throw ProbeError(.local, step: "set up libcurl", message: "curl_easy_init failed")
        }
        return CurlEasy(owning: handle)
    }

    /// What libcurl is told, by option; for options that take a number or a switch.
    borrowing func set(_ option: CURLoption, _ value: Int) { diag_curl_setopt_long(handle, option, value) }

    /// libcurl copies the string.
    borrowing func set(_ option: CURLoption, _ value: String) { diag_curl_setopt_string(handle, option, value) }

    /// Lines as they go out: `Name: value`. A line feed would begin another header, so such a field is left out.
    mutating func setHeaders(_ lines: [String]) {
        for line in lines where !line.utf8.contains(where: { $0 == 10 || $0 == 13 }) {
            headers = curl_slist_append(headers, line) ?? headers
        }
        diag_curl_setopt_pointer(handle, CURLOPT_HTTPHEADER, headers)
    }

    /// Connects to `HOST:PORT` in place of any host.
    mutating func setAddress(_ text: String) {
        address = curl_slist_append(nil, "::\(text)")
        diag_curl_setopt_pointer(handle, CURLOPT_CONNECT_TO, address)
    }

    borrowing func number(_ info: CURLINFO) -> Int { diag_curl_info_long(handle, info) }

    borrowing func text(_ info: CURLINFO) -> String? { diag_curl_info_string(handle, info).map { String(cString: $0) } }

    borrowing func offset(_ info: CURLINFO) -> Int { Int(diag_curl_info_offset(handle, info)) }

    /// Of the `…_TIME_T` kind: since the start of the request.
    borrowing func time(_ info: CURLINFO) -> Duration { .microseconds(diag_curl_info_offset(handle, info)) }
}
