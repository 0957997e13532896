/// The keys that one SCAN gave, with what has been learnt of them so far.
///
/// One piece of memory for all names and one for all answers, used again for the next keys: nothing is allocated for a key.
/// Belongs to one scanner and its task.
final class KeyBatch {
    struct Key {
        /// The name as a bulk string in `frames`, with its length before it.
        var frame: UInt32 = 0
        var name: UInt32 = 0
        var nameEnd: UInt32 = 0
        var shape: UInt32 = 0
        /// Bytes; -1 where not known.
        var memory: Int64 = -1
        var length: Int64 = -1
        /// Seconds to live; -1 for one that never expires.
        var expiry = KeyTotal.unknownExpiry
        /// For how many keys that stands.
        var expiryWeight: UInt8 = 0
        /// Taken from others like it.
        var isMemoryGuessed = false
        /// Of a name that was too long to be kept.
        var wholeNameLength = 0
        var type = KeyType.unknown
        /// The type that its length is asked for as.
        var guess = KeyType.unknown
        var encoding: UInt8 = 0
        /// Still to be asked.
        var open: KeyQuestions = []
        /// On their way.
        var asked: KeyQuestions = []
        var fate = Fate.present
        var isImporting = false
        /// In how many it has been asked about.
        var rounds: UInt8 = 0
    }

    enum Fate: UInt8 {
        case present
        /// Deleted or expired after SCAN named it.
        case vanished
        /// On its way to another node of the cluster, where it is counted.
        case moved
        /// In a slot that this node does not serve: left behind by a resharding that went wrong.
        case misplaced
    }

    /// How often it may be asked what has changed meanwhile.
    static let mostRounds = 5

    private(set) var frames: [UInt8] = []
    private(set) var keys: [Key] = []
    /// The keys that this round asks about, and how many of them have been sent and answered.
    var round: [Int] = []
    var sent = 0
    var answered = 0
    var rounds = 0
    var database = 0

    func clear(database: Int) {
        self.database = database
        frames.removeAll(keepingCapacity: true)
        keys.removeAll(keepingCapacity: true)
        round.removeAll(keepingCapacity: true)
        (sent, answered, rounds) = (0, 0, 0)
    }

    var count: Int { keys.count }

    func add(_ name: UnsafeRawBufferPointer, open: KeyQuestions, isImporting: Bool) {
        var key = Key()
        key.isImporting = isImporting
        key.frame = UInt32(frames.count)
        RESPEncoding.appendHeader("$", name.count, to: &frames)
        key.name = UInt32(frames.count)
        frames.append(contentsOf: name)
        key.nameEnd = UInt32(frames.count)
        frames.append(13)
        frames.append(10)
        key.open = open
        key.wholeNameLength = name.count
        key.shape = TypePredictor.shape(of: name)
        round.append(keys.count)
        keys.append(key)
    }

    /// One that is too long to be asked about.
    func addLong(_ start: UnsafeRawBufferPointer, length: Int) {
        var key = Key()
        key.name = UInt32(frames.count)
        frames.append(contentsOf: start)
        key.nameEnd = UInt32(frames.count)
        key.wholeNameLength = length
        keys.append(key)
    }

    func withName<Result>(_ index: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        let range = Int(keys[index].name)..<Int(keys[index].nameEnd)
        return frames.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[range])) }
    }

    func withFrame<Result>(_ index: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        let range = Int(keys[index].frame)..<Int(keys[index].nameEnd) + 2
        return frames.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[range])) }
    }

    func update(_ index: Int, _ change: (inout Key) -> Void) { change(&keys[index]) }

    /// Makes a round of those that have something left to be asked. False when there is nothing.
    func beginNextRound() -> Bool {
        rounds += 1
        guard rounds < Self.mostRounds else { return false }
        let before = round
        round.removeAll(keepingCapacity: true)
        for index in before where keys[index].fate == .present && !keys[index].open.isEmpty { round.append(index) }
        (sent, answered) = (0, 0)
        return !round.isEmpty
    }
}
