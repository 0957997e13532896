import Diagnostics

extension AlertText {
    static let instanceDown = AlertText(
        .infrastructure, "An instance is down",
        meaning: """
            The instance does not answer its health check, or does not answer at all: whoever depends on it gets errors. \
            Tell the status page at once.
            """,
        evidence: ["http.health", "container."],
        nextSteps: [
            .look("See at which step the connection fails", "diag http {target}", at: [.http]),
            .look("See at which step the way there ends", "diag net {target}", at: [.network]),
            .look("See what it answers", "diag pg connections {target}", at: [.postgresql]),
            .look("See what it answers", "diag pg pools {target}", at: [.pgbouncer]),
            .look("See what it answers", "diag redis info {target}", at: [.redis]),
            .look("See whether its container or pod runs, its restarts and last lines", "diag containers"),
            .look("See whether its machine is short of something", "diag host"),
            .look("See what it depends on", "diag sweep"),
            .act("Restart it", "kubectl rollout restart deployment/aragora -n production", at: [.http]),
            .act("Start it again, once its log says why it stopped", "systemctl start postgresql", at: [.postgresql]),
            .act("Start it again, once its log says why it stopped", "systemctl start pgbouncer", at: [.pgbouncer]),
            .act("Start it again, once its log says why it stopped", "systemctl start redis-server", at: [.redis]),
        ])

    static let highCPUUsage = AlertText(
        .infrastructure, "The CPU is busy",
        meaning: "Requests queue for the CPU: they become slow, then time out.",
        evidence: ["host.cpu", "host.pressure", "host.processes.cpu"],
        nextSteps: [
            .look("See what uses the CPU, and whether a limit throttles it", "diag host {target}"),
            .look("See debates that run away, and what the agents do", "diag http"),
            .look("Profile the application", "py-spy top --pid <pid>"),
            .act(
                "Add replicas if the load is legitimate", "kubectl scale deployment/aragora --replicas=5 -n production"),
            .act("End a debate that runs away", "curl -X DELETE <application>/api/v1/debates/<debate_id>"),
        ])

    static let highMemoryUsage = AlertText(
        .infrastructure, "Memory is short",
        meaning: "Little is left before the kernel ends a process or the container is killed.",
        evidence: ["host.memory", "host.pressure", "host.processes.memory", "container.oom"],
        nextSteps: [
            .look("See what holds the memory, and which limit applies", "diag host {target}"),
            .look("See how many debates are open, and the application's own figures", "diag http"),
            .look("Look for a leak", "curl -s <application>/api/v1/debug/memory"),
            .act("Clear the application's caches", "curl -X POST <application>/api/v1/admin/cache/clear"),
            .act("Restart it step by step", "kubectl rollout restart deployment/aragora -n production"),
            .act(
                "Add replicas if it is about to be killed",
                "kubectl scale deployment/aragora --replicas=5 -n production"),
        ])

    static let diskSpaceLow = AlertText(
        .infrastructure, "A disk is nearly full",
        meaning: "When it is full, databases stop writing and logs are lost.",
        evidence: ["host.filesystem", "host.folders", "host.files"],
        nextSteps: [
            .look("See every file system, inodes too", "diag host {target}"),
            .look("See which folders are large", "du -xh --max-depth=2 {mountpoint} | sort -h | tail -20"),
            .look("Find large files", "find {mountpoint} -xdev -type f -size +100M"),
            .look("Find files that are deleted but still held open", "lsof -nP +L1 {mountpoint}"),
            .look("See what containers and images take", "docker system df"),
            .act("Shrink the journal", "journalctl --vacuum-size=500M"),
            .act("Remove unused images and containers (volumes stay)", "docker system prune -af"),
            .act("Compress old logs and move them elsewhere; delete backups that are older than they must be kept"),
        ])

    static let networkLatencyHigh = AlertText(
        .infrastructure, "The way to a database is slow",
        meaning:
            "Each query waits this long before it begins. The time is that of opening a TCP connection: one round trip.",
        evidence: ["net.", "postgresql.server", "redis.server"],
        nextSteps: [
            .look("See where the time goes: each resolver, each address, losses, the routers", "diag net {target}"),
            .look(
                "See it go on, and whether packets are lost now and then", "diag net {target} --count 100 --watch 30"),
            .look("See errors and drops of this machine's interfaces", "diag host"),
            .look("See how long connecting to the others takes, to compare", "diag sweep --only NetworkLatencyHigh"),
            .look("Ask the network team and look for notices of maintenance"),
            .act("Fail over to another zone if it lasts"),
        ])
}
