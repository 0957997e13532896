import Diagnostics

/// Where the history of one's own cannot tell, another one may have been asked.
extension Case {
    /// The value by what was measured here; where that leaves open what was before, by who was asked besides.
    func value(of expression: Expression) throws(Unknown) -> [Element] {
        let question = RemoteAnswers.Question(expression, at: condition.kind)
        do {
            let own = try expression.evaluate(in: scene)
            guard own.contains(where: { $0.stretch != nil && $0.atMost != nil }) else { return own }
            guard case .success(let elements)? = remote.answer(to: question, at: target) else { return own }
            return elements.map(fromAfar)
        } catch {
            guard error.cause == .needsHistory, let answer = remote.answer(to: question, at: target) else {
                throw error
            }
            return try elements(of: answer, insteadOf: error)
        }
    }

    private func elements(
        of answer: RemoteAnswers.Answer, insteadOf own: Unknown
    ) throws(Unknown) -> [Element] {
        switch answer {
        case .success(let elements): return elements.map(fromAfar)
        case .failure(let other): throw Unknown(.needsHistory, "\(own.reason); \(other.reason)")
        }
    }

    /// Things come whole, however Prometheus stretches what it counted.
    private func fromAfar(_ element: Element) -> Element {
        var element = element
        element.isRemote = true
        if case .count = condition.unit { element.value = element.value?.rounded() }
        return element
    }

    /// The beginning of what holds now: of a condition that nothing is remembered of, as long ago as it must hold, where it
    /// was seen to hold all that time.
    func since(_ element: Element, after earlier: AlertState?) -> Timestamp {
        let known = element.since ?? scene.now
        guard alert.holdFor > .zero, earlier?.began == nil,
            remote.hasHeld(condition, element.labels, for: alert.holdFor, at: target)
        else { return known }
        return min(known, scene.now - alert.holdFor.seconds)
    }

    /// What fires of something that the answer from afar does not have goes on.
    func unreadable(except present: Set<Labels>) -> Outcome {
        var outcome = Outcome()
        let reason = Unknown(.needsHistory, "needs a second sweep; Prometheus says nothing of it")
        for (labels, earlier) in states.of(key) ?? [:] where !present.contains(labels) && earlier.phase == .firing {
            let finding = unreadable(reason, labels, earlier)
            outcome.findings.append(Judged(finding: finding, cause: .needsHistory, kind: condition.kind))
        }
        return outcome
    }

    /// Who knew what was before, for a finding of these elements.
    func pastSource(_ elements: [Element]) -> PastSource? {
        if elements.contains(where: \.isRemote) { return .prometheus }
        return condition.lookback.isEmpty ? nil : .history
    }
}
