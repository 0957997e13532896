import Diagnostics
import Runbook

/// Cases of each sort, made from a seed.
extension RuleCase {
    enum Sort: String, CaseIterable, Sendable {
        case gauge, notANumber, countWithResets, countWithGaps, ratio, ratioWithGaps, quantile, rate, sinceLast,
            changed,
            shareOfEnough, ownIncrease, target
    }

    init(_ sort: Sort, seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        switch sort {
        case .gauge: self = .gauge(&numbers)
        case .notANumber: self = .notANumber(&numbers)
        case .countWithResets: self = .count(&numbers, resets: true)
        case .countWithGaps: self = .count(&numbers, resets: false)
        case .ratio: self = .ratio(&numbers, gaps: false)
        case .ratioWithGaps: self = .ratio(&numbers, gaps: true)
        case .quantile: self = .quantile(&numbers)
        case .rate: self = .rate(&numbers)
        case .sinceLast: self = .sinceLast(&numbers)
        case .changed: self = .changed(&numbers)
        case .shareOfEnough: self = .shareOfEnough(&numbers)
        case .ownIncrease: self = .ownIncrease(&numbers)
        case .target: self = .target(&numbers)
        }
    }

    private static func metric(_ name: String) -> Metric {
        Metric(name, name.hasSuffix("_total") || name.hasSuffix("_bucket") ? .counter : .gauge, "It.")
    }

    /// Quiet and busy times that last some minutes each.
    private static func moods(_ numbers: inout SeededNumbers, longest: Int = 12) -> [Bool] {
        var moods: [Bool] = []
        var mood = Bool.random(using: &numbers)
        while moods.count < minutes {
            moods += Array(repeating: mood, count: Int.random(in: 1...longest, using: &numbers))
            mood.toggle()
        }
        return Array(moods.prefix(minutes))
    }

    /// One to three minutes without a sweep, here and there; never the first ones.
    private static func gaps(_ numbers: inout SeededNumbers) -> Set<Int> {
        var gaps: Set<Int> = []
        for start in stride(from: 8, to: minutes - 4, by: 9) {
            let length = Int.random(in: 0...3, using: &numbers)
            gaps.formUnion(start..<(start + length))
        }
        return gaps
    }

    /// A counter that grows by `step` each minute and begins anew here and there.
    private static func counter(
        _ numbers: inout SeededNumbers, resets: Bool, _ step: (Int, inout SeededNumbers) -> Double
    ) -> [Double?] {
        var value = Double(Int.random(in: 20_000...90_000, using: &numbers))
        return (0..<minutes).map { minute in
            let grown = step(minute, &numbers)
            let isReset = resets && minute > 0 && Int.random(in: 0..<11, using: &numbers) == 0
            value = isReset ? grown : value + grown
            return value
        }
    }

    private static func gauge(_ numbers: inout SeededNumbers) -> RuleCase {
        let values = moods(&numbers).map { isHigh -> Double? in
            isHigh
                ? [0.85, 0.8500001, 0.9, 1].randomElement(using: &numbers)
                : [0.2, 0.8499999].randomElement(using: &numbers)
        }
        let line = Line(metric: metric("diag_host_memory_used_ratio"), labels: [:], values: values)
        return RuleCase(alert: "HighMemoryUsage", kind: .host, lines: [line], gaps: gaps(&numbers))
    }

    /// What is no number never makes either fire, wherever it comes while nothing is wrong.
    private static func notANumber(_ numbers: inout SeededNumbers) -> RuleCase {
        let values = (0..<minutes).map { _ -> Double? in
            Bool.random(using: &numbers) ? .nan : Double.random(in: 0...0.84, using: &numbers)
        }
        let line = Line(metric: metric("diag_host_memory_used_ratio"), labels: [:], values: values)
        return RuleCase(alert: "HighMemoryUsage", kind: .host, lines: [line])
    }

    private static func count(_ numbers: inout SeededNumbers, resets: Bool) -> RuleCase {
        let busy = moods(&numbers)
        let lines = ["password", "token"].map { reason in
            Line(
                metric: metric("diag_application_auth_failures_total"), labels: ["reason": reason],
                values: counter(&numbers, resets: resets) { minute, numbers in
                    Double(Int.random(in: busy[minute] ? 5...20 : 0...8, using: &numbers))
                })
        }
        return RuleCase(
            alert: "AuthFailuresSpike", kind: .http, lines: lines, gaps: resets ? [] : gaps(&numbers), window: 300)
    }

    private static func ratio(_ numbers: inout SeededNumbers, gaps: Bool) -> RuleCase {
        let (ill, asleep) = (moods(&numbers, longest: 15), moods(&numbers, longest: 6))
        let lines = [("200", 1000), ("500", 40), ("503", 40)].map { code, most in
            Line(
                metric: metric("diag_application_requests_total"), labels: ["code": code],
                values: counter(&numbers, resets: !gaps) { minute, numbers in
                    if !gaps, asleep[minute], minute % 3 == 0 { return 0 }
                    return code == "200" || ill[minute] ? Double(Int.random(in: most / 2...most, using: &numbers)) : 0
                })
        }
        return RuleCase(
            alert: "HighErrorRate", kind: .http, lines: lines,
            gaps: gaps ? Self.gaps(&numbers).filter { isSteady(ill, $0) } : [])
    }

