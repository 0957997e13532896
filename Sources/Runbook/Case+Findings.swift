import Diagnostics

extension Case {
    /// One finding for all that is fine: that which is nearest to its threshold.
    func worst(of elements: [Element], amongAll: Bool) -> Finding? {
        guard let worst = elements.max(by: condition.isFurther) else {
            return amongAll ? make(.ok, [:], "nothing there to judge", nil, nil) : nil
        }
        let others = elements.count - 1
        let more =
            others == 0 ? "" : amongAll ? ", worst of \(elements.count)" : ", worst of the other \(elements.count)"
        return make(.ok, worst.labels, condition.sentence(worst) + more, worst.value, nil)
    }

    /// - Parameter holds: whether the condition holds in this very sweep.
    func finding(_ element: Element, _ summary: String, _ state: AlertState, holds: Bool) -> Finding {
        let (labels, value) = (element.labels, element.value)
        return switch state.phase {
        case .firing where !holds: kept(element, state)
        case .firing: make(.firing, labels, summary, value, state)
        case .pending: make(.pending, labels, "\(summary); \(waiting(state))", value, state)
        case .inactive, .resolved: make(.ok, labels, summary, value, state)
        }
    }

    /// How much longer it must hold, or why it never will fire.
    private func waiting(_ state: AlertState) -> String {
        let needed = "must hold \(Units.seconds(alert.holdFor.seconds))"
        guard states.of(key) != nil, let began = state.began else { return needed + "; no history" }
        return needed + ", has held \(Units.seconds(scene.now.seconds(since: began)))"
    }

    /// Kept firing after the condition last held.
    private func kept(_ element: Element, _ state: AlertState) -> Finding {
        let held = state.held
        let until = held.map { $0.time + timing.keepFiringFor }
        let past =
            (held?.summary ?? condition.sentence(element))
            + "; last so at \(held?.time ?? scene.now), kept until \(until ?? scene.now)"
            + (element.present.map { "; now: \($0)" } ?? "")
        return make(.firing, element.labels, past, held?.value, state)
    }

    /// What fired goes on firing while nobody can tell; anything else is unknown.
    func unreadable(_ reason: Unknown, _ labels: Labels, _ state: AlertState) -> Finding {
        guard state.phase == .firing, let held = state.held else {
            return make(.unknown, labels, reason.reason, nil, nil)
        }
        let summary = "\(held.summary); last seen at \(held.time), unknown since: \(reason.reason)"
        return make(.firing, labels, summary, held.value, state)
    }

    func held(_ summary: String, _ value: Double?) -> AlertState.Held {
        let evidence = alert.evidence(in: scene.observation)
        return AlertState.Held(
            time: scene.now, summary: summary, value: value, threshold: condition.threshold,
            cause: Cause.seen(of: alert.name, in: evidence),
            evidence: evidence.prefix(10).flatMap(\.plainLines).prefix(Self.rememberedLines).map { $0.cut(to: 300) })
    }

    /// A lock graph can be long, and all of this is written at each sweep.
    private static let rememberedLines = 40

    func make(
        _ verdict: Verdict, _ labels: Labels, _ summary: String, _ value: Double?, _ state: AlertState?
    ) -> Finding {
        let isLive = state?.phase == .pending || state?.phase == .firing
        let isTroubled = verdict != .ok
        return Finding(
            alert: alert.name, severity: alert.severity, category: alert.category, title: alert.title, target: target,
            source: condition.source, labels: labels, verdict: verdict, since: isLive ? state?.since : nil,
            began: isLive ? state?.began : nil, resolved: state.flatMap { $0.recentlyResolved(scene.now) },
            flaps: state?.flaps ?? 0, dips: isLive ? state?.life.dips ?? 0 : 0,
            acknowledgement: isLive ? state?.life.acknowledgement : nil, summary: summary, value: value,
            threshold: condition.threshold, comparison: condition.comparison, unit: condition.unit,
            evidence: isTroubled ? alert.evidence(in: scene.observation) + remembered(state) : [],
            nextSteps: isTroubled ? nextSteps(labels) : [], extraLabels: alert.labels)
    }

    private func nextSteps(_ labels: Labels) -> [NextStep] {
        alert.nextSteps.filter { $0.applies(to: target) }.map(Placeholders(target, labels).in)
    }

    /// The evidence of when the condition last held, where that was not now.
    private func remembered(_ state: AlertState?) -> [Evidence] {
        guard let state, state.phase == .firing, let held = state.held, held.time < scene.now, !held.evidence.isEmpty
        else { return [] }
        let lines = held.evidence.map { Branch($0) }
        return [Evidence(id: "alert.held", title: "As it was at \(held.time)", .tree(lines))]
    }
}

extension String {
    /// At most so many characters; an ellipsis stands for the rest.
    fileprivate func cut(to length: Int) -> String { count <= length ? self : prefix(length - 1) + "…" }
}
