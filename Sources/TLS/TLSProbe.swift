import Diagnostics
import Network

/// Looks at a TLS server at every address of its name: its certificates, when they expire, and whether a client would trust
/// them.
///
/// Evidence: `tls.summary`, `tls.expiry` (which certificate the alert is about), `tls.expiries` (leaf, sent and path apart),
/// `tls.verification`, `tls.weak`, `tls.chain` (as sent), `tls.order`, `tls.path` (as verified), `tls.session`, `tls.staple`,
/// `tls.timestamps`, `tls.client_authorities`, `tls.addresses`, `tls.drift`, `tls.versions`.
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
        let offer = TLSOffer(protocols: settings.protocols, asksForStaple: true)
        let addresses = try await settings.resolved(until: deadline)
        let sightings = await Sighting.all(at: addresses, settings, offer, deadline)
        let groups = await groups(sightings, &content, deadline)
        guard let first = groups.first?.sightings.first else { throw sightings.failure }
        EndpointReport(groups: groups, sightings: sightings, now: .now, isBrief: settings.isBrief).write(to: &content)
        await DriftInquiry(settings: settings).write(groups, to: &content, until: deadline)
        guard settings.asksForVersions else { return }
        await VersionSurvey.take(at: first.address, settings, offer, deadline).write(to: &content)
        content.evidence.append(VersionSurvey.limits)
    }

    /// Addresses that serve the same chain, and staple the same, are judged once.
    private func groups(
        _ sightings: [Sighting], _ content: inout Observation.Content, _ deadline: Deadline
    ) async -> [EndpointReport.Group] {
        let seen = sightings.compactMap { sighting in sighting.survey.map { (address: sighting.address, survey: $0) } }
        var groups: [EndpointReport.Group] = []
        var known: Set<[String]> = []
        for one in seen {
            let prints = one.survey.chain.certificates.map(\.fingerprint)
            guard known.insert(prints).inserted else { continue }
            let same = seen.filter { $0.survey.chain.certificates.map(\.fingerprint) == prints }
            groups.append(
                .init(sightings: same, verification: await verify(one.survey, &content, deadline)))
        }
        return groups
    }

    /// Nil, with a problem noted, where judging was impossible; what was read counts all the same.
    private func verify(
        _ survey: Survey, _ content: inout Observation.Content, _ deadline: Deadline
    ) async -> Verification? {
        do throws(ProbeError) {
            return try await TrustStore.verify(
                survey.chain, staple: survey.staple, for: ServerName(settings.nameToVerify), trusting: settings.trust,
                at: .now, until: deadline)
        } catch {
            content.problems.append(error)
            content.gaps.append(Gap(TLSMetrics.verified, error.description))
            content.gaps.append(Gap(TLSMetrics.chainValid, error.description))
            return nil
        }
    }
}
