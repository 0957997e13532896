import Diagnostics

/// One condition held against one target: what it says of each element, and how that moves the alert's state.
struct Case {
    /// A finding and, where it is unknown, why: that decides whether another source can stand in for it.
    struct Judged {
        var finding: Finding
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
    /// How often it is judged, where that is known.
    let every: Duration?
    let remote: RemoteAnswers

    var target: Target { scene.observation.target }
    var timing: Timing {
        Timing(
            holdFor: alert.holdFor, keepFiringFor: alert.keepFiringFor, comparison: condition.comparison, every: every)
    }

    /// What the earlier states belong to, but for their labels.
    var key: AlertState.Key {
        .init(alert: alert.name, target: TargetID(target), source: condition.source, labels: [:])
    }

    /// nil when there is nothing to say: the target does not tell of it and need not.
    func outcome() -> Outcome? {
        do {
            let elements = try value(of: condition.expression)
            var outcome = judged(try enough(elements).map(explained))
            let source = pastSource(elements)
            for index in outcome.findings.indices { outcome.findings[index].finding.answeredBy = source }
            return outcome
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

    /// The elements, without the values of those that speak for less than is to be judged.
    private func enough(_ elements: [Element]) throws(Unknown) -> [Element] {
        guard let minimum = alert.minimumVolume, let volume = condition.volume else { return elements }
        let volumes = try value(of: volume.expression)
        return elements.map { element in
            let seen = volumes.first { $0.labels == element.labels } ?? volumes.first { $0.labels.isEmpty }
            guard let count = seen?.atMost ?? seen?.value, count < minimum else { return element }
            return Element(labels: element.labels, value: nil, note: volume.tooLittle(count, minimum))
        }
    }

    /// A plain "no" with why the target could not be asked, or the first fact that the probe has about it: of several of a
    /// sort that of this very element (the quorum of one master).
    private func explained(_ element: Element) -> Element {
        guard case .state = condition.unit, element.note == nil, condition.judge(element) == .holds else {
            return element
        }
        var explained = element
        let facts = alert.evidence(in: scene.observation).filter { $0.sentence != nil }
        let own = facts.first { fact in
            element.labels.contains { label in alert.evidence.contains { fact.id == "\($0).\(label.value)" } }
        }
        explained.note = scene.observation.failure?.description ?? (own ?? facts.first)?.sentence
        return explained
    }

    /// Why some of the series are missing while others were measured: one standby of two, one file system that hangs.
    private var partialGap: Unknown? {
        guard case .latest(let series) = condition.expression else { return nil }
        let reasons = scene.observation.gaps.filter { $0.metric == series.metric }.map(\.reason)
        return reasons.isEmpty ? nil : Unknown(.notServed, reasons.joined(separator: "; "))
    }

    /// Takes each element a step further in its life, and tells of it.
    private func judged(_ elements: [Element]) -> Outcome {
        var outcome = Outcome()
        var fine: [Element] = []
        for element in elements {
            let (finding, state, cause) = judged(element)
            if states.of(key) != nil { outcome.states[key.with(element.labels)] = state }
            if finding.verdict == .ok, finding.resolved == nil {
                fine.append(element)
            } else {
                outcome.findings.append(judged(finding, cause))
            }
        }
        if let gap = partialGap {
            outcome.merge(unknown(gap, except: Set(elements.map(\.labels))))
        } else if elements.contains(where: \.isRemote) {
            outcome.merge(unreadable(except: Set(elements.map(\.labels))))
        } else {
            endVanished(elements, &outcome)
        }
        if let worst = worst(of: fine, amongAll: outcome.findings.isEmpty) {
            outcome.findings.append(judged(worst))
        }
        return outcome
    }

    private func judged(_ finding: Finding, _ cause: Unknown.Cause? = nil) -> Judged {
        var finding = finding
        finding.cause = finding.verdict == .unknown ? cause : nil
        return Judged(finding: finding, cause: cause, kind: condition.kind)
    }

    private func judged(_ element: Element) -> (Finding, AlertState, Unknown.Cause?) {
        let judgement = condition.judge(element)
        let earlier = states.of(key)?[element.labels]
        let usual = element.since ?? scene.now
        let began = judgement == .holds ? since(element, after: earlier) : usual
        let summary = condition.sentence(element) + (began < usual ? "; since then by Prometheus" : "")
        let evaluation: Evaluation =
            switch judgement {
            case .holds: .holds(held(summary, element.value), since: began)
            // What fires here has ended when that was seen here.
            case .fine where element.isRemote && earlier?.phase == .firing: .unknown
            case .fine: .doesNotHold(summary)
            case .undecided: .unknown
            }
        let state = next(after: earlier, evaluation)
        if evaluation == .unknown, element.isRemote, state.phase == .firing {
            let reason = Unknown(.needsHistory, "needs a second sweep; \(summary)")
            return (unreadable(reason, element.labels, state), state, .needsHistory)
        }
        switch judgement {
        case .undecided:
            let reason = Unknown(.undecided, condition.doubt(element))
            return (unreadable(reason, element.labels, state), state, .undecided)
        case .holds:
            let told = [summary, element.present].compactMap { $0 }.joined(separator: "; ")
            return (finding(element, told, state, holds: true), state, nil)
        case .fine: return (finding(element, summary, state, holds: false), state, nil)
        }
    }

    private func next(after earlier: AlertState?, _ evaluation: Evaluation) -> AlertState {
        var state = AlertState.next(after: earlier, evaluation, timing, now: scene.now)
        state.life.severity = alert.severity
        return state
    }

    /// What was firing of something that the target no longer tells of has ended with it, as in Prometheus.
    private func endVanished(_ elements: [Element], _ outcome: inout Outcome) {
        let present = Set(elements.map(\.labels))
        for (labels, earlier) in states.of(key) ?? [:] where !present.contains(labels) {
            let gone = Element(labels: labels, value: nil, note: "no longer there")
            let summary = condition.sentence(gone)
            let state = next(after: earlier, .doesNotHold(summary))
            outcome.states[key.with(labels)] = state
            let finding = finding(gone, summary, state, holds: false)
            guard finding.verdict != .ok || finding.resolved != nil else { continue }
            outcome.findings.append(judged(finding))
        }
    }

    /// What fires goes on, each by itself; otherwise there is one finding that says why nothing could be told.
    private func unknown(_ reason: Unknown, except present: Set<Labels> = []) -> Outcome {
        var outcome = Outcome()
        for (labels, earlier) in states.of(key) ?? [:] where !present.contains(labels) {
            let state = next(after: earlier, .unknown)
            outcome.states[key.with(labels)] = state
            guard state.phase == .firing else { continue }
            outcome.findings.append(judged(unreadable(reason, labels, state)))
        }
        if outcome.findings.isEmpty {
            outcome.findings.append(judged(make(.unknown, [:], reason.reason, nil, nil), reason.cause))
        }
        return outcome
    }
}
