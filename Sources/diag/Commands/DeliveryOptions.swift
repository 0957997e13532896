import ArgumentParser
import Diagnostics
import HTTP
import Report
import Runbook
import Sweep

/// Who is told of what a sweep finds.
struct DeliveryOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Tell this Alertmanager of what fires and of what has ended; repeat it for each member of a cluster.",
            valueName: "url"))
    var alertmanager: [String] = []

    @Flag(name: .long, help: "What is silenced in Alertmanager does not count for the exit code.")
    var respectSilences = false

    @Option(name: .long, help: ArgumentHelp("Post what fires and what has ended to this URL.", valueName: "url"))
    var webhook: [String] = []

    @Option(
        name: .long, help: ArgumentHelp("A file whose first line is the webhook's bearer token.", valueName: "file"))
    var webhookTokenFile: String?

    @Option(
        name: .long,
        help: ArgumentHelp("A file with header fields for the webhook, a line each: Name: value.", valueName: "file"))
    var webhookHeadersFile: String?

    func validate() throws {
        if webhook.isEmpty, webhookTokenFile != nil || webhookHeadersFile != nil {
            throw ValidationError("--webhook-token-file and --webhook-headers-file are for a --webhook")
        }
    }

    /// What the configuration says, and what the command line adds.
    func added(to configured: DeliverySettings) throws -> DeliverySettings {
        var settings = configured
        settings.receivers += try alertmanager.map { Receiver(.alertmanager, try HTTPEndpoint($0)) }
        settings.receivers += try webhook.map { Receiver(.webhook, try webhookEndpoint($0)) }
        settings.respectsSilences = respectSilences || settings.respectsSilences
        return settings
    }

    private func webhookEndpoint(_ url: String) throws -> HTTPEndpoint {
        var endpoint = try HTTPEndpoint(url)
        if let webhookTokenFile { endpoint.authorization = .bearer(try SecretFile.line(webhookTokenFile)) }
        if let webhookHeadersFile { endpoint.headers = try SecretFile.headers(webhookHeadersFile) }
        return endpoint
    }
}

/// Tells whoever wants to know, and learns what nobody wants to hear of.
struct Announcement {
    let settings: DeliverySettings

    struct Outcome {
        var findings: [Finding]
        var deliveries: [Delivery] = []
        var notes: [String] = []
    }

    func run(_ outcome: SweepRun.Outcome) async -> Outcome {
        var told = Outcome(findings: outcome.findings)
        guard !settings.receivers.isEmpty else { return told }
        let link = settings.generatorURL
        told.deliveries = await Delivering(settings, history: outcome.history)
            .run(outcome.findings, started: outcome.started) { kind, alerts in
                switch kind {
                case .alertmanager: AlertmanagerBody(alerts, generatorURL: link).bytes
                case .webhook:
                    WebhookBody(alerts, version: Version.text, generatorURL: link, now: .now).bytes
                }
            }
        told.notes = told.deliveries.compactMap(\.trouble)
        if settings.respectsSilences {
            let (findings, note) = await Silences(settings).applied(to: outcome.findings)
            told.findings = findings
            if let note { told.notes.append(note) }
        }
        return told
    }
}

extension Delivery {
    /// What a person has to know of it.
    fileprivate var trouble: String? {
        failure.map { "\(kind.rawValue) \(receiver) was not told: \($0); the next sweep tries again" }
    }
}
