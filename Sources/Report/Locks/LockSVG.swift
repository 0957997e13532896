import PostgreSQL

extension LockDiagram {
    /// A picture that needs nothing but itself and can be read on light and dark ground: roots at the left, who waits
    /// points to whom it waits for.
    public var svg: String { LockSVG(self).text(style: "<style>\n\(LockSVG.css)\n</style>") }

    /// The same as a part of a page that has `LockSVG.css`.
    var inlineSVG: String { LockSVG(self).text(style: "") }
}

struct LockSVG {
    private let diagram: LockDiagram
    private let boxes: [Box]
    private let layout: LayeredLayout

    private static let margin = 24.0, line = 16.0, padding = 10.0

    private struct Box {
        let lines: [(text: String, style: String)]
        let size: LayeredLayout.Size
    }

    fileprivate init(_ diagram: LockDiagram) {
        self.diagram = diagram
        boxes = diagram.nodes.map(Self.box)
        layout = LayeredLayout(
            boxes: boxes.map(\.size), arrows: diagram.edges.map { (from: $0.waiter, to: $0.blocker) })
    }

    /// As wide as its longest line by the average width of a letter, within bounds.
    private static func box(_ node: LockDiagram.Node) -> Box {
        var lines = [(node.title.cut(to: 48), "t")] + node.lines.map { ($0.cut(to: 56), "l") }
        if !node.statement.isEmpty { lines.append((node.statement.trimmedOfColon.cut(to: 46), "q")) }
        let width = lines.map { Double($0.0.count) * ($0.1 == "l" ? 6.2 : 7.3) }.max() ?? 0
        return Box(
            lines: lines.map { (text: $0.0, style: $0.1) },
            size: .init(
                width: min(400, max(160, width + 2 * padding)), height: Double(lines.count) * line + 2 * padding - 2))
    }

    private var top: Double { Self.margin + Double(diagram.headline.count) * 20 + 14 }

    fileprivate func text(style: String) -> String {
        let headline = diagram.headline.map { $0.cut(to: 200) }
        let width = max(layout.size.width, headline.map { Double($0.count) * 7 }.max() ?? 0, 460) + 2 * Self.margin
        let height = top + layout.size.height + 24 + 2 * Self.margin
        let head = """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(shown(width)) \(shown(height))" \
            width="\(shown(width))" height="\(shown(height))" role="img">
            <title>\(markupSafe(headline.first ?? "locks"))</title>
            \(style)
            \(Self.markers)
            <rect class="ground" width="100%" height="100%"/>
            """
        let titles = headline.enumerated().map { number, text in
            label(text, Self.margin, Self.margin + 12 + Double(number) * 20, number == 0 ? "h" : "s")
        }
        let arrows = zip(diagram.edges, layout.paths).map(arrow)
        let boxes = zip(zip(diagram.nodes, boxes), layout.corners).map { box($0.0, $0.1, at: $1) }
        return ([head] + titles + arrows + boxes + legend(height - Self.margin) + ["</svg>"]).joined(separator: "\n")
            + "\n"
    }

    private func box(_ node: LockDiagram.Node, _ box: Box, at corner: LayeredLayout.Point) -> String {
        let (x, y) = (corner.x + Self.margin, corner.y + top)
        let frame = """
            <g><title>\(markupSafe(([node.title] + node.lines + [node.statement.trimmedOfColon]).joined(separator: "\n")))</title>\
            <rect class="\(node.role.svgClass)" x="\(shown(x))" y="\(shown(y))" width="\(shown(box.size.width))" \
            height="\(shown(box.size.height))" rx="7"/>
            """
        let lines = box.lines.enumerated().map { number, line in
            label(line.text, x + Self.padding, y + Self.padding + 10 + Double(number) * Self.line, line.style)
        }
        return ([frame] + lines).joined(separator: "\n") + "</g>"
    }

