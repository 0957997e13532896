/// How much of the time processes waited for a resource: a line of `/proc/pressure/cpu`, `memory` or `io` (PSI, from
/// kernel 4.20).
struct PressureStall: Sendable, Hashable {
    let resource: String
    /// `some`: at least one process waited; `full`: all that had something to do.
    let kind: String
    /// Shares of the last 10, 60 and 300 seconds.
    let averages: [Double]
    /// Seconds since the start.
    let total: Double

    static let resources = ["cpu", "memory", "io"]

    static func read(_ files: HostFiles) -> [PressureStall] {
        resources.flatMap { resource in parse(files.read("/proc/pressure/" + resource) ?? "", resource: resource) }
    }

    /// `some avg10=1.22 avg60=1.13 avg300=0.68 total=13080685`: percents and microseconds.
    static func parse(_ text: String, resource: String) -> [PressureStall] {
        text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            let values = words.dropFirst().compactMap { $0.split(separator: "=").last.flatMap { Double($0) } }
            guard let kind = words.first, values.count == 4 else { return nil }
            return PressureStall(
                resource: resource, kind: String(kind), averages: values.prefix(3).map { $0 / 100 },
                total: values[3] / 1e6)
        }
    }
}
