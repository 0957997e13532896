import Diagnostics

/// One condition held against one target.
struct Case {
    /// A finding and, where it is unknown, why: that decides whether another source can stand in for it.
    struct Judged {
        let finding: Finding
        let cause: Unknown.Cause?
        let kind: Target.Kind
    }

    struct Outcome {
        var findings: [Judged] = []
        var states: [AlertState.Key: AlertState] = [:]

        mutating func merge(_ other: Outcome) {
            findings += other.findings
            states.merge(other.states) { $1 }
        }
    }

    let alert: Alert
    let condition: Condition
    let scene: Scene
    let states: StatesByCase

    private var target: Target { scene.observation.target }
    private var timing: Timing { Timing(holdFor: alert.holdFor, keepFiringFor: alert.keepFiringFor) }
    private var key: AlertState.Key {
        .init(alert: alert.name, target: TargetID(target), source: condition.source, labels: [:])
    }

    /// nil when there is nothing to say: the target does not tell of it and need not.
    func outcome() -> Outcome? {
        do {
            let elements = try condition.expression.evaluate(in: scene)
            return judged(try enough(elements).map(explained))
        } catch {
            return isSilent(error) ? nil : unknown(error)
        }
    }

    /// Whether it means nothing that there is no value. A probe that failed names in its gaps what it would have measured,
    /// where that depends on its settings.
    private func isSilent(_ reason: Unknown) -> Bool {
        let gaps = scene.observation.gaps.map(\.metric)
        guard !gaps.contains(where: condition.expression.metrics.contains) else { return false }
        return switch condition.presence {
        case .required: false
        case .optional: reason.cause == .notServed || (reason.cause == .failed && !gaps.isEmpty)
        case .incidental: reason.cause == .notServed || reason.cause == .failed
        }
    }

    /// The elements, without their values when fewer requests came than are to be judged.
    private func enough(_ elements: [Element]) throws(Unknown) -> [Element] {
        guard let minimum = alert.minimumRequests, let volume = condition.volume else { return elements }
        let seen = try volume.evaluate(in: scene).first
        guard let count = seen?.atMost ?? seen?.value, count < minimum else { return elements }
        let note = "\(Unit.shortest(count)) requests, fewer than the \(Unit.shortest(minimum)) that are judged"
        return elements.map { Element(labels: $0.labels, value: nil, note: note) }
    }

    /// A plain "no" with the first fact that the probe has about it.
    private func explained(_ element: Element) -> Element {
        guard case .state = condition.unit, element.note == nil, condition.judge(element) == .holds else {
            return element
        }
        var explained = element
        explained.note = alert.evidence(in: scene.observation).lazy.compactMap(\.sentence).first
        return explained
    }

    /// Why some of the series are missing while others were measured: one standby of two, one file system that hangs.
    private var partialGap: Unknown? {
        guard case .latest(let series) = condition.expression else { return nil }
        let reasons = scene.observation.gaps.filter { $0.metric == series.metric }.map(\.reason)
        return reasons.isEmpty ? nil : Unknown(.notServed, reasons.joined(separator: "; "))
    }

    private func judged(_ elements: [Element]) -> Outcome {
        var outcome = Outcome()
        var fine: [(Element, AlertState?)] = []
        for element in elements {
            let (finding, state, cause) = judged(element)
            if states.of(key) != nil { outcome.states[key.with(element.labels)] = state }
            if finding.verdict == .ok, finding.resolved == nil {
                fine.append((element, state))
            } else {
                outcome.findings.append(Judged(finding: finding, cause: cause, kind: condition.kind))
            }
        }
        if let gap = partialGap {
            outcome.merge(unknown(gap, except: Set(elements.map(\.labels))))
        } else {
            endVanished(elements, &outcome)
        }
        if let worst = worst(of: fine.map(\.0), amongAll: outcome.findings.isEmpty) {
            outcome.findings.append(Judged(finding: worst, cause: nil, kind: condition.kind))
        }
        return outcome
    }

    private func judged(_ element: Element) -> (Finding, AlertState, Unknown.Cause?) {
        let judgement = condition.judge(element)
        let earlier = states.of(key)?[element.labels]
        let summary = condition.sentence(element)
        let evaluation: Evaluation =
            switch judgement {
            case .holds: .holds(held(summary, element.value), since: element.since ?? scene.now)
            case .fine: .doesNotHold
            case .undecided: .unknown
            }
        let state = AlertState.next(after: earlier, evaluation, timing, now: scene.now)
        switch judgement {
        case .undecided:
            let reason = Unknown(.undecided, condition.doubt(element))
            return (unreadable(reason, element.labels, state), state, .undecided)
        case .holds, .fine:
            return (finding(element, summary, state, holds: judgement == .holds), state, nil)
        }
    }

    /// What was firing of something that the target no longer tells of has ended with it, as in Prometheus.
    private func endVanished(_ elements: [Element], _ outcome: inout Outcome) {
        let present = Set(elements.map(\.labels))
        for (labels, earlier) in states.of(key) ?? [:] where !present.contains(labels) {
            let state = AlertState.next(after: earlier, .doesNotHold, timing, now: scene.now)
            outcome.states[key.with(labels)] = state
            let gone = Element(labels: labels, value: nil, note: "no longer there")
            let finding = finding(gone, condition.sentence(gone), state, holds: false)
            guard finding.verdict != .ok || finding.resolved != nil else { continue }
            outcome.findings.append(Judged(finding: finding, cause: nil, kind: condition.kind))
        }
    }

