import Foundation

extension Playground {
    /// Holds JSON against a JSON Schema, strictly: a key that the schema does not tell is a complaint here, though readers
    /// must expect more of them.
    ///
    /// - Parameter text: one document, or several behind each other.
    /// - Returns: where and why they do not fit, a line each; empty where they do.
    public func complaints(of text: String, by schema: String) async throws -> String {
        let path = try await write(schema, to: "schemas/\(UUID().uuidString).json")
        // Debian's own, whichever others there are.
        let result = try await run(
            "python3", of: "python3-jsonschema", ["-c", judge, path], input: text, in: "/usr/bin")
        return result.status == 0 ? result.output : "status \(result.status): \(result.output)"
    }
}

private let judge = """
    import json, sys
    from jsonschema import Draft202012Validator

    def strict(schema):
        if isinstance(schema, dict):
            if 'properties' in schema: schema.setdefault('additionalProperties', False)
            for part in schema.values(): strict(part)
        elif isinstance(schema, list):
            for part in schema: strict(part)
        return schema

    def documents(text):
        decoder, at = json.JSONDecoder(), 0
        while at < len(text):
            document, at = decoder.raw_decode(text, at)
            yield document
            while at < len(text) and text[at].isspace(): at += 1

    schema = json.load(open(sys.argv[1]))
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(strict(schema), format_checker=Draft202012Validator.FORMAT_CHECKER)
    count = 0
    for document in documents(sys.stdin.read()):
        count += 1
        for error in list(validator.iter_errors(document))[:5]:
            print('/'.join(map(str, error.absolute_path)), '-', error.message[:300])
    if not count: print('there is no document')
    """
