import Testing

@testable import Redis

@Suite("A key's type by its name")
struct TypePredictorTests {
    private func shape(_ name: String) -> UInt32 { Array(name.utf8).withUnsafeBytes { TypePredictor.shape(of: $0) } }

    @Test(arguments: [
        ("debate:1", "debate:20000"), ("debate:1:rounds", "debate:2:rounds"), ("user:alice:cart", "user:bob:cart"),
        ("session:abc", "session:def"), ("app:session:3f9a", "app:session:7c1d"), ("1", "22"), ("a/b1", "a/c2"),
    ])
    func namesOfOneShapeAreTakenForAlike(left: String, right: String) {
        #expect(shape(left) == shape(right))
    }

    @Test(arguments: [
        ("debate:1", "session:1"), ("debate:1", "debate:1:rounds"), ("debate:open", "debate:1"),
        ("user:alice:cart", "user:alice:seen"), ("a:b:c", "a:b:c:d"),
    ])
    func namesOfOthersAreNot(left: String, right: String) {
        #expect(shape(left) != shape(right))
    }

    @Test func aShapeIsTrustedAfterSomeOfOneType() {
        var predictor = TypePredictor()
        let shape = shape("debate:1")
        for _ in 0..<15 { predictor.learn(shape, .hash) }
        #expect(predictor.type(of: shape) == .unknown)
        predictor.learn(shape, .hash)
        #expect(predictor.type(of: shape) == .hash)
    }

    /// However the types alternate: each wrong guess costs an error reply that the server counts.
    @Test(arguments: [17, 100, 1000, 20_000])
    func guessesAreSeldomWrong(everyOther: Int) {
        var predictor = TypePredictor()
        let shape = shape("mixed:1")
        for index in 0..<1_000_000 {
            let type: KeyType = index % everyOther == 0 ? .list : .string
            let guess = predictor.type(of: shape)
            if guess != .unknown, guess != type { predictor.wasWrong(shape) }
            predictor.learn(shape, type)
        }
        #expect(predictor.surprises <= 5)
    }

    @Test func aModulesTypeIsNeverGuessed() {
        var predictor = TypePredictor()
        let shape = shape("doc:1")
        for _ in 0..<100 { predictor.learn(shape, KeyType(rawValue: 9)) }
        #expect(predictor.type(of: shape) == .unknown)
    }
}
