import Diagnostics
import Glibc
import Testing

@testable import Logs

@Suite("A log's last five minutes")
struct LogProbeTests {
    @Test("Failures are counted with the sources, users and minutes that the runbook's commands would show")
    func countsFailures() async throws {
        let log = try TemporaryLog("auth.log")
        try log.append([
            "2026-11-23T09:20:00Z auth: authentication failed for user eve from 10.9.9.9",
            "2026-11-23T09:27:00Z auth: session opened for user alice from 10.1.2.9",
            "2026-11-23T09:28:00Z auth: authentication failed for user bob from 10.1.2.3",
            "2026-11-23T09:28:30Z auth: Authentication Failed for user bob from 10.1.2.4",
            "2026-11-23T09:29:30Z auth: authentication failed for user carol from 10.1.2.3",
        ])
        let seen = await log.observe(at: "2026-11-23T09:30:00Z")
        #expect(seen.failure == nil && seen.problems.isEmpty && seen.gaps.isEmpty)
        #expect(seen.value("diag_log_auth_failures") == 3)
        #expect(seen.value("diag_log_rate_limit_hits") == nil)
        #expect(seen.value("diag_log_newest_line_age_seconds") == 30)
        #expect(seen.rows("logs.auth_failures.sources") == ["10.1.2.3 2", "10.1.2.4 1"])
        #expect(seen.rows("logs.auth_failures.users") == ["bob 2", "carol 1"])
        #expect(
            seen.rows("logs.auth_failures.timeline") == ["2026-11-23T09:28:00Z 2", "2026-11-23T09:29:00Z 1"])
    }
}
