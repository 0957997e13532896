import Diagnostics
import Network

/// Reads the files that a server should serve, and compares.
struct DriftInquiry {
    let settings: TLSSettings

    private static let threads = BlockingThreads(name: "diag-drift", limit: 4)

    func write(
        _ groups: [EndpointReport.Group], to content: inout Observation.Content, until deadline: Deadline
    ) async {
        guard !settings.certificateFiles.isEmpty else { return }
        do throws(ProbeError) {
            let files = CertificateFiles(patterns: settings.certificateFiles)
            let holdings = try await Self.threads.run("read the certificate's file", until: deadline) { files.read() }
            write(groups, holdings, to: &content)
        } catch {
            content.problems.append(error)
            content.gaps.append(Gap(TLSMetrics.servesFile, error.description))
        }
    }

    private func write(
        _ groups: [EndpointReport.Group], _ holdings: [Holding], to content: inout Observation.Content
    ) {
        guard holdings.contains(where: { !$0.certificates.isEmpty }) else {
            let words = holdings.map { "\($0.path): \($0.problems.first ?? "no certificate")" }.joined(separator: "; ")
            content.problems.append(ProbeError(.local, step: "read the certificate's file", message: words))
            content.gaps.append(Gap(TLSMetrics.servesFile, words))
            return
        }
        let drift = Drift(files: holdings, reload: settings.reloadCommand, now: .now)
        let remarks = groups.compactMap { group in
            drift.difference(to: group.certificates).map { remark in
                let place = groups.count > 1 ? "\(group.sightings[0].address): " : ""
                return Remark(remark.weight, place + remark.text, next: remark.next)
            }
        }
        content.add(TLSMetrics.servesFile, remarks.isEmpty ? 1 : 0)
        let fine = Remark.fine("what is served is what lies in \(settings.certificateFiles.joined(separator: ", "))")
        let evidence = Evidence.remarks("tls.drift", "On disk and on the wire", remarks.isEmpty ? [fine] : remarks)
        // Right behind the summary: it is what the person asked for.
        content.evidence.insert(evidence, at: min(1, content.evidence.count))
    }
}
