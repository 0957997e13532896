import Diagnostics
import Runbook

/// What a remedy has to tell; the renderers turn it into bytes.
public struct TreatmentReport: Sendable {
    /// Of the JSON document. 1: first version.
    public static let schemaVersion = 1

    /// The version of `diag`.
    public let version: String
    public let treatment: Treatment
    /// Who ran the command, by the name of this machine.
    public let `operator`: String

    public init(version: String, treatment: Treatment, operator: String) {
        self.version = version
        self.treatment = treatment
        self.operator = `operator`
    }

    var content: Treatment.Content { treatment.content }

    /// Ok: all of it is done, or would be, or there is nothing to do. Warning: something that was asked for is not, or
    /// would not be. Unknown: the server could not be asked.
    public var exitStatus: ExitStatus {
        if content.failure != nil { return .unknown }
        return content.deeds.contains { $0.outcome.leavesWork } ? .warning : .ok
    }
}
