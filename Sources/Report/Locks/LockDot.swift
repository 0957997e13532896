import PostgreSQL

extension LockDiagram {
    /// A directed graph in Graphviz's language: who waits points to whom it waits for; a dashed arrow is one of the queue.
    public var dot: String {
        let head = [
            "digraph locks {", "  rankdir=RL; nodesep=0.25; ranksep=0.6;",
            "  label=\(Self.quoted(headline)); labelloc=t; labeljust=l; fontname=\"sans-serif\"; fontsize=12;",
            "  node [shape=box, style=\"rounded,filled\", fillcolor=\"#f4f6f8\", color=\"#8a97a6\", fontname=\"sans-serif\", fontsize=10];",
            "  edge [color=\"#5b6875\", fontname=\"sans-serif\", fontsize=9];",
        ]
        let boxes = nodes.enumerated().map { number, node in
            "  n\(number) [label=\(Self.quoted(node.text))\(node.dotStyle)];"
        }
        let arrows = edges.map { edge in
            let style = edge.kind == .soft ? ", style=dashed" : ""
            let colour = edge.isInRing ? ", color=\"#c92a2a\", penwidth=2" : ""
            return
                "  n\(edge.waiter) -> n\(edge.blocker) [label=\(Self.quoted([edge.label], isAligned: false))\(style)\(colour)];"
        }
        return (head + boxes + arrows + ["}"]).joined(separator: "\n") + "\n"
    }

    /// A double-quoted string of lines aligned left. Backslashes begin escapes there, and ampersands entities.
    private static func quoted(_ lines: [String], isAligned: Bool = true) -> String {
        let escaped = lines.map { line in
            terminalSafe(line).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("&", with: "&amp;")
        }
        return "\"" + escaped.joined(separator: "\\l") + (isAligned ? "\\l" : "") + "\""
    }
}

extension LockDiagram.Node {
    /// All lines, none too long to be looked at in a box.
    var text: [String] {
        [title] + lines + (statement.isEmpty ? [] : [statement.trimmedOfColon.cut(to: 60)])
    }

    fileprivate var dotStyle: String {
        switch role {
        case .root: ", fillcolor=\"#ffe8cc\", color=\"#d9480f\", penwidth=2"
        case .ring: ", fillcolor=\"#ffe3e3\", color=\"#c92a2a\", penwidth=2"
        case .waiter: ""
        }
    }
}

extension String {
    /// Without the colon and blank that stand before a statement in a line of text.
    var trimmedOfColon: String { hasPrefix(": ") ? String(dropFirst(2)) : self }
}
