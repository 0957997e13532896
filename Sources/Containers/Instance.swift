import Diagnostics

/// A container as it is, by whichever runtime.
struct Instance: Sendable, Hashable {
    /// `app`, or `shop-7d9f-x2x/app` for a container of a pod.
    var name: String
    var image = ""
    /// In the runtime's own word: `running`, `exited`, `CrashLoopBackOff`.
    var state = ""
    var isRunning = false
    /// Nil where nobody says.
    var isReady: Bool?
    var started: Timestamp?
    var finished: Timestamp?
    /// Of the last end, where there was one.
    var exitCode: Int?
    var restarts: Int?
    var wasKilledForMemory = false
    /// `healthy`, `unhealthy`, `starting`; nil without a health check.
    var health: String?
    /// What its health check last said.
    var healthOutput: String?
    /// What the runtime says of why it does not run.
    var message: String?
    var node: String?
    var memoryUsed: Int64?
    var memoryLimit: Int64?
    /// Processors that it used just now: 0.25.
    var processors: Double?
}

/// A version that was put to work.
struct Rollout: Sendable, Hashable {
    let name: String
    let revision: String
    let images: String
    let created: Timestamp?
    let replicas: Int
    let cause: String?
}

/// Something that a runtime noted: an OOM kill, an image that cannot be pulled.
struct Incident: Sendable, Hashable {
    let time: Timestamp?
    let subject: String
    let what: String
    let count: Int
}

/// All that a runtime has to say of a workload.
struct WorkloadReport: Sendable, Hashable {
    var runtime = ""
    var instances: [Instance] = []
    /// Newest first.
    var rollouts: [Rollout] = []
    var incidents: [Incident] = []
    /// The last lines of the first that does not run well, or of the first at all; already made safe.
    var logs: [String] = []
    /// Whose lines these are.
    var logsOf = ""
    /// Questions that were refused or failed.
    var problems: [ProbeError] = []
}

extension Instance {
    /// Whether it is what somebody looks for first.
    var isTroubled: Bool { !isRunning || isReady == false || health == "unhealthy" || wasKilledForMemory }
}
