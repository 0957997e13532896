import Testing

@Suite("diag schema")
struct SchemaCommandTests {
    @Test func listsWhatItPrints() async throws {
        let list = try await Diag.run("schema")
        #expect(list.status == 0)
        let names = list.lines.compactMap { $0.split(separator: " ").first.map(String.init) }
        #expect(names.count == 8)
        for name in names {
            let schema = try await Diag.run("schema", name)
            #expect(try schema.json["$id"] as? String == "urn:diag:schema:\(name):1")
        }
    }

    @Test func namesTheNearestWhereThereIsNone() async throws {
        let outcome = try await Diag.run("schema", "swep")
        #expect(outcome.status == 64)
        #expect(outcome.errors.contains("did you mean 'sweep'?"))
    }

    @Test func tellsTheQuestionsToo() async throws {
        let outcome = try await Diag.run("pg", "queries", "--format", "json")
        try await expectSchema("questions", of: outcome.output)
    }
}
