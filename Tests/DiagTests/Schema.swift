import Playground
import Testing

/// Holds what a command printed against the schema that `diag schema` prints for it.
///
/// - Parameter document: one document, or a line each.
func expectSchema(
    _ name: String, of document: String, sourceLocation: SourceLocation = #_sourceLocation
) async throws {
    let schema = try await Diag.run("schema", name)
    #expect(schema.status == 0, sourceLocation: sourceLocation)
    let complaints = try await Playground.shared.complaints(of: document, by: schema.output)
    #expect(complaints == "", sourceLocation: sourceLocation)
}
