import Foundation
import Glibc

/// What can be changed about the running nginx.
struct TLSSite: Sendable {
    let process: Child
    let certificates: CertificateSet
    let ground: Ground

    /// Gives the endpoint `web` a certificate with so many days left, and returns when it is served.
    func replaceWeb(daysLeft: Double) throws {
        try certificates.replaceWeb(lifetime: (daysLeft - 90)...daysLeft)
        let before = workers()
        process.signal(SIGHUP)
        try waitUntil("nginx has new workers only") {
            let now = workers()
            return !now.isEmpty && now.isDisjoint(with: before)
        }
    }

    private func workers() -> Set<Substring> {
        let path = "/proc/\(process.pid)/task/\(process.pid)/children"
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        return Set(text.split(separator: " "))
    }
}
