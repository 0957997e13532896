import ArgumentParser
import Diagnostics
import Report

struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print the JSON Schema of a JSON document, or the list of them.",
        discussion: """
            Draft 2020-12, each whole in itself. Keys stay and keep their meaning within one schema_version; new ones may come.

            EXAMPLES
              diag schema
              diag schema sweep > sweep.schema.json
            """)

    @Argument(
        help: ArgumentHelp("The document's name.", valueName: "document"),
        completion: .list(DocumentSchema.allCases.map(\.rawValue)))
    var document: String?

    func run() throws {
        guard let document else { return try Output.write(Self.list) }
        guard let schema = DocumentSchema(rawValue: document) else { throw UsageError.noSchema(document) }
        try Output.write(schema.text)
    }

    private static var list: String {
        let width = DocumentSchema.allCases.map(\.rawValue.count).max() ?? 0
        return DocumentSchema.allCases.map { schema in
            let padding = String(repeating: " ", count: width - schema.rawValue.count)
            return "\(schema.rawValue)\(padding)  \(schema.source)\n"
        }.joined()
    }
}

extension UsageError {
    fileprivate static func noSchema(_ name: String) -> UsageError {
        let names = DocumentSchema.allCases.map(\.rawValue)
        return UsageError(
            description: "there is no schema \"\(name)\"\(didYouMean(name, among: names)); `diag schema` lists them")
    }
}
