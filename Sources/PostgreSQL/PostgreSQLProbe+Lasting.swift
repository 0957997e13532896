import Diagnostics

extension PostgreSQLProbe: LastingProbe {
    /// For so long a session is kept. A login that fails meanwhile (no slot left, a changed password, a new certificate) is seen
    /// after that at the latest.
    private static let life = Duration.seconds(30)

    /// One session for many looks. It idles between them, in no transaction, under the name `diag`.
    public func observe(each looks: AsyncStream<ProbeSession.Look>) async {
        var looks = looks.makeAsyncIterator()
        var next = await looks.next()
        while let look = next { next = await observe(from: look, &looks) }
    }

    /// Looks through one session until it is too old, or broke, or could not be had.
    ///
    /// - Returns: the first look that is not answered yet.
    private func observe(
        from first: ProbeSession.Look, _ looks: inout AsyncStream<ProbeSession.Look>.Iterator
    ) async -> ProbeSession.Look? {
        do throws(ProbeError) {
            let connection = try await Connection.open(settings, until: first.deadline)
            let end = Deadline.after(Self.life)
            var next: ProbeSession.Look? = first
            while let look = next {
                let observation = await observe(through: connection, until: look.deadline)
                look.tell(observation)
                next = await looks.next()
                if observation.failure != nil || !observation.problems.isEmpty || end.hasPassed { break }
            }
            return next
        } catch {
            first.tell(await observation(of: error, until: first.deadline))
            return await looks.next()
        }
    }

    private func observe(through connection: borrowing Connection, until deadline: Deadline) async -> Observation {
        let started = Timestamp.now
        let clock = ContinuousClock.now
        var content = Observation.Content()
        do throws(ProbeError) {
            try await look(through: connection, until: deadline, into: &content)
        } catch {
            content.failure = error
        }
        return Observation(
            target: target, started: started, duration: clock.duration(to: .now), samples: content.samples,
            evidence: content.evidence, gaps: content.gaps, problems: content.problems, failure: content.failure)
    }

    private func observation(of error: ProbeError, until deadline: Deadline) async -> Observation {
        await Observation.measuring(target) { await fail(error, &$0, until: deadline) }
    }
}
