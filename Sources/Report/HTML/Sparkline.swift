import Diagnostics
import Runbook

/// The last day of what an alert was judged by, small: a line, the threshold where it is in sight, and in words from when to
/// when and between which values.
struct Sparkline {
    private let points: [JudgedSeries.Point]
    private let finding: Finding
    private let unit: Unit

    private static let width = 220.0, height = 44.0, margin = 3.0

    /// nil where there is nothing to see.
    ///
    /// - Parameters:
    ///   - started: when the sweep began whose finding it is; its own value may be in the series already.
    init?(_ series: JudgedSeries?, now finding: Finding, from started: Timestamp, to time: Timestamp) {
        guard let series, let unit = finding.unit else { return nil }
        var points = series.points.filter { $0.value.isFinite && $0.time < started }
        if let value = finding.value, value.isFinite { points.append(.init(time: time, value: value)) }
        guard points.count > 1, time.seconds(since: points[0].time) >= 60 else { return nil }
        (self.points, self.finding, self.unit) = (points, finding, unit)
    }

    var html: String {
        "<div class=\"chart\"><svg viewBox=\"0 0 220 44\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"\(markupSafe(words))\">"
            + line + "<path d=\"\(path)\"/></svg>\(markupSafe(words))</div>"
    }

    /// `40.0 % to 93.1 % in 22 h 10 min`
    private var words: String {
        "\(unit.text(low)) to \(unit.text(high)) in \(Units.seconds(span))"
    }

    private var low: Double { points.map(\.value).min() ?? 0 }
    private var high: Double { points.map(\.value).max() ?? 0 }
    private var span: Double { points[points.count - 1].time.seconds(since: points[0].time) }

    /// What is shown from bottom to top: the values, and the threshold where they are not flattened by it.
    private var range: ClosedRange<Double> {
        var bounds = (low: low, high: high)
        if let threshold = finding.threshold,
            low == high || (low - 4 * (high - low)...high + 4 * (high - low)).contains(threshold)
        {
            bounds = (min(low, threshold), max(high, threshold))
        }
        return bounds.low < bounds.high ? bounds.low...bounds.high : bounds.low - 1...bounds.high + 1
    }

    private var line: String {
        guard let threshold = finding.threshold, range.contains(threshold) else { return "" }
        let y = Units.decimal(height(of: threshold), digits: 1)
        return "<line x1=\"0\" x2=\"220\" y1=\"\(y)\" y2=\"\(y)\"/>"
    }

    /// Broken where nobody looked for more than an hour.
    private var path: String {
        var text = ""
        var last: Timestamp?
        for point in points {
            let isBroken = last.map { point.time.seconds(since: $0) > 3600 } ?? true
            let x = Self.width * point.time.seconds(since: points[0].time) / span
            text +=
                (isBroken ? "M" : "L") + Units.decimal(x, digits: 1) + " "
                + Units.decimal(height(of: point.value), digits: 1)
            last = point.time
        }
        return text
    }

    private func height(of value: Double) -> Double {
        let share = (value - range.lowerBound) / (range.upperBound - range.lowerBound)
        return Self.margin + (1 - share) * (Self.height - 2 * Self.margin)
    }
}
