import Diagnostics
import Network

/// Looks at certificates as they lie in files: when they expire, whether a key is theirs, and who may read it.
///
/// Samples are told apart by the label `file`. Evidence: `tls.files` (one row each), `tls.file.remarks`,
/// `tls.file.certificates`.
public struct CertificateFilesProbe: Probe {
    public let target: Target
    public let files: CertificateFiles

    public init(target: Target, files: CertificateFiles) {
        self.target = target
        self.files = files
    }

    private static let threads = BlockingThreads(name: "diag-certs", limit: 4)

    public func observe(until deadline: Deadline) async -> Observation {
        await Observation.measuring(target) { content in
            do throws(ProbeError) {
                let holdings = try await Self.threads.run("read certificates", until: deadline) {
                    [files] in files.read().map { ($0, FileFacts($0.path)) }
                }
                HoldingsReport(holdings: holdings, now: .now).write(to: &content)
            } catch {
                content.failure = error
            }
        }
    }
}
