import Diagnostics
import HTTP

extension ConfiguredTarget {
    /// A probe that looks at an HTTP target otherwise than a sweep does; nil for another kind of target.
    ///
    /// - Throws: what `change` throws.
    public func httpProbe(_ change: (inout HTTPSettings) throws -> Void) rethrows -> (any Probe)? {
        guard case .http(var settings) = settings else { return nil }
        try change(&settings)
        return HTTPProbe(target: target, settings: settings)
    }
}
