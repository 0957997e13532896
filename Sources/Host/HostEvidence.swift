import Diagnostics

extension ProcessTable {
    func evidence(_ count: Int, since earlier: ProcessTable?) -> [Evidence] {
        let title = earlier == nil ? "Processes by CPU since each started" : "Processes by CPU just now"
        let byProcessor = topByProcessor(count, since: earlier).map { entry, share in
            [.ratio(share), .seconds(entry.cpu)] + entry.cells
        }
        let byMemory = topByMemory(count).map { [.bytes($0.residentBytes)] + $0.cells }
        return [
            .table(
                "host.processes.cpu", title, columns: ["processor", "cpu_time", "pid", "state", "command"],
                rows: byProcessor),
            .table(
                "host.processes.memory", "Processes by memory", columns: ["resident", "pid", "state", "command"],
                rows: byMemory),
        ]
    }
}

extension ProcessEntry {
    fileprivate var cells: [Cell] { [.integer(Int64(pid)), .text(state), .text(command)] }
}

extension LargestFolders {
    var evidence: [Evidence] {
        let note = isComplete ? "" : " (not all could be read in time: at least)"
        return [
            .table(
                "host.folders", "Largest folders" + note, columns: ["path", "size", "files"],
                rows: folders.prefix(15).map { [.text($0.path), .bytes($0.bytes), .integer(Int64($0.files))] }),
            .table(
                "host.files", "Files of 100 MiB and more" + note, columns: ["path", "size"],
                rows: files.prefix(15).map { [.text($0.path), .bytes($0.bytes)] }),
        ]
    }
}