    /// One finding for all that is fine: that which is nearest to its threshold.
    private func worst(of elements: [Element], amongAll: Bool) -> Finding? {
        guard let worst = elements.max(by: condition.isFurther) else {
            return amongAll ? finding(Element(value: nil, note: "nothing there to judge"), nil, holds: false) : nil
        }
        let others = elements.count - 1
        let more =
            others == 0 ? "" : amongAll ? ", worst of \(elements.count)" : ", worst of the other \(elements.count)"
        return finding(worst, condition.sentence(worst) + more, nil, holds: false)
    }

    private func finding(_ element: Element, _ nothing: String?, holds: Bool) -> Finding {
        finding(element, nothing ?? condition.sentence(element), nil, holds: holds)
    }

    private func finding(_ element: Element, _ summary: String, _ state: AlertState?, holds: Bool) -> Finding {
        switch state?.phase {
        case .firing where !holds: return kept(element, state)
        case .firing:
            return make(.firing, element.labels, summary, element.value, state)
        case .pending:
            return make(.pending, element.labels, summary + "; " + waiting(state), element.value, state)
        default:
            return make(.ok, element.labels, summary, element.value, state)
        }
    }

    /// `fires if it holds until …`, or why it never will.
    private func waiting(_ state: AlertState?) -> String {
        let needed = "must hold \(Units.seconds(alert.holdFor.seconds))"
        guard states.of(key) != nil, let began = state?.began else { return needed + "; no history" }
        return needed + ", has held \(Units.seconds(scene.now.seconds(since: began)))"
    }

    private func kept(_ element: Element, _ state: AlertState?) -> Finding {
        let held = state?.held
        let until = held.map { $0.time + timing.keepFiringFor }
        let past =
            (held?.summary ?? condition.sentence(element))
            + "; last so at \(held?.time ?? scene.now), kept until \(until ?? scene.now)"
        return make(.firing, element.labels, past, held?.value, state)
    }

    private func unknown(_ reason: Unknown, except present: Set<Labels> = []) -> Outcome {
        var outcome = Outcome()
        for (labels, earlier) in states.of(key) ?? [:] where !present.contains(labels) {
            let state = AlertState.next(after: earlier, .unknown, timing, now: scene.now)
            outcome.states[key.with(labels)] = state
            guard state.phase == .firing else { continue }
            let finding = unreadable(reason, labels, state)
            outcome.findings.append(Judged(finding: finding, cause: nil, kind: condition.kind))
        }
        if outcome.findings.isEmpty {
            let finding = make(.unknown, [:], reason.reason, nil, nil)
            outcome.findings.append(Judged(finding: finding, cause: reason.cause, kind: condition.kind))
        }
        return outcome
    }

    /// What fired goes on firing while nobody can tell; anything else is unknown.
    private func unreadable(_ reason: Unknown, _ labels: Labels, _ state: AlertState) -> Finding {
        guard state.phase == .firing, let held = state.held else {
            return make(.unknown, labels, reason.reason, nil, nil)
        }
        let summary = "\(held.summary); last seen at \(held.time), unknown since: \(reason.reason)"
        return make(.firing, labels, summary, held.value, state)
    }

    private func held(_ summary: String, _ value: Double?) -> AlertState.Held {
        AlertState.Held(
            time: scene.now, summary: summary, value: value,
            evidence: alert.evidence(in: scene.observation).prefix(10).flatMap(\.plainLines))
    }

    private func make(
        _ verdict: Verdict, _ labels: Labels, _ summary: String, _ value: Double?, _ state: AlertState?
    ) -> Finding {
        let isLive = state?.phase == .pending || state?.phase == .firing
        let isTroubled = verdict != .ok
        let fill = Placeholders(target, labels)
        return Finding(
            alert: alert.name, severity: alert.severity, category: alert.category, title: alert.title, target: target,
            source: condition.source, labels: labels, verdict: verdict, since: isLive ? state?.since : nil,
            began: isLive ? state?.began : nil, resolved: state.flatMap { $0.recentlyResolved(scene.now) },
            flaps: state?.flaps ?? 0, summary: summary, value: value, threshold: condition.threshold,
            comparison: condition.comparison, unit: condition.unit,
            evidence: isTroubled ? alert.evidence(in: scene.observation) + remembered(state) : [],
            nextSteps: isTroubled ? alert.nextSteps.map(fill.in) : [], extraLabels: alert.labels)
    }

    /// The evidence of when the condition last held, where that was not now.
    private func remembered(_ state: AlertState?) -> [Evidence] {
        guard let state, state.phase == .firing, let held = state.held, held.time < scene.now, !held.evidence.isEmpty
        else { return [] }
        let lines = held.evidence.map { Branch($0) }
        return [Evidence(id: "alert.held", title: "As it was at \(held.time)", .tree(lines))]
    }
}

extension AlertState {
    /// Whether a later sweep would judge otherwise without it.
    func isWorthKeeping(at now: Timestamp) -> Bool {
        switch phase {
        case .pending, .firing: true
        case .inactive, .resolved: resolved.map { now.seconds(since: $0) <= Self.flapWindow } ?? false
        }
    }

    func recentlyResolved(_ now: Timestamp) -> Timestamp? {
        guard phase == .resolved, let resolved else { return nil }
        return now.seconds(since: resolved) < Self.resolvedRetention ? resolved : nil
    }
}