    /// A smooth line from the left of the waiter's box to the right of the blocker's; one that closes a ring goes the
    /// other way round.
    private func arrow(_ edge: LockDiagram.Edge, _ path: [LayeredLayout.Point]) -> String {
        var points = path
        let isForward = (path.first?.x ?? 0) > (path.last?.x ?? 0)
        let (tail, head) = (edge.waiter, edge.blocker)
        if isForward {
            points[points.count - 1].x += boxes[head].size.width + 7
        } else {
            points[0].x += boxes[tail].size.width
            points[points.count - 1].x -= 7
        }
        points = points.map { .init(x: $0.x + Self.margin, y: $0.y + top) }
        var drawn = "M\(shown(points[0].x)) \(shown(points[0].y))"
        for (from, to) in zip(points, points.dropFirst()) {
            let middle = (from.x + to.x) / 2
            drawn += " C\(shown(middle)) \(shown(from.y)) \(shown(middle)) \(shown(to.y)) \(shown(to.x)) \(shown(to.y))"
        }
        let style = (edge.kind == .soft ? "soft" : "hard") + (edge.isInRing ? " closed" : "")
        return "<path class=\"\(style)\" d=\"\(drawn)\" marker-end=\"url(#\(edge.isInRing ? "red" : "grey"))\">"
            + "<title>\(markupSafe(edge.label))</title></path>"
    }

    private func legend(_ y: Double) -> [String] {
        let entries = [
            ("hard", "holds a conflicting lock"), ("soft", "is before it in the queue"), ("hard closed", "deadlock"),
        ]
        let shownEntries = diagram.edges.contains { $0.isInRing } ? entries : Array(entries.dropLast())
        var x = Self.margin
        return shownEntries.flatMap { style, text in
            defer { x += 36 + Double(text.count) * 6.5 + 24 }
            return ["<path class=\"\(style)\" d=\"M\(shown(x)) \(shown(y - 4))h28\"/>", label(text, x + 36, y, "l")]
        }
    }

    private func label(_ text: String, _ x: Double, _ y: Double, _ style: String) -> String {
        "<text class=\"\(style)\" x=\"\(shown(x))\" y=\"\(shown(y))\">\(markupSafe(text))</text>"
    }

    /// With one decimal; a picture needs no more.
    private func shown(_ number: Double) -> String {
        let tenths = Int((number * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(Double(tenths) / 10)"
    }
}

extension LockDiagram.Node.Role {
    fileprivate var svgClass: String {
        switch self {
        case .root: "root"
        case .waiter: "waiter"
        case .ring: "ring"
        }
    }
}

extension LockSVG {
    private static let markers = """
        <defs><marker id="grey" viewBox="0 0 8 8" refX="1" refY="4" markerWidth="7" markerHeight="7" orient="auto">\
        <path class="tip" d="M0 0L8 4L0 8z"/></marker>\
        <marker id="red" viewBox="0 0 8 8" refX="1" refY="4" markerWidth="5" markerHeight="5" orient="auto">\
        <path class="tip closed" d="M0 0L8 4L0 8z"/></marker></defs>
        """

    static let css = """
        text{font-family:system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif;font-size:12px;fill:#24292f}
        .h{font-size:15px;font-weight:600}.s{font-size:13px;fill:#57606a}.t{font-weight:600}
        .l{font-size:11px;fill:#57606a}
        .q{font-family:ui-monospace,"DejaVu Sans Mono",monospace;font-size:11px}
        .ground{fill:#fff}.waiter{fill:#f6f8fa;stroke:#8c959f}
        .root{fill:#fff1e5;stroke:#bc4c00;stroke-width:2}.ring{fill:#ffebe9;stroke:#cf222e;stroke-width:2}
        .hard,.soft{fill:none;stroke:#6e7781;stroke-width:1.5}.soft{stroke-dasharray:5 4}
        .hard.closed,.soft.closed{stroke:#cf222e;stroke-width:2}.tip{fill:#6e7781}.tip.closed{fill:#cf222e}
        @media (prefers-color-scheme:dark){
        text{fill:#e6edf3}.s,.l{fill:#9da7b3}.ground{fill:#0d1117}.waiter{fill:#161b22;stroke:#545d68}
        .root{fill:#3b2300;stroke:#f0883e}.ring{fill:#3d1214;stroke:#ff7b72}
        .hard,.soft{stroke:#8b949e}.tip{fill:#8b949e}
        .hard.closed,.soft.closed{stroke:#ff7b72}.tip.closed{fill:#ff7b72}
        }
        """
}
