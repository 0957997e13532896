import Diagnostics

/// Whose connection is going to be closed, and whose not, with why. Pure.
struct KillPlan: Sendable {
    private(set) var deeds: [Deed] = []
    private(set) var notes: [String] = []
    private var planned: [(index: Int, client: ClientEntry)] = []
    private let writing: RemedyCommand
    private let isNamed: Bool
    private let idleLongerThan: Duration?

    /// - Parameter own: our own connection's id; nil before 5.0, where CLIENT ID does not exist, and SKIPME has to do.
    init(_ choice: KillClientsRun.Choice, _ clients: [ClientEntry], own: Int64?, writing: RemedyCommand) {
        self.writing = writing
        switch choice {
        case .named(let references):
            (isNamed, idleLongerThan) = (true, nil)
            name(references, clients, own)
        case .matching(let filter):
            (isNamed, idleLongerThan) = (false, filter.idleLongerThan)
            choose(filter, clients, own)
        }
        if !planned.isEmpty {
            notes.append("a client that is made well connects again; one from a pool may see an error first")
        } else if deeds.allSatisfy({ !$0.outcome.leavesWork }) {
            notes.append("nothing to do: no client that may be closed matches")
        }
    }

    /// What closes all that is planned; nil when there is nobody.
    var command: String? {
        guard !planned.isEmpty else { return nil }
        guard isNamed else { return writing.doingWhole() }
        return writing.doing(["redis", "kill-client"] + planned.map { "\($0.client.reference)" })
    }

    // MARK: Whom

    private mutating func name(_ references: [ClientReference], _ clients: [ClientEntry], _ own: Int64?) {
        for reference in references {
            let found = clients.filter(reference.matches)
            if found.isEmpty { deeds.append(absent(reference, clients)) }
            for client in found {
                if client.id == own {
                    deeds.append(client.deed(.refused, "this is diag's own connection"))
                } else {
                    plan(client)
                }
            }
        }
    }

    private func absent(_ reference: ClientReference, _ clients: [ClientEntry]) -> Deed {
        let other = clients.first { $0.id == reference.id }
        return Deed(
            act: "kill-client", subject: "\(reference)", name: "client \(reference)",
            outcome: other == nil ? .absent : .refused,
            reason: other.map {
                "the id belongs to another client by now, from \($0.address): the server has restarted"
            }
                ?? "no client is connected that is called so")
    }

    private mutating func choose(_ filter: ClientFilter, _ clients: [ClientEntry], _ own: Int64?) {
        let matching = clients.filter { $0.id != own && filter.matches($0) }
            .sorted { ($0.idle ?? 0, $1.id) > ($1.idle ?? 0, $0.id) }
        let spared = matching.filter { ClientFilter.purpose(of: $0) != nil }
        let others = matching.filter { ClientFilter.purpose(of: $0) == nil }
        for client in others.prefix(filter.limit ?? .max) { plan(client) }
        for client in spared {
            deeds.append(client.deed(.spared, ClientFilter.purpose(of: client).map { $0 + ": only by its id" }))
        }
        let beyond = others.count - (filter.limit ?? .max)
        if beyond > 0 { notes.append("\(beyond) more match, beyond --limit") }
    }

    private mutating func plan(_ client: ClientEntry) {
        planned.append((deeds.count, client))
        deeds.append(client.deed(.planned))
    }
}

// MARK: - Doing it

extension KillPlan {
    /// Who was chosen for being idle may have done something since.
    var looksAgain: Bool { idleLongerThan != nil && !planned.isEmpty }

    mutating func leaveOutWhoIsNotIdle(_ clients: [ClientEntry]) {
        guard let idleLongerThan else { return }
        let now = Dictionary(clients.map { ($0.id, $0) }) { first, _ in first }
        for (index, client) in planned where (now[client.id]?.idle).map({ $0 <= idleLongerThan.seconds }) ?? false {
            deeds[index] = client.deed(.absent, "it has done something since it was read")
        }
        planned.removeAll { deeds[$0.index].outcome == .absent }
    }

    var commands: [RedisCommand] { planned.map(\.client.killing) }

    /// - Parameter replies: one for each command; nil where none came.
    mutating func settle(_ replies: [RESPValue?], _ interruption: ProbeError?) {
        for (one, reply) in zip(planned, replies) { deeds[one.index] = one.client.deed(after: reply, interruption) }
    }
}
