import Diagnostics
import Network

/// Looks at a host: CPU, memory, filesystems.
///
/// Evidence: `host.cpu`, `host.memory`, `host.pressure`, `host.filesystems`, `host.processes.cpu` and
/// `host.processes.memory` (when asked for, or under strain), `host.network.…`, `host.folders` and `host.files` (when asked for and a
/// filesystem is rather full).
public struct HostProbe: Probe {
    public let target: Target
    public let settings: HostSettings
    private let files: HostFiles
    let filesystems: any FilesystemReader

    private static let threads = BlockingThreads(name: "diag-host", limit: 4)

    public init(target: Target, settings: HostSettings = HostSettings()) {
        self.init(target: target, settings: settings, filesystems: nil)
    }

    /// Without `filesystems` the host's own are asked.
    init(target: Target, settings: HostSettings, filesystems: (any FilesystemReader)?) {
        self.target = target
        self.settings = settings
        files = HostFiles(root: settings.root)
        self.filesystems = filesystems ?? RecordedFilesystems(files) ?? SystemFilesystems(files: files)
    }

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
        let files = files
        let reading = try await run("read /proc", deadline) { HostReading.take(files) }
        guard reading.times != nil || reading.memory != nil else {
            throw ProbeError(
                .local, step: "read /proc", message: "neither \(files.path("/proc/stat")) nor meminfo can be read",
                advice: "is /proc mounted, and is the root in the settings right?")
        }
        async let answers = FilesystemSurvey(reader: filesystems, timeout: settings.filesystemTimeout)
            .take(reading.mounts.worthMeasuring(ignoring: settings.ignoredMountpoints), until: deadline)
        let wantsProcesses = settings.topProcesses > 0 || reading.isUnderStrain
        let before = settings.cpuSample == nil || !wantsProcesses ? nil : try? await processes(deadline)
        let later = await sample(deadline)
        HostReport(reading: reading, later: later).write(to: &content)
        let filesystems = FilesystemReport(answers: await answers)
        filesystems.write(to: &content)
        if wantsProcesses, let table = try? await processes(deadline) {
            content.evidence += table.evidence(max(5, settings.topProcesses), since: before)
        }
        if settings.measuresFolders, filesystems.fullest >= HostSettings.fullEnoughToMeasure {
            content.evidence += await largestFolders(deadline)?.evidence ?? []
        }
    }

    /// A second reading after the time that the settings ask for; nil where they don't or the deadline is too near.
    private func sample(_ deadline: Deadline) async -> HostReading? {
        guard let length = settings.cpuSample, length < deadline.remaining else { return nil }
        let files = files
        try? await Reactor.shared.sleep(until: .after(length))
        return try? await run("read /proc", deadline) { HostReading.take(files) }
    }

    private func processes(_ deadline: Deadline) async throws(ProbeError) -> ProcessTable {
        let files = files
        return try await run("list processes", deadline) { ProcessTable.read(files) }
    }

    private func largestFolders(_ deadline: Deadline) async -> LargestFolders? {
        let files = files
        // A little less than there is, so that what was found by then still gets out.
        let end = Deadline.after(min(deadline.remaining * 0.8, .seconds(5)))
        return try? await run("measure folders", deadline) { LargestFolders.find(files, until: end) }
    }

    private func run<Value: Sendable>(
        _ step: String, _ deadline: Deadline, _ body: @escaping @Sendable () -> Value
    ) async throws(ProbeError) -> Value {
        try await Self.threads.run(step, until: deadline, body)
    }
}
