import Diagnostics
import Glibc
import Network

/// Where a certbot keeps its certificates and says what it does.
public struct CertbotFolders: Sendable, Hashable {
    public var configuration = "/etc/letsencrypt"
    public var log = "/var/log/letsencrypt/letsencrypt.log"
    /// Below it what begins certbot's runs is looked for; another one in tests.
    public var root = ""

    public init() {}
}

/// What `certbot certificates` says, and whether renewing works: from certbot's own files, without running it.
///
/// Evidence: `certbot.remarks`, `certbot.certificates`.
public struct CertbotProbe: Probe {
    public let target: Target
    public let folders: CertbotFolders

    public init(target: Target, folders: CertbotFolders) {
        self.target = target
        self.folders = folders
    }

    private static let threads = BlockingThreads(name: "diag-certbot", limit: 1)

    public func observe(until deadline: Deadline) async -> Observation {
        await Observation.measuring(target) { content in
            do throws(ProbeError) {
                let seen = try await Self.threads.run("read certbot's files", until: deadline) { [folders] in
                    CertbotReport(
                        folders: folders, lineages: CertbotLineage.all(in: folders.configuration),
                        log: Self.log(folders.log), timers: Self.timers(below: folders.root), now: .now)
                }
                guard Folder.isFolder(folders.configuration) else { throw Self.missing(folders) }
                seen.write(to: &content)
            } catch {
                content.failure = error
            }
        }
    }

    private static func missing(_ folders: CertbotFolders) -> ProbeError {
        ProbeError(
            .misconfigured, step: "read certbot's files", message: "there is no folder \(folders.configuration)",
            advice: "--folder names it; of a container the folder that is mounted as /etc/letsencrypt")
    }

    private static func log(_ path: String) -> CertbotReport.Log {
        do {
            let text = String(decoding: try TextFile.read(path, upTo: 32 << 20), as: UTF8.self)
            return .read(CertbotLog(text), changed: FileFacts(path)?.changed)
        } catch {
            return .unread(error.message)
        }
    }

    private static func timers(below root: String) -> [String] {
        [
            "/etc/systemd/system/timers.target.wants/certbot.timer",
            "/etc/systemd/system/timers.target.wants/snap.certbot.renew.timer", "/etc/cron.d/certbot",
            "/etc/cron.daily/certbot", "/etc/systemd/system/timers.target.wants/certbot-renew.timer",
        ].filter { TextFile.exists(root + $0) }
    }
}

/// What certbot's files say. Pure.
struct CertbotReport: Sendable {
    enum Log: Sendable {
        case read(CertbotLog, changed: Double?)
        case unread(String)
    }

    let folders: CertbotFolders
    let lineages: [CertbotLineage]
    let log: Log
    let timers: [String]
    let now: Timestamp

    func write(to content: inout Observation.Content) {
        for lineage in lineages { writeSamples(of: lineage, to: &content) }
        let all = lineages.flatMap(remarks) + logRemarks + timerRemarks
        content.evidence.append(
            .remarks("certbot.remarks", "Renewal", all.isEmpty ? [.careful("no certificate is kept here")] : all))
        guard !lineages.isEmpty else { return }
        content.evidence.append(
            .table(
                "certbot.certificates", "Certificates that certbot keeps",
                columns: [
                    "name", "left", "not_after", "renews_at", "domains", "serial", "key", "authenticator", "path",
                ],
                rows: lineages.map(row)))
    }

    private func writeSamples(of lineage: CertbotLineage, to content: inout Observation.Content) {
        let labels: Labels = ["file": lineage.path]
        if let first = lineage.holding?.judged.firstToExpire {
            content.add(TLSMetrics.certificateExpiry, first.time.secondsSinceEpoch, labels: labels)
            if let lifetime = first.certificate.lifetime {
                content.add(TLSMetrics.certificateLifetime, lifetime, labels: labels)
            }
            if let left = first.certificate.lifetimeLeft(at: now) {
                content.add(TLSMetrics.certificateLeft, left, labels: labels)
            }
        }
        content.add(TLSMetrics.renewalWorks, failure(of: lineage) == nil && !isOverdue(lineage) ? 1 : 0, labels: labels)
    }

