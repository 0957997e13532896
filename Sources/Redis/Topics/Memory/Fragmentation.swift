import Diagnostics

/// What the process takes beyond what Redis asked its allocator for, told apart by where it lies.
///
/// From the bottom up: Redis has asked for `allocated` bytes; the allocator has pages in use for them (`active`), keeps
/// more pages than it uses (`resident`), and the process has memory beside the allocator's. Redis tells of it since 4.0.
/// It refreshes these figures ten times a second, and all of them together, unlike used_memory.
struct Fragmentation: Sendable, Hashable {
    struct Part: Sendable, Hashable {
        let ratio: Double
        let bytes: Int64
    }

    /// Holes between what is allocated, that new values may or may not fit in.
    let allocator: Part?
    /// Pages that the allocator keeps and does not use at the moment.
    let retained: Part?
    /// Of the process beside the allocator: code, stacks, Lua; below zero where some of the memory is not resident.
    let beside: Part?
    /// Resident over used.
    let total: Part?
    let used: Int64?

    init(_ info: RedisInfo) {
        func part(_ name: String) -> Part? {
            guard let ratio = info.number("\(name)_ratio"), let bytes = info.integer("\(name)_bytes") else {
                return nil
            }
            return Part(ratio: ratio, bytes: bytes)
        }
        allocator = part("allocator_frag")
        retained = part("allocator_rss")
        beside = part("rss_overhead")
        total = part("mem_fragmentation")
        used = info.integer("used_memory")
    }

    /// Below these Redis's own MEMORY DOCTOR says nothing either (object.c, getMemoryDoctorReport): an almost empty server
    /// has large ratios of small numbers.
    private static let smallest: Int64 = 5 << 20
    private static let noteworthy: Int64 = 10 << 20

    private func isNoteworthy(_ part: Part?, above ratio: Double) -> Part? {
        guard let part, let used, used >= Self.smallest, part.ratio > ratio, part.bytes > Self.noteworthy else {
            return nil
        }
        return part
    }

    /// How much of what Redis uses is not in memory: swapped out.
    var swapped: Int64? {
        guard let total, let used, used >= Self.smallest, total.ratio < 1, -total.bytes > Self.noteworthy else {
            return nil
        }
        return -total.bytes
    }
}

extension Fragmentation {
    /// - Parameters:
    ///   - peak: the most that was ever used: after a peak the allocator keeps pages, which is harmless.
    ///   - isDefragmenting: whether activedefrag is set; nil where that is not known.
    func remarks(peak: Int64?, isDefragmenting: Bool?, _ reading: Reading) -> [Remark] {
        let all = [swapRemark, allocatorRemark(isDefragmenting, reading), retainedRemark(peak, reading), besideRemark]
        let found = all.compactMap { $0 }
        guard found.isEmpty, let total, let used, used >= Self.smallest else { return found }
        return [.fine("fragmentation: the process takes \(Units.decimal(total.ratio, digits: 2)) times what is used")]
    }

    private var swapRemark: Remark? {
        swapped.map {
            .trouble(
                "\(Units.bytes($0)) of what is used are not in memory: swapped out, so that commands wait for the disk; "
                    + "the machine has too little memory, or something else takes it", next: "diag host")
        }
    }

    private func allocatorRemark(_ isDefragmenting: Bool?, _ reading: Reading) -> Remark? {
        isNoteworthy(allocator, above: 1.1).map { part in
            let words =
                "allocator fragmentation: \(Units.bytes(part.bytes)) lie in holes between values "
                + "(\(Units.decimal(part.ratio, digits: 2)) times what is allocated)"
            return switch isDefragmenting {
            case true?: .careful(words + "; activedefrag is on and closes them")
            case false?: .careful(words, next: reading.cli("CONFIG SET activedefrag yes"))
            case nil: .careful(words)
            }
        }
    }

    private func retainedRemark(_ peak: Int64?, _ reading: Reading) -> Remark? {
        isNoteworthy(retained, above: 1.1).map { part in
            let past = peak.flatMap { peak in used.map { Double(peak) > 1.5 * Double($0) } } == true
            return .careful(
                "the allocator keeps \(Units.bytes(part.bytes)) that nobody uses"
                    + (past
                        ? ", after a peak of \(Units.bytes(peak ?? 0)): harmless, and used again when it grows" : ""),
                next: reading.cli("MEMORY PURGE"))
        }
    }

    private var besideRemark: Remark? {
        isNoteworthy(beside, above: 1.1).map {
            .careful("\(Units.bytes($0.bytes)) of the process are not the allocator's: Lua, modules, stacks of threads")
        }
    }
}
