/// Ids by deadline, the earliest first: a binary heap. An id whose wait has ended stays until its deadline, when
/// nobody misses it; that costs a few words for each wait and saves finding it in the middle.
struct DeadlineQueue {
    private var heap: [(instant: ContinuousClock.Instant, id: Reactor.WaitID)] = []

    var earliest: ContinuousClock.Instant? { heap.first?.instant }

    mutating func insert(_ id: Reactor.WaitID, at instant: ContinuousClock.Instant) {
        heap.append((instant, id))
        var child = heap.count - 1
        while child > 0, heap[child].instant < heap[(child - 1) / 2].instant {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// Takes out all that are due at `now`, the earliest first.
    mutating func removeAll(until now: ContinuousClock.Instant) -> [Reactor.WaitID] {
        var due: [Reactor.WaitID] = []
        while let first = heap.first, first.instant <= now {
            due.append(first.id)
            removeFirst()
        }
        return due
    }

    private mutating func removeFirst() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            let children = (2 * parent + 1...2 * parent + 2).filter { $0 < heap.count }
            guard let least = children.min(by: { heap[$0].instant < heap[$1].instant }),
                heap[least].instant < heap[parent].instant
            else { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
