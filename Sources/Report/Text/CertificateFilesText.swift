import Diagnostics

extension SweepReport {
    /// Certificates in many files for a person: what was found, and a row each, without each certificate in full. Nil for a
    /// single one, which is shown whole.
    public func certificateFiles(layout: TextLayout) -> String? {
        guard observations.contains(where: { $0.evidence.contains { $0.id == "tls.files" } }) else { return nil }
        let short = observations.map { $0.without("tls.file.certificates") }
        return SweepReport(
            version: version, started: started, duration: duration, observations: short, findings: findings,
            notes: notes
        ).inspection(layout: layout)
    }
}

extension Observation {
    fileprivate func without(_ id: String) -> Observation {
        Observation(
            target: target, started: started, duration: duration, samples: samples,
            evidence: evidence.filter { $0.id != id }, gaps: gaps, problems: problems, failure: failure)
    }
}
