import Diagnostics

extension Deployment {
    /// `Redis 7.0.15, master`, `Redis 7.0.15, cluster of 3 masters`.
    var inWords: String {
        let software = info.server.software
        if isCluster { return "\(software), cluster of \(Count.of(masters.count, "master"))" }
        return [software, info.replication.roleInWords].compactMap { $0 }.joined(separator: ", ")
    }

    /// Those to change something on.
    ///
    /// - Throws: `.misconfigured` where a replica was named, with its master's address.
    func writable() throws(ProbeError) -> [Node] {
        guard !isCluster, named.role == .replica else { return masters }
        let master = masters.first.map { "\($0)" }
        throw ProbeError(
            .misconfigured, step: "find the master",
            message:
                "\(named) is a replica\(master.map { " of \($0)" } ?? ""): what is changed here is refused, or lost",
            advice: master.map { "name the master instead: \($0)" })
    }
}
