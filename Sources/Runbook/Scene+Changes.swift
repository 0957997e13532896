import Diagnostics

extension Scene {
    /// For each thing that the labels outside of `watching` name: whether those in `watching` say that it is another one than at
    /// the previous reading.
    func changes(of series: Series, watching: [String]) throws(Unknown) -> [Element] {
        guard keepsHistory else { throw Unknown(.needsHistory, "needs a second sweep, and no history is kept") }
        let earlier = earlier(series.metric).map { key, readings in (key.labels, readings[readings.count - 1].time) }
        return try samples(of: series).map { sample in
            let thing = sample.labels.dropping(watching)
            let before = earlier.filter { $0.0.dropping(watching) == thing }.max { $0.1 < $1.1 }?.0
            return Element(thing, now: Appearance(sample.labels), before: before.map(Appearance.init))
        }
    }
}

extension Scene {
    /// A change with what the probe says of the new one, as long as the change is told.
    ///
    /// - Parameter fact: the id of the evidence, but for the thing's name behind it.
    func explained(_ element: Element, by fact: String) -> Element {
        guard let thing = element.labels.first?.value else { return element }
        var explained = element
        explained.present = observation.evidence.first { $0.id == "\(fact).\(thing)" }?.sentence
        return explained
    }
}

extension Element {
    fileprivate init(_ labels: Labels, now: Appearance, before: Appearance?) {
        guard let before else {
            self.init(labels: labels, value: 0, note: "first sight: \(now.address)")
            return
        }
        let change = now.change(from: before)
        self.init(labels: labels, value: change == nil ? 0 : 1, note: change ?? now.address)
    }
}

/// How a Redis master appears to a Sentinel.
private struct Appearance {
    let address: String
    let runID: String
    let epoch: Int64?

    init(_ labels: Labels) {
        address = labels["address"] ?? ""
        runID = labels["run_id"] ?? ""
        epoch = labels["config_epoch"].flatMap { Int64($0) }
    }

    /// What has changed, in words; nil when it is the same master, be it under another spelling of its address.
    ///
    /// The run id decides, because a hostname one time and an address the next are no change. Sentinel knows it only
    /// after the first INFO of a new master; until then epoch and address tell.
    func change(from before: Appearance) -> String? {
        let isLater = (epoch ?? 0) > (before.epoch ?? 0)
        let epochs = isLater ? " (config epoch \(before.epoch ?? 0) → \(epoch ?? 0))" : ""
        if runID.isEmpty || before.runID.isEmpty {
            return isLater || moved(from: before) ? "\(before.address) → \(address)\(epochs)" : nil
        }
        if runID == before.runID { return isLater ? "failed over and back to \(address)\(epochs)" : nil }
        if moved(from: before) || isLater { return "\(before.address) → \(address)\(epochs)" }
        return "the master at \(address) was restarted: another run id, no failover"
    }

    /// Whether the addresses name two places. A hostname and a number may be the same one.
    private func moved(from before: Appearance) -> Bool {
        address != before.address && Self.isNumeric(address) == Self.isNumeric(before.address)
    }

    private static func isNumeric(_ address: String) -> Bool {
        let isIPv6 = address.filter { $0 == ":" }.count > 1
        return isIPv6 || address.allSatisfy { "0123456789.:".contains($0) }
    }
}
