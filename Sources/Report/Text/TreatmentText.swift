import Diagnostics

extension TreatmentReport {
    /// For a person: who did what to whom and where, or what would be done and how to have it done.
    public func text(layout: TextLayout) -> String {
        TreatmentText(report: self, layout: layout).rendered()
    }
}

private struct TreatmentText {
    let report: TreatmentReport
    let layout: TextLayout

    /// More sessions than these are a table.
    private static let mostBlocks = 8

    func rendered() -> String {
        let blocks = [title + failure] + deeds + [notes, closing]
        return blocks.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
    }

    private var treatment: Treatment { report.treatment }
    private var ink: Ink { layout.ink }

    private var title: [String] {
        let who = [treatment.content.server, treatment.content.role.map { "as \(words.account) \($0)" }].compactMap {
            $0
        }
        let head = "\(treatment.remedy) at \(treatment.target.kind.rawValue) \(layout.name(treatment.target))"
        return [ink.bold(head) + ink.faint(who.isEmpty ? "" : "  " + terminalSafe(who.joined(separator: ", ")))]
    }

    private var failure: [String] {
        guard let failure = treatment.content.failure else { return [] }
        return [ink.red("FAILED  ") + terminalSafe(failure.description)]
            + (failure.advice.map { ["        → " + terminalSafe($0)] } ?? []) + ["Nothing was done."]
    }

    private var deeds: [[String]] {
        let deeds = treatment.content.deeds
        guard deeds.count > Self.mostBlocks else { return deeds.map(block) }
        return Deed.Outcome.allCases.compactMap { outcome in
            let some = deeds.filter { $0.outcome == outcome }
            return some.isEmpty ? nil : some.count <= Self.mostBlocks ? some.flatMap(block) : table(outcome, some)
        }
    }

    private var notes: [String] {
        treatment.content.notes.flatMap { note in
            // A command in a note must stay whole to be copied.
            note.contains("diag \(words.command) ")
                ? [terminalSafe("note: " + note)] : wrapped("note: " + terminalSafe(note), to: width)
        }.map(ink.faint)
    }

    private var width: Int { min(layout.width, 110) }

    /// What each kind of server calls a user and the name of a connection, and `diag` its commands.
    private var words: (account: String, client: String, command: String) {
        treatment.target.kind == .redis ? ("user", "client name", "redis") : ("role", "application_name", "pg")
    }
}

// MARK: - One session

extension TreatmentText {
    private func block(_ deed: Deed) -> [String] {
        let head = paint(deed.outcome, word(deed).padded(to: 17)) + ink.bold(terminalSafe(deed.name))
        let reason = deed.reason.map { wrapped(terminalSafe($0), to: width - 4, indent: "") } ?? []
        let details = deed.details.map { terminalSafe($0).cut(to: layout.width - 4) }
        let warnings = deed.warnings.flatMap { wrapped("careful: " + terminalSafe($0), to: width - 4) }
        return [head] + (details + reason).map { "    " + $0 } + warnings.map { "    " + ink.yellow($0) }
            + suggestion(deed)
    }

    /// What is planned has its command below all of them.
    private func suggestion(_ deed: Deed) -> [String] {
        guard deed.outcome != .planned, let command = deed.command else { return [] }
        return ["    → " + terminalSafe(command)]
    }

    private func word(_ deed: Deed) -> String {
        switch deed.outcome {
        case .planned: "would \(verb(deed).present)"
        case .done: verb(deed).past
        case .unconfirmed: Self.inPieces.contains(deed.act) ? "not all of it" : "not ended yet"
        case .absent: "nothing to do"
        case .spared: "spared"
        case .refused: "refused"
        case .failed: "failed"
        case .manual: "by hand"
        }
    }

    /// Deeds that consist of many small ones.
    private static let inPieces: Set = ["purge", "expire"]

    private func verb(_ deed: Deed) -> (present: String, past: String) {
        switch deed.act {
        case "cancel": ("cancel", "cancelled")
        case "purge": ("delete", "deleted")
        case "expire": ("set TTL of", "set TTL of")
        case "kill-client": ("close", "closed")
        case "flushdb": ("empty", "emptied")
        default: (deed.act, deed.act + "d")
        }
    }

    private func paint(_ outcome: Deed.Outcome, _ text: String) -> String {
        switch outcome {
        case .planned: ink.yellow(text)
        case .done: ink.green(text)
        case .unconfirmed, .failed: ink.red(text)
        case .refused, .manual: ink.magenta(text)
        case .absent, .spared: ink.faint(text)
        }
    }
}

// MARK: - Many sessions

extension TreatmentText {
    private func table(_ outcome: Deed.Outcome, _ deeds: [Deed]) -> [String] {
        let names = deeds.reduce(into: [String]()) { names, deed in
            for fact in deed.before where !names.contains(fact.name) { names.append(fact.name) }
        }
        let rows = deeds.map { deed in
            let values = Dictionary(deed.before.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
            return names.map { values[$0] ?? .none } + [deed.reason.map(Cell.text) ?? .none]
        }
        let title = deeds.first.map { word($0) + " (\(deeds.count))" } ?? ""
        let evidence = Evidence.table(
            "", title, columns: names.map { .init($0) } + [Table.Column("reason")], rows: rows)
        return EvidenceText(ink: ink, width: layout.width, limit: layout.rows).lines(evidence)
    }
}

// MARK: - The end

extension TreatmentText {
    private var closing: [String] {
        guard treatment.content.failure == nil else { return [] }
        guard treatment.mode == .shown else { return [audit] }
        guard let command = treatment.content.command else { return ["Nothing was done."] }
        return ["Nothing was done. To do it:", "    " + ink.bold(terminalSafe(command))]
    }

    /// One line for a log: when, who, as whom, where, what, to whom.
    private var audit: String {
        let deeds = treatment.content.deeds
        let done = deeds.filter { $0.outcome == .done || $0.outcome == .unconfirmed }
        let whom = done.isEmpty ? "nobody" : done.map { $0.subject }.joined(separator: " ")
        let role = treatment.content.role.map { " as \($0)" } ?? ""
        return terminalSafe(
            "\(treatment.started) \(report.operator)\(role) (\(words.client) diag) \(treatment.remedy) on "
                + "\(treatment.target.name) (\(treatment.target.address)): \(whom)")
    }
}
