import Diagnostics

/// Samples and evidence about filesystems. Pure.
struct FilesystemReport {
    let answers: [FilesystemSurvey.Answer]

    /// The share that is used of the fullest; zero where none answered.
    var fullest: Double { answers.compactMap { (try? $0.result.get())?.usedRatio }.max() ?? 0 }

    func write(to content: inout Observation.Content) {
        var rows: [(ratio: Double, cells: [Cell])] = []
        for (mount, result) in answers {
            switch result {
            case .success(let usage):
                guard let used = usage.usedRatio else { continue }
                add(mount, usage, used, to: &content)
                rows.append((used, cells(mount, usage, used)))
            case .failure(let error):
                content.problems.append(error)
                content.gaps.append(Gap(HostMetrics.filesystemUsed, error.description))
            }
        }
        if answers.isEmpty {
            content.gaps.append(Gap(HostMetrics.filesystemUsed, "no filesystem is mounted that could fill up"))
        }
        rows.sort { $0.ratio > $1.ratio }
        content.evidence.append(
            .table(
                "host.filesystems", "Filesystems, the fullest first",
                columns: ["mountpoint", "device", "fstype", "size", "available", "used_ratio", "inodes_used_ratio"],
                rows: rows.map(\.cells)))
    }

    private func add(
        _ mount: Mount, _ usage: FilesystemUsage, _ used: Double, to content: inout Observation.Content
    ) {
        let labels: Labels = ["mountpoint": mount.mountpoint, "device": mount.source, "fstype": mount.type]
        content.add(HostMetrics.filesystemUsed, used, labels: labels)
        content.add(HostMetrics.filesystemAvailable, Double(usage.availableBytes), labels: labels)
        if let inodes = usage.inodesUsedRatio { content.add(HostMetrics.filesystemInodesUsed, inodes, labels: labels) }
    }

    private func cells(_ mount: Mount, _ usage: FilesystemUsage, _ used: Double) -> [Cell] {
        [
            .text(mount.mountpoint), .text(mount.source), .text(mount.type), .bytes(usage.size),
            .bytes(usage.availableBytes), .ratio(used), usage.inodesUsedRatio.map(Cell.ratio) ?? .none,
        ]
    }
}