    private func row(_ lineage: CertbotLineage) -> [Cell] {
        let leaf = lineage.holding?.leaf
        return [
            .text(lineage.name), leaf?.notAfter.map { .seconds($0.seconds(since: now)) } ?? .none,
            leaf?.notAfter.map(Cell.time) ?? .none, lineage.renewsAt.map(Cell.time) ?? .none,
            .list(leaf?.names ?? []), leaf.map { .text($0.serial) } ?? .none,
            leaf?.key.map { .text("\($0)") } ?? .none, lineage.authenticator.map(Cell.text) ?? .none,
            .text(lineage.path),
        ]
    }

    /// Certbot runs twice a day: two days past the time nothing else explains it.
    private func isOverdue(_ lineage: CertbotLineage) -> Bool {
        lineage.renewsAt.map { $0 + 2 * 86_400 < now } ?? false
    }

    private func failure(of lineage: CertbotLineage) -> CertbotLog.Failure? {
        guard case .read(let log, _) = log else { return nil }
        return log.failures.last { $0.lineage == lineage.name }
    }
}

extension CertbotReport {
    private func remarks(_ lineage: CertbotLineage) -> [Remark] {
        if let problem = lineage.problem { return [.trouble("\(lineage.name): \(problem)")] }
        var remarks: [Remark] = []
        if let failure = failure(of: lineage) {
            remarks.append(
                .trouble(
                    "\(lineage.name): the last renewal failed: \(failure.words)",
                    next: "certbot renew --cert-name \(lineage.name.shellWord) --dry-run"))
        }
        if isOverdue(lineage), let due = lineage.renewsAt {
            remarks.append(
                .trouble(
                    "\(lineage.name): it should have been renewed at \(due) and was not",
                    next: "certbot renew --cert-name \(lineage.name.shellWord)"))
        }
        if !lineage.isRenewed {
            remarks.append(.careful("\(lineage.name): autorenew is off in its renewal configuration"))
        }
        if lineage.isBehindArchive {
            remarks.append(
                .trouble(
                    "\(lineage.name): live points at an older certificate than the newest in archive",
                    next: "certbot update_symlinks"))
        }
        if lineage.holding?.keyMatches == false {
            remarks.append(.trouble("\(lineage.name): privkey.pem is not the key of the certificate"))
        }
        return remarks.isEmpty ? [fine(lineage)] : remarks
    }

    private func fine(_ lineage: CertbotLineage) -> Remark {
        guard let end = lineage.holding?.leaf?.notAfter, let due = lineage.renewsAt else {
            return .careful("\(lineage.name): holds no certificate with a date")
        }
        return .fine(
            "\(lineage.name): valid for another \(Units.seconds(end.seconds(since: now))), is renewed from \(due) on")
    }

    private var logRemarks: [Remark] {
        switch log {
        case .unread(let reason): return [.careful("\(folders.log): \(reason): how the last run ended is unknown")]
        case .read(let log, let changed):
            let hooks = log.hooks.map {
                Remark.trouble("a hook failed, so that the server may not have loaded it: \($0)")
            }
            guard let changed, now.secondsSinceEpoch - changed > 2 * 86_400 else { return hooks + last(log) }
            let length = Units.seconds(now.secondsSinceEpoch - changed)
            return hooks + [
                .trouble(
                    "certbot has not run for \(length); it should twice a day",
                    next: "systemctl list-timers 'certbot*'", "certbot renew")
            ]
        }
    }

    private func last(_ log: CertbotLog) -> [Remark] {
        log.began.map {
            [.fine("its last run began at \($0) (local time)" + (log.failures.isEmpty ? ", without a failure" : ""))]
        }
            ?? []
    }

    private var timerRemarks: [Remark] {
        guard timers.isEmpty, !lineages.isEmpty else { return [] }
        return [
            .careful(
                "nothing on this machine starts certbot: no systemd timer, no /etc/cron.d/certbot (a container may have its own)"
            )
        ]
    }
}
