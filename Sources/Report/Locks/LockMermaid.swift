import PostgreSQL

extension LockDiagram {
    /// A flowchart in Mermaid's language, as GitHub and many wikis draw it: who waits points to whom it waits for; a
    /// dotted arrow is one of the queue.
    public var mermaid: String {
        let boxes = nodes.enumerated().map { number, node in
            "    n\(number)[\"\(node.text.map(Self.escaped).joined(separator: "<br/>"))\"]:::\(node.role.mermaidClass)"
        }
        let arrows = edges.map { edge in
            "    n\(edge.waiter) \(edge.kind == .soft ? "-.->" : "-->")|\"\(Self.escaped(edge.label))\"| n\(edge.blocker)"
        }
        let rings = edges.indices.filter { edges[$0].isInRing }.map { "\($0)" }.joined(separator: ",")
        let classes = [
            "    classDef root fill:#ffe8cc,stroke:#d9480f,stroke-width:2px,color:#1b1f23",
            "    classDef ring fill:#ffe3e3,stroke:#c92a2a,stroke-width:2px,color:#1b1f23",
            "    classDef waiter fill:#f4f6f8,stroke:#8a97a6,color:#1b1f23",
        ]
        let ringStyle = rings.isEmpty ? [] : ["    linkStyle \(rings) stroke:#c92a2a,stroke-width:2px"]
        return (["flowchart RL"] + boxes + arrows + classes + ringStyle).joined(separator: "\n") + "\n"
    }

    /// Mermaid has entities by number, without the ampersand. Everything of ASCII that means something to it, to
    /// Markdown or to HTML becomes one, so that no text can end its box or begin a directive.
    private static func escaped(_ text: String) -> String {
        terminalSafe(text).unicodeScalars.reduce(into: "") { result, scalar in
            let isPlain = !scalar.isASCII || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
            if isPlain || " .,:()/@-+'→".unicodeScalars.contains(scalar) {
                result.unicodeScalars.append(scalar)
            } else {
                result += "#\(scalar.value);"
            }
        }
    }
}

extension LockDiagram.Node.Role {
    fileprivate var mermaidClass: String {
        switch self {
        case .root: "root"
        case .waiter: "waiter"
        case .ring: "ring"
        }
    }
}
