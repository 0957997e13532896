import Diagnostics

extension ShardScanner {
    /// Takes in the replies that are there. True when a step ended, so that more may be sent.
    mutating func takeReplies() throws(ProbeError) -> Bool {
        guard let step = steps.first else { return false }
        let hasEnded: Bool
        switch step {
        case .scan: hasEnded = try takeScan()
        case .ask(let batch, let from, let to): hasEnded = try takeAnswers(batch, from, to)
        case .statistics: hasEnded = try takeStatistics()
        }
        guard hasEnded else { return false }
        steps.removeFirst()
        return true
    }

    private mutating func takeStatistics() throws(ProbeError) -> Bool {
        guard let reply = try buffer.next("INFO") else { return false }
        guard case .bulk(let text) = reply, let now = ScanStatistics(buffer.text(text)) else {
            // Not permitted, or not told: the steps stay small.
            nextStatistics = .now + .seconds(1_000_000)
            return true
        }
        if let interval = statistics.flatMap(now.since) {
            bound.note(interval, keys: keysAnswered - keysAtStatistics)
            noteSlowTypes(interval)
        }
        (statistics, keysAtStatistics) = (now, keysAnswered)
        return true
    }

    /// A module tells of a value's memory in its own way, and may walk over all of it. Such a type's keys are asked about
    /// one by one; a type whose keys take longer than a step may is left out.
    private mutating func noteSlowTypes(_ interval: ScanStatistics) {
        let asked = modulesAsked.filter { !slowTypes.contains($0.key) }
        modulesAsked = [:]
        let count = asked.values.reduce(0, +)
        // What the other types' keys take: some few microseconds each.
        let others = Duration.microseconds(4) * Double(interval.memoryCalls - Int64(count))
        let each = (interval.memoryTime - others) / Double(max(1, count))
        guard count > 0, each > bound.most else { return }
        for type in asked.keys { slowTypes.insert(type) }
        let slow = asked.keys.map { names[$0] }.sorted().joined(separator: ", ")
        problems.append(
            ProbeError(
                .server(code: "SLOW"), step: "MEMORY USAGE",
                message:
                    "keys of type \(slow) took the server \(Units.seconds(each.seconds)) each; the others' memory is not "
                    + "asked for",
                advice: "a longer --max-step asks for it all the same"))
    }
}

// MARK: - SCAN

extension ShardScanner {
    private mutating func takeScan() throws(ProbeError) -> Bool {
        while let reply = try buffer.next("SCAN") {
            if case .error(let words) = reply { throw RedisError(buffer.text(words)).during("SCAN") }
            switch (scanReading, reply) {
            case (.reply, .array(2)): scanReading = .cursor
            case (.cursor, .bulk(let digits)):
                cursor = walk.next(after: buffer[digits])
                scanReading = .count
            case (.count, .array(let count)):
                scanReading = .keys(takeBatch(), missing: count)
                if count == 0 { return endScan() }
            case (.keys(let batch, let missing), .bulk(let name)):
                add(buffer[name], to: batch)
                scanReading = .keys(batch, missing: missing - 1)
                if missing == 1 { return endScan() }
            case (.keys(let batch, let missing), .longBulk(let start, let length)):
                batch.addLong(buffer[start], length: length)
                scanReading = .keys(batch, missing: missing - 1)
                if missing == 1 { return endScan() }
            default: throw ProbeError(.protocolViolation, step: "SCAN", message: "an answer of another shape")
            }
        }
        return false
    }

    private mutating func takeBatch() -> KeyBatch {
        let batch = spare.popLast() ?? KeyBatch()
        batch.clear(database: database)
        batchesInUse += 1
        return batch
    }

    private mutating func add(_ name: UnsafeRawBufferPointer, to batch: KeyBatch) {
        keysFound += 1
        var open = wanted
        // How a key is kept is asked of one in so many: it is told as shares.
        let every = Int64(options.encodingEvery) * (keysFound > 1 << 16 && !asksAll ? 4 : 1)
        if keysFound % every != 0 { open.remove(.encoding) }
        let isImporting = !importing.isEmpty && importing.contains(HashSlot.of(name))
        batch.add(name, open: open, isImporting: isImporting)
    }

    private mutating func endScan() -> Bool {
        guard case .keys(let batch, _) = scanReading else { return true }
        scanReading = .reply
        isScanOnTheWay = false
        if batch.round.isEmpty { finish(batch) } else { waiting.append(batch) }
        return true
    }
}

// MARK: - Answers

extension ShardScanner {
    private mutating func takeAnswers(_ batch: KeyBatch, _ from: Int, _ to: Int) throws(ProbeError) -> Bool {
        while batch.answered < to {
            let index = batch.round[batch.answered]
            if open.isEmpty { open = batch.keys[index].asked }
            while !open.isEmpty {
                guard try takeAsking(batch.keys[index].isImporting), let reply = try buffer.next("SCAN") else {
                    return false
                }
                let question = KeyQuestions(rawValue: open.rawValue & (~open.rawValue &+ 1))
                open.remove(question)
                isAskingAnswered = false
                try take(reply, to: question, about: index, of: batch)
            }
            settle(index, of: batch)
            batch.answered += 1
        }
        keysOnTheWay -= to - from
        keysAnswered += Int64(to - from)
        if batch.answered == batch.round.count { endRound(batch) }
        return true
    }

    /// The answer to the ASKING that stands before each question about a key that is being taken in.
    private mutating func takeAsking(_ isImporting: Bool) throws(ProbeError) -> Bool {
        guard isImporting, !isAskingAnswered else { return true }
        guard try buffer.next("ASKING") != nil else { return false }
        isAskingAnswered = true
        return true
    }

