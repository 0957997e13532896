import Diagnostics
import Runbook

/// The metrics of a sweep itself, beside those that its probes measured.
public enum SweepMetrics {
    public static let alert = Metric(
        "diag_alert_state", .gauge, "State of an alert at a target: 0 ok, 1 pending, 2 firing, -1 unknown.")
    public static let targetDuration = Metric(
        "diag_target_duration_seconds", .gauge, "How long looking at the target took.")
    public static let duration = Metric("diag_sweep_duration_seconds", .gauge, "How long the last sweep took.")
    public static let time = Metric(
        "diag_sweep_timestamp_seconds", .gauge,
        "When the last sweep began, as a Unix time: an old one means that none runs any more.")
    public static let targets = Metric(
        "diag_sweep_targets", .gauge,
        "Targets of the last sweep by outcome: answered, or why they could not be looked at.")
    public static let findings = Metric(
        "diag_sweep_findings", .gauge, "Findings of the last sweep by verdict and priority.")
    public static let exitCode = Metric(
        "diag_sweep_exit_code", .gauge, "What the last sweep came to: 0 ok, 1 warning, 2 critical, 3 unknown.")
    public static let build = Metric("diag_build_info", .gauge, "Always 1; the version is in the label.")

    public static let all = [
        TargetMetrics.up, TargetMetrics.rejected, alert, targetDuration, duration, time, targets, findings, exitCode,
        build,
    ]
}

extension Finding {
    /// As `diag_alert_state` has it.
    var state: Double {
        switch verdict {
        case .ok, .notApplicable: 0
        case .pending: 1
        case .firing: 2
        case .unknown: -1
        }
    }
}
