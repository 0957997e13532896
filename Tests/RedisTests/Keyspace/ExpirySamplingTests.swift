import Testing

@testable import Redis

@Suite("Which keys are asked when they expire")
struct ExpirySamplingTests {
    @Test(arguments: [1, 100, 1024]) func fewAreAllAsked(keys: Int) {
        var sampling = ExpirySampling()
        #expect((0..<keys).allSatisfy { _ in sampling.weight(ofNext: 7) == 1 })
    }

    @Test func ofManyOneInSixteenStandsForTheOthers() {
        var sampling = ExpirySampling()
        let weights = (0..<100_000).map { _ in sampling.weight(ofNext: 7) }
        #expect(weights.filter { $0 > 0 }.count == 1024 + (100_000 - 1024) / 16)
        #expect(weights.reduce(0) { $0 + Int($1) } > 100_000 - 16)
    }

    /// A shape of few keys beside one of many: what is known of both together is still true.
    @Test func shapesAskedAtDifferentRatesAddUp() {
        var sampling = ExpirySampling()
        var total = KeyTotal()
        for index in 0..<201_000 {
            let isRare = index % 201 == 0
            let weight = sampling.weight(ofNext: isRare ? 3 : 5)
            let expiry = isRare ? -1 : 100
            total.add(KeyTotal(memory: 1, elements: 1, expiry: Int64(expiry), weight: weight))
        }
        #expect(total.keys == 201_000)
        #expect(total.expiry.asked == 1000 + 1024 + (200_000 - 1024) / 16)
        let scaled = total.expiry.scaled(to: total.keys)
        #expect((990...1010).contains(scaled[0]), "never: \(scaled)")
        #expect(abs(scaled.reduce(0, +) - 201_000) <= 1)
    }

    @Test func ofKeysThatWereAllAskedNothingIsScaled() {
        var total = KeyTotal()
        for seconds in [-1, 30, 30, 4000] as [Int64] {
            total.add(KeyTotal(memory: 1, elements: 1, expiry: seconds))
        }
        #expect(total.expiry.scaled(to: 4) == [1, 2, 0, 1, 0, 0, 0])
        #expect((total.expiry.known, total.expiry.asked) == (4, 4))
    }
}
