import Diagnostics
import Foundation
import Playground

@testable import HTTP

/// What the tests look at, in words that can be compared.
extension Observation {
    func value(_ metric: Metric, _ labels: Labels = [:]) -> Double? {
        samples.first { $0.metric == metric && $0.labels == labels }?.value
    }

    func sum(_ metric: Metric) -> Double { samples.filter { $0.metric == metric }.map(\.value).reduce(0, +) }

    func gap(_ metric: Metric) -> String? { gaps.first { $0.metric == metric.name }?.reason }

    func table(_ id: String) -> [[Cell]]? {
        if case .table(let table) = evidence.first(where: { $0.id == id })?.body { table.rows } else { nil }
    }

    func fact(_ id: String) -> String? {
        if case .fact(let sentence) = evidence.first(where: { $0.id == id })?.body { sentence } else { nil }
    }
}

/// Looks at a server as an application, unless told otherwise.
func observe(
    _ url: String, within time: Duration = .seconds(10), _ change: (inout HTTPSettings) -> Void = { _ in }
) async -> Observation {
    var settings = HTTPSettings(baseURL: url)
    change(&settings)
    let target = Target(kind: .http, name: "app", address: url)
    return await HTTPProbe(target: target, settings: settings).observe(until: .after(time))
}

/// A file of what a running application answered.
func capture(_ name: String) throws -> [UInt8] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    return try Array(Data(contentsOf: folder.appending(path: "Playground/Captures/\(name)")))
}

/// Everything that a reader hands over.
struct Collector: PrometheusConsumer {
    var samples: [String] = []
    var types: [String: String] = [:]
    var isWanted: (String) -> Bool = { _ in true }

    mutating func wants(_ name: String) -> Bool { isWanted(name) }
    mutating func declare(_ name: String, type: String) { types[name] = type }

    mutating func take(_ sample: borrowing PrometheusSample) {
        let labels = Labels(sample.allLabels.map { ($0.name, $0.value) })
        let time = sample.timestamp.map { " at \($0)" } ?? ""
        samples.append("\(sample.name)\(labels) \(sample.value)\(time)")
    }
}

/// Reads a text in pieces of so many bytes.
func read(_ text: String, inPiecesOf size: Int = .max) -> (reader: PrometheusReader, collector: Collector) {
    read(Array(text.utf8), inPiecesOf: size)
}

func read(_ bytes: [UInt8], inPiecesOf size: Int = .max) -> (reader: PrometheusReader, collector: Collector) {
    var reader = PrometheusReader()
    var collector = Collector()
    bytes.withUnsafeBytes { bytes in
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + min(size, bytes.count))
            reader.read(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), into: &collector)
            start = end
        }
    }
    reader.finish()
    return (reader, collector)
}