    /// Where nothing changes before and after: between sweeps Prometheus goes on judging what it has, and a share that moves
    /// would be another one then.
    private static func isSteady(_ moods: [Bool], _ minute: Int) -> Bool {
        Set(moods[max(0, minute - 8)...min(minutes - 1, minute + 8)]).count == 1
    }

    private static func quantile(_ numbers: inout SeededNumbers) -> RuleCase {
        let slow = moods(&numbers)
        let bounds = ["0.1", "1", "1.5", "2.5", "5", "+Inf"]
        // How many more than the bucket below, minute by minute; all of them begin anew at once.
        let resets = (0..<minutes).map { $0 > 0 && Int.random(in: 0..<13, using: &numbers) == 0 }
        var totals = Array(repeating: 50_000.0, count: bounds.count)
        var values = Array(repeating: [Double?](), count: bounds.count)
        for minute in 0..<minutes {
            if resets[minute] { totals = totals.map { _ in 0 } }
            var grown = 0.0
            for index in bounds.indices {
                let most = slow[minute] ? [5, 5, 5, 20, 20, 3][index] : [50, 30, 10, 2, 1, 1][index]
                grown += Double(Int.random(in: 0...most, using: &numbers))
                totals[index] += grown
                values[index].append(totals[index])
            }
        }
        let lines = zip(bounds, values).map { bound, values in
            Line(
                metric: metric("diag_application_request_duration_seconds_bucket"), labels: ["le": bound],
                values: values)
        }
        return RuleCase(alert: "APILatencyHigh", kind: .http, lines: lines)
    }

    private static func rate(_ numbers: inout SeededNumbers) -> RuleCase {
        let busy = moods(&numbers)
        let used = counter(&numbers, resets: false) { minute, numbers in
            60 * (busy[minute] ? Double.random(in: 0.801...1, using: &numbers) : 0.79)
        }
        let first = used[0] ?? 0
        let there = (0..<minutes).map { minute -> Double? in 2 * first + 60 * Double(minute) }
        return RuleCase(
            alert: "HighCPUUsage", kind: .host,
            lines: [
                Line(metric: metric("diag_host_cpu_busy_seconds_total"), labels: [:], values: used),
                Line(metric: metric("diag_host_cpu_capacity_seconds_total"), labels: [:], values: there),
            ])
    }

    private static func sinceLast(_ numbers: inout SeededNumbers) -> RuleCase {
        let lines = ["app", "orders"].map { database in
            Line(
                metric: metric("diag_postgresql_deadlocks_total"), labels: ["datname": database],
                values: counter(&numbers, resets: true) { _, numbers in
                    Int.random(in: 0..<9, using: &numbers) == 0 ? 1 : 0
                })
        }
        return RuleCase(alert: "PostgreSQLDeadlocks", kind: .postgresql, lines: lines)
    }

    /// A master that changes, fails over and back, and one that is only restarted.
    private static func changed(_ numbers: inout SeededNumbers) -> RuleCase {
        var (address, run, epoch) = (0, 0, 0)
        var seen: [[Int]] = []
        for minute in 0..<minutes {
            let event = minute == 0 ? 9 : Int.random(in: 0..<12, using: &numbers)
            if event == 0 { (address, run, epoch) = (1 - address, run + 1, epoch + 1) }
            if event == 1 { run += 1 }
            seen.append([address, run, epoch])
        }
        let lines = Set(seen).sorted { $0.lexicographicallyPrecedes($1) }.map { master in
            Line(
                metric: metric("diag_redis_sentinel_master_info"),
                labels: [
                    "master": "mymaster", "address": "10.0.0.\(master[0]):6379", "run_id": "r\(master[1])",
                    "config_epoch": "\(master[2])",
                ], values: seen.map { $0 == master ? 1 : nil })
        }
        return RuleCase(alert: "RedisSentinelFailover", kind: .sentinel, lines: lines)
    }

    private static func shareOfEnough(_ numbers: inout SeededNumbers) -> RuleCase {
        let lines = ["app", "orders"].flatMap { database -> [Line] in
            let (cold, idle) = (moods(&numbers), moods(&numbers, longest: 20))
            return ["cache", "disk"].map { place in
                Line(
                    metric: metric("diag_postgresql_block_requests_total"),
                    labels: ["datname": database, "from": place],
                    values: counter(&numbers, resets: false) { minute, numbers in
                        let share = place == "disk" ? (cold[minute] ? 0.1 : 0.001) : 1
                        return (idle[minute] ? 10 : 50_000) * share * Double.random(in: 0.9...1, using: &numbers)
                    })
            }
        }
        return RuleCase(alert: "PostgreSQLCacheHitLow", kind: .postgresql, lines: lines)
    }

    private static func ownIncrease(_ numbers: inout SeededNumbers) -> RuleCase {
        let busy = moods(&numbers)
        let line = Line(
            metric: metric("orders_failed_total"), labels: ["queue": "mail"],
            values: counter(&numbers, resets: true) { minute, numbers in
                Double(Int.random(in: busy[minute] && minute > 10 ? 2...9 : 0...1, using: &numbers))
            })
        return RuleCase(
            alert: "OrdersFailing", kind: .postgresql, lines: [line], window: 600)
    }

    private static func target(_ numbers: inout SeededNumbers) -> RuleCase {
        let values = moods(&numbers, longest: 4).map { $0 ? 0.0 : 1.0 }
        let line = Line(metric: metric("diag_http_health_up"), labels: [:], values: values)
        return RuleCase(alert: "InstanceDown", kind: .http, lines: [line])
    }
}
