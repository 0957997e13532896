import Diagnostics

extension Evidence {
    /// `{"id", "title"}` and one of `fact`, `rows` (objects by column name), `remarks` or `tree`.
    var json: JSONValue {
        let head: [(String, JSONValue)] = [("id", .string(id)), ("title", .string(title))]
        switch body {
        case .fact(let sentence): return .object(head + [("fact", .string(sentence))])
        case .table(let table): return .object(head + [("rows", table.json)])
        case .remarks(let remarks): return .object(head + [("remarks", .array(remarks.map(\.json)))])
        case .tree(let branches): return .object(head + [("tree", .array(branches.map(\.json)))])
        }
    }
}

extension Table {
    var json: JSONValue {
        .array(rows.map { row in .object(zip(columns, row).map { ($0.name, $1.json) }) })
    }
}

extension Cell {
    /// A number in its base unit (bytes, seconds, a share of 1), a text, a time in ISO 8601, or null.
    var json: JSONValue {
        switch self {
        case .text(let text): .string(text)
        case .integer(let number), .bytes(let number): .integer(number)
        case .number(let number), .seconds(let number), .ratio(let number): .number(number)
        case .time(let time): .string(time.description)
        case .flag(let flag): .bool(flag)
        case .list(let texts): .array(texts.map(JSONValue.string))
        case .none: .null
        }
    }
}

extension Branch {
    var json: JSONValue {
        .object([("text", .string(text))] + (children.isEmpty ? [] : [("children", .array(children.map(\.json)))]))
    }
}

extension Remark {
    var json: JSONValue {
        .object([
            ("weight", .string(weight.rawValue)), ("text", .string(text)),
            ("next", .array(next.map(JSONValue.string))),
        ])
    }
}
