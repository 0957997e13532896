import Diagnostics
import Network

/// Looks at a TLS server: its certificates, when they expire, and whether a client would trust them.
///
/// Evidence: `tls.expiry` (which certificate the alert is about), `tls.verification`, `tls.chain` (as sent), `tls.path`
/// (as verified), `tls.names`, `tls.session`.
public struct TLSProbe: Probe {
    public let target: Target
    public let settings: TLSSettings

    public init(target: Target, settings: TLSSettings) {
        self.target = target
        self.settings = settings
    }

    /// With a target made from the settings alone.
    public init(settings: TLSSettings, name: String? = nil, labels: Labels = [:]) {
        self.init(
            target: Target(kind: .tls, name: name ?? settings.address, address: settings.address, labels: labels),
            settings: settings)
    }

    /// Sets up OpenSSL, which takes milliseconds; the first probe would do it otherwise.
    public static func prepare() { _ = TLSContext.shared }

    public func observe(until deadline: Deadline) async -> Observation {
        await Observation.measuring(target) { content in
            do throws(ProbeError) {
                try await look(&content, deadline)
            } catch {
                content.failure = error
            }
        }
    }

    private func look(_ content: inout Observation.Content, _ deadline: Deadline) async throws(ProbeError) {
        let name = ServerName(settings.nameToVerify)
        let survey = try await Survey.take(settings, name, deadline)
        content.add(TLSMetrics.connect, survey.connectTime.seconds)
        if let problem = survey.problem {
            content.problems.append(problem)
            content.gaps.append(Gap(TLSMetrics.handshake, problem.message))
        } else {
            content.add(TLSMetrics.handshake, survey.handshakeTime.seconds)
        }
        let chain = survey.chain.compactMap(Certificate.init(der:))
        let verification = await verify(survey, name, &content, deadline)
        ChainReport(sent: chain, verification: verification, now: .now).write(to: &content)
        content.evidence.append(survey.session)
    }

    /// Nil, with a problem noted, where judging was impossible; what was read counts all the same.
    private func verify(
        _ survey: Survey, _ name: ServerName, _ content: inout Observation.Content, _ deadline: Deadline
    ) async -> Verification? {
        let trust = Trust(file: settings.caFile, directory: settings.caDirectory)
        do throws(ProbeError) {
            return try await TrustStore.verify(survey.chain, for: name, trusting: trust, at: .now, until: deadline)
        } catch {
            content.problems.append(error)
            content.gaps.append(Gap(TLSMetrics.verified, error.description))
            return nil
        }
    }
}
