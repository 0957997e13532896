import Diagnostics

extension MasterWalk.Outcome {
    /// What was done, or would be, for people and programs.
    func deed(_ deed: KeyDeed, _ filter: KeyFilter, _ mode: Treatment.Mode) -> Deed {
        Deed(
            act: deed.name, subject: subject(mode == .done ? tally.done : tally.matched, filter),
            name: subject(tally.matched, filter), outcome: outcome(mode), reason: reason(deed, mode), details: details,
            before: before, after: mode == .done ? after : nil, command: error?.advice)
    }

    /// `1200 keys (session:*) in db0 at 10.0.0.5:6379`.
    private func subject(_ count: Int64, _ filter: KeyFilter) -> String {
        let names = databases.map { "db\($0)" }.joined(separator: ", ")
        return "\(Count.of(count, "key")) (\(filter.words)) in \(names) at \(node)"
    }

    private func outcome(_ mode: Treatment.Mode) -> Deed.Outcome {
        switch (error == nil, mode) {
        case (false, .done) where tally.done > 0: .unconfirmed
        case (false, _): .failed
        case (true, _) where tally.matched == 0: .absent
        case (true, .shown): .planned
        case (true, .done): .done
        }
    }

    private func reason(_ deed: KeyDeed, _ mode: Treatment.Mode) -> String? {
        let done = "\(tally.done) \(deed.past)"
        switch (error, mode) {
        case (let error?, .done): return "stopped: \(error); \(done) until then" + memory
        case (let error?, .shown): return "stopped: \(error); \(tally.matched) seen until then"
        case (nil, .shown): return nil
        case (nil, .done):
            let gone = tally.gone > 0 ? ", \(tally.gone) had gone by themselves" : ""
            return done + gone + memory
        }
    }

    private var memory: String {
        guard let memoryBefore, let memoryAfter else { return "" }
        return "; used memory \(Units.bytes(memoryBefore)) before, \(Units.bytes(memoryAfter)) now"
    }

    private var details: [String] {
        let examples = tally.examples.map(\.description).joined(separator: ", ")
        return [
            tally.memory.map { "\(tally.isExact ? "" : "about ")\(Units.bytes($0)) of memory" },
            tally.spared > 0 ? "\(tally.spared) more have a TTL, which they keep" : nil,
            tally.matched > 0 ? "such as \(examples)" : nil,
        ].compactMap { $0 }
    }

    private var before: [Deed.Fact] {
        [
            .init("server", .text("\(node)")),
            .init("databases", .text(databases.map(String.init).joined(separator: ","))),
            .init("matched", .integer(tally.matched)), .init("memory", Cell(bytes: tally.memory)),
            .init("spared", .integer(tally.spared)), .init("used_memory", Cell(bytes: memoryBefore)),
        ]
    }

    private var after: [Deed.Fact] {
        [
            .init("done", .integer(tally.done)), .init("gone", .integer(tally.gone)),
            .init("moved", .integer(tally.moved)), .init("used_memory", Cell(bytes: memoryAfter)),
        ]
    }
}
