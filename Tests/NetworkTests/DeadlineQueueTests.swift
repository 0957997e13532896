import Testing

@testable import Network

@Suite("Deadlines in order")
struct DeadlineQueueTests {
    @Test func comeOutEarliestFirstWhateverTheOrderTheyWentIn() {
        let start = ContinuousClock.now
        var queue = DeadlineQueue()
        for id in (1...500).shuffled() { queue.insert(UInt64(id), at: start + .milliseconds(id)) }
        #expect(queue.earliest == start + .milliseconds(1))
        #expect(queue.removeAll(until: start + .milliseconds(200)) == (1...200).map(UInt64.init))
        #expect(queue.earliest == start + .milliseconds(201))
        #expect(queue.removeAll(until: start + .seconds(1)).count == 300)
        #expect(queue.earliest == nil)
    }
}
