import Testing

@testable import PostgreSQL

@Suite("A pipeline of queries")
struct PipelineTests {
    @Test func givesEachResultToItsQuery() {
        var pipeline = Pipeline(count: 2)
        #expect(pipeline.received(.rows) == .keep(0))
        #expect(pipeline.received(.end) == .goOn)
        #expect(pipeline.received(.sync) == .goOn)
        #expect(pipeline.received(.rows) == .keep(1))
        #expect(pipeline.received(.end) == .goOn)
        #expect(!pipeline.isFinished)
        #expect(pipeline.received(.sync) == .finish)
        #expect(pipeline.isFinished)
    }

    @Test func keepsAnErrorAsTheAnswerOfItsQueryAlone() {
        var pipeline = Pipeline(count: 2)
        let events: [Pipeline.Event] = [.error, .end, .sync, .rows]
        #expect(events.map { pipeline.received($0) } == [.keep(0), .goOn, .goOn, .keep(1)])
    }

    @Test func passesOverAPreface() {
        var pipeline = Pipeline(prefaced: [false, true])
        let events: [Pipeline.Event] = [.rows, .end, .sync, .rows, .end, .error, .end]
        #expect(events.map { pipeline.received($0) } == [.keep(0), .goOn, .goOn, .goOn, .goOn, .keep(1), .goOn])
        #expect(pipeline.received(.sync) == .finish)
    }

    @Test func ofNothingIsFinishedAtOnce() { #expect(Pipeline(count: 0).isFinished) }

    @Test(arguments: [Pipeline.Event.end, .sync, .other("PGRES_COPY_IN")])
    func failsOnWhatCannotBeAnAnswer(event: Pipeline.Event) {
        var pipeline = Pipeline(count: 1)
        guard case .fail = pipeline.received(event) else {
            Issue.record("\(event) was taken for an answer")
            return
        }
    }
}