    private mutating func take(
        _ reply: ReplyBuffer.Reply, to question: KeyQuestions, about index: Int, of batch: KeyBatch
    ) throws(ProbeError) {
        if case .error(let words) = reply {
            return try takeError(RedisError(buffer.text(words)), question, index, batch)
        }
        var type = KeyType.unknown
        var encoding: UInt8 = 0
        switch (question, reply) {
        case (.type, .status(let name)):
            type = buffer[name].elementsEqual("none".utf8) ? .unknown : names.type(buffer[name])
        case (.encoding, .bulk(let name)): encoding = KeyEncoding.index(of: buffer[name])
        default: break
        }
        batch.update(index) { key in
            key.open.remove(question)
            switch (question, reply) {
            case (.type, .status): if type == .unknown { key.fate = .vanished } else { key.type = type }
            case (.length, .integer(let length)): (key.length, key.type) = (length, key.guess)
            case (.memory, .integer(let bytes)): (key.memory, key.isMemoryGuessed) = (bytes, false)
            case (.expiry, .integer(-2)), (.memory, .null), (.encoding, .null): key.fate = .vanished
            case (.expiry, .integer(let seconds)): key.expiry = seconds
            case (.encoding, .bulk): key.encoding = encoding
            default: break
            }
        }
    }

    private mutating func takeError(
        _ error: RedisError, _ question: KeyQuestions, _ index: Int, _ batch: KeyBatch
    ) throws(ProbeError) {
        switch (error.prefix, error.reason) {
        case ("WRONGTYPE", _): wasGuessedWrong(index, batch)
        case ("MOVED", _): batch.update(index) { $0.fate = .misplaced }
        case ("ASK", _), ("TRYAGAIN", _): batch.update(index) { $0.fate = .moved }
        case (_, .loading), (_, .busy), (_, .masterDown): throw error.during(question.name)
        default:
            batch.update(index) { $0.open.remove(question) }
            giveUp(error.prefix == "CLUSTERDOWN" ? .all : question, error)
        }
    }

    /// Of another type than its like, or replaced by a key of another type a moment ago: asked once more.
    private mutating func wasGuessedWrong(_ index: Int, _ batch: KeyBatch) {
        let key = batch.keys[index]
        if key.type == .unknown { predictor.wasWrong(key.shape) } else { tally.changedType += 1 }
        batch.update(index) { key in
            (key.type, key.guess) = (.unknown, .unknown)
            key.open.formUnion([.type, .length])
        }
    }

    /// What this user may not use or this server does not know is not asked again a million times.
    private mutating func giveUp(_ questions: KeyQuestions, _ error: RedisError) {
        guard !wanted.isDisjoint(with: questions) else { return }
        wanted.subtract(questions)
        let name = questions == .all ? "TYPE" : questions.name
        problems.append(error.during(name))
    }

    /// What is known of a key once a round's answers are in.
    private mutating func settle(_ index: Int, of batch: KeyBatch) {
        let key = batch.keys[index]
        if key.type != .unknown, key.fate == .present { predictor.learn(key.shape, key.type) }
        guessMemory(index, of: batch)
        if key.type.isOfModule, key.asked.contains(.memory) { modulesAsked[key.type, default: 0] += 1 }
        completeIfLarge(index, of: batch)
        guard !batch.keys[index].open.isEmpty else { return }
        let isSlow = slowTypes.contains(key.type)
        batch.update(index) { key in
            // Known by its length, so that nothing remains to be asked.
            if key.type != .unknown { key.open.remove(.type) }
            if key.type.isOfModule { key.open.subtract(isSlow ? [.length, .memory] : .length) }
            if key.type == .unknown, !key.open.contains(.type) { key.open.subtract(.length) }
        }
    }

    /// From others like it, where the server has not told it.
    private mutating func guessMemory(_ index: Int, of batch: KeyBatch) {
        let key = batch.keys[index]
        guard !asksAll, key.type == .string, key.length >= 0, key.fate == .present else { return }
        if key.asked.contains(.memory) {
            memories.learn(key.shape, nameLength: key.wholeNameLength, length: key.length, memory: key.memory)
        } else if key.open.contains(.memory),
            let memory = memories.memory(key.shape, nameLength: key.wholeNameLength, length: key.length)
        {
            batch.update(index) { key in
                (key.memory, key.isMemoryGuessed) = (memory, true)
                key.open.remove(.memory)
            }
        }
    }

    /// One that will be shown by its name is asked what was left out.
    private func completeIfLarge(_ index: Int, of batch: KeyBatch) {
        let key = batch.keys[index]
        var missing: KeyQuestions = key.isMemoryGuessed ? .memory : []
        if key.expiry == KeyTotal.unknownExpiry { missing.insert(.expiry) }
        missing.formIntersection(wanted)
        guard key.fate == .present, !missing.isSubset(of: key.open), !missing.isSubset(of: key.asked),
            batch.withName(index, { tally.mayRank(key, $0) })
        else { return }
        batch.update(index) { $0.open.formUnion(missing) }
    }

    private mutating func endRound(_ batch: KeyBatch) {
        for index in batch.round { batch.update(index) { $0.open.formIntersection(wanted) } }
        if batch.beginNextRound() { waiting.insert(batch, at: 0) } else { finish(batch) }
    }

    private mutating func finish(_ batch: KeyBatch) {
        batchesInUse -= 1
        finished.append(batch)
    }

    /// Counts a batch about which all is known. False when there is none.
    mutating func tallyNext() -> Bool {
        guard let batch = finished.popLast() else { return false }
        tally.add(batch, names)
        sample?.add(batch, names)
        spare.append(batch)
        return true
    }
}
