import Testing

@testable import Redis

@Suite("A string's memory by that of others like it")
struct MemoryPredictorTests {
    private let shape: UInt32 = 7

    private func taught(_ memories: [Int64], length: Int64 = 100) -> MemoryPredictor {
        var predictor = MemoryPredictor()
        for memory in memories { predictor.learn(shape, nameLength: 10, length: length, memory: memory) }
        return predictor
    }

    @Test func aFewHaveToAgree() {
        var few = taught([168, 168, 168])
        #expect(few.memory(shape, nameLength: 10, length: 100) == nil)
        var enough = taught([168, 168, 168, 168])
        #expect(enough.memory(shape, nameLength: 10, length: 100) == 168)
    }

    @Test(arguments: [(7, 10, 101), (7, 11, 100), (8, 10, 100)] as [(UInt32, Int, Int64)])
    func onlyThoseAlikeAreTaken(shape: UInt32, nameLength: Int, length: Int64) {
        var predictor = taught([168, 168, 168, 168, 168])
        #expect(predictor.memory(shape, nameLength: nameLength, length: length) == nil)
    }

    /// Such as numbers, which are kept in the object itself, among words as long.
    @Test(arguments: [2, 3, 10, 50]) func whatDiffersIsSeldomBelieved(everyOther: Int) {
        var predictor = MemoryPredictor()
        var wrong = 0
        for index in 0..<100_000 {
            let memory: Int64 = index % everyOther == 0 ? 64 : 80
            if !predictor.asksAtOnce(shape), let known = predictor.memory(shape, nameLength: 10, length: 5) {
                if known != memory { wrong += 1 }
                continue
            }
            predictor.learn(shape, nameLength: 10, length: 5, memory: memory)
        }
        #expect(wrong < 1000, "\(wrong) of 100,000")
    }

    @Test func whatIsLargeIsAskedEach() {
        var predictor = taught([20_000, 20_000, 20_000, 20_000, 20_000], length: MemoryPredictor.longest + 1)
        #expect(predictor.memory(shape, nameLength: 10, length: MemoryPredictor.longest + 1) == nil)
    }

    @Test func oneInSixteenIsAskedAllTheSame() {
        var predictor = taught([168, 168, 168, 168])
        let asked = (0..<16_000).filter { _ in predictor.asksAtOnce(shape) }.count
        #expect((800...1200).contains(asked), "\(asked)")
    }

    /// Where no two are alike, waiting for the length would only cost another round.
    @Test func aShapeOfUnlikeOnesIsAskedAtOnce() {
        var predictor = MemoryPredictor()
        for length in 0..<Int64(200) where !predictor.asksAtOnce(shape) {
            _ = predictor.memory(shape, nameLength: 10, length: length)
        }
        #expect((0..<16).allSatisfy { _ in predictor.asksAtOnce(shape) })
        for _ in 0..<200 { predictor.learn(shape, nameLength: 10, length: 5, memory: 64) }
        #expect(!(0..<16).allSatisfy { _ in predictor.asksAtOnce(shape) }, "and is not any more once they are alike")
    }
}
