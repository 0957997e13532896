import Diagnostics

extension Timestamp {
    /// As both runtimes write it; nil where there is none, and for the year 1, which Docker writes for "never".
    init?(ofRuntime text: String?) {
        guard let text, let time = Timestamp(rfc3339: text), time.secondsSinceEpoch > 0 else { return nil }
        self = time
    }
}
