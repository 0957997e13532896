import CCurl
import Diagnostics

/// libcurl's state of the whole process.
enum CurlLibrary {
    /// Set up once, by whichever task comes first: Swift runs the initialiser of a static constant once and under a lock.
    private static let setUp: CURLcode = curl_global_init(Int(CURL_GLOBAL_DEFAULT))

    /// Must have returned before any other function of libcurl is called.
    static func prepare() throws(ProbeError) {
        guard setUp == CURLE_OK else {
            throw ProbeError(.local, step: "set up libcurl", message: String(cString: curl_easy_strerror(setUp)))
        }
    }
}
