import Diagnostics

extension KeyspaceEstimate {
    /// Evidence: `redis.keys.sample`, then types, patterns and prefixes under the ids that they have in a whole scan.
    func evidence(_ limit: Int) -> [Evidence] {
        var evidence = [
            Evidence.fact("redis.keys.sample", "Estimate", sentence),
            Self.table("redis.keys.types", "Types, estimated", "type", types),
        ]
        if !patterns.isEmpty {
            evidence.append(Self.table("redis.keys.patterns", "Patterns, estimated", "pattern", patterns))
        }
        evidence.append(
            Self.table("redis.keys.prefixes", "Prefixes, estimated", "prefix", Array(prefixes.prefix(limit))))
        return evidence
    }

    /// Whoever is not in a sample may still be there: at this rate three unseen ones are what one would expect at most.
    private var sentence: String {
        let share = keysTotal > 0 ? min(1, Double(sampled) / Double(keysTotal)) : 1
        let memory = "\(Units.bytes(Int64(all.memory.value))) ± \(Units.bytes(Int64(all.memory.error)))"
        guard share < 1 else { return "the sample is all that there is: \(memory) in \(sampled) keys" }
        let unseen = Int64((3 / share).rounded(.up))
        return
            "all keys take \(memory) (95 % confidence, by how much the sample's pieces differ); a single large key is seen "
            + "with a probability of \(Units.ratio(share)), and what is not seen at all may have up to \(unseen) keys"
    }

    private static func table(_ id: String, _ title: String, _ first: Table.Column, _ groups: [Group]) -> Evidence {
        let rows = groups.map { group -> [Cell] in
            [
                .text(group.name.isEmpty ? "(no prefix)" : group.name),
                .integer(Int64(group.keys.value.rounded())), .integer(Int64(group.keys.error.rounded())),
                .bytes(Int64(group.memory.value)), .bytes(Int64(group.memory.error)),
                group.withoutExpiry.map(Cell.ratio) ?? .none, .integer(Int64(group.sampled)),
            ]
        }
        return .table(
            id, title, columns: [first, "keys", "± keys", "memory", "± memory", "without expiry", "sampled"], rows: rows
        )
    }
}
