extension ShardScanner {
    /// Encodes as much as may be on its way.
    mutating func fill() {
        if nextStatistics <= .now { enqueueStatistics() }
        if mayScan { enqueueScan() }
        while let batch = waiting.first {
            let slice = nextSlice(of: batch)
            guard keysOnTheWay == 0 || keysOnTheWay + slice.count <= bound.depth * bound.slice else { return }
            enqueue(slice, of: batch)
            if batch.sent == batch.round.count { waiting.removeFirst() }
            if mayScan { enqueueScan() }
        }
    }

    /// Enough for what may be on its way, and one more.
    private var mostBatches: Int { 2 + bound.depth * bound.slice / max(1, bound.count) }

    /// Whether `fill` would find something to send.
    var mayFill: Bool {
        if mayScan { return true }
        guard let batch = waiting.first else { return false }
        return keysOnTheWay == 0 || keysOnTheWay + nextSlice(of: batch).count <= bound.depth * bound.slice
    }

    /// The next keys are fetched while the last ones are asked about, and not before.
    private var mayScan: Bool {
        guard cursor != nil, !isScanOnTheWay, batchesInUse < mostBatches else { return false }
        return nextDue.map { $0 <= .now } ?? true
    }

    private mutating func enqueueScan() {
        guard let cursor else { return }
        self.cursor = nil
        // A slow scan takes small steps: a quarter of a second's keys at most, so that it goes on evenly.
        let perStep = options.keysPerSecond.map { max(1, $0 / 4) } ?? .max
        let count = min(walk.count ?? bound.count, perStep)
        let words = [Array("SCAN".utf8), cursor, Array("COUNT".utf8), Array(String(count).utf8)]
        RedisCommand(words).encode(into: &output)
        steps.append(.scan)
        isScanOnTheWay = true
    }

    /// Often at first, when the sizes of the steps are still to be found.
    private mutating func enqueueStatistics() {
        RedisCommand("INFO", "commandstats").encode(into: &output)
        steps.append(.statistics)
        nextStatistics = .now + (statistics == nil ? .milliseconds(20) : .milliseconds(250))
    }

    /// Keys of modules go alone: who knows how long theirs take.
    private func nextSlice(of batch: KeyBatch) -> Range<Int> {
        let left = batch.round.count - batch.sent
        // In pieces as equal as can be: a small one costs as many wake-ups as a large one.
        let pieces = (left + bound.slice - 1) / bound.slice
        let end = batch.sent + (left + pieces - 1) / max(1, pieces)
        guard batch.rounds > 0 else { return batch.sent..<end }
        if batch.keys[batch.round[batch.sent]].type.isOfModule { return batch.sent..<batch.sent + 1 }
        let module = (batch.sent..<end).first { batch.keys[batch.round[$0]].type.isOfModule }
        return batch.sent..<(module ?? end)
    }

    private mutating func enqueue(_ slice: Range<Int>, of batch: KeyBatch) {
        for position in slice {
            let index = batch.round[position]
            var key = batch.keys[index]
            let asked = question(&key)
            batch.update(index) { $0 = key }
            batch.withFrame(index) {
                commands.append(asked, about: $0, of: key.guess, asking: key.isImporting, to: &output)
            }
        }
        batch.sent = slice.upperBound
        keysOnTheWay += slice.count
        steps.append(.ask(batch, from: slice.lowerBound, to: slice.upperBound))
    }

    /// What to ask now: all that can be asked without knowing more.
    private mutating func question(_ key: inout KeyBatch.Key) -> KeyQuestions {
        key.open.formIntersection(wanted)
        if key.rounds == 0 { leaveOutExpiry(&key) }
        if key.type == .unknown, key.rounds == 0 { key.guess = predictor.type(of: key.shape) }
        if key.type != .unknown { key.guess = key.type }
        key.rounds &+= 1
        var asked = key.open
        if key.guess == .unknown {
            // How its length and its memory are to be asked for depends on its type.
            asked.subtract(wanted.contains(.type) ? [.length, .memory] : [.length])
        } else {
            asked.remove(.type)
            if !key.guess.hasLength { asked.remove(.length) }
        }
        if slowTypes.contains(key.type) { asked.remove(.memory) }
        // It may be known as soon as the length is.
        if key.rounds == 1, key.guess == .string, !asksAll, !memories.asksAtOnce(key.shape) { asked.remove(.memory) }
        key.asked = asked
        return asked
    }

    private mutating func leaveOutExpiry(_ key: inout KeyBatch.Key) {
        key.expiryWeight = asksAll ? 1 : expiries.weight(ofNext: key.shape)
        if key.expiryWeight == 0 { key.open.remove(.expiry) }
    }
}
