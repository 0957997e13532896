/// The units for systemd 247 and later: a oneshot service that may do nothing but look, its timer, and its user.
public struct SystemdUnits: Sendable {
    private let schedule: Schedule

    public init(_ schedule: Schedule) { self.schedule = schedule }

    /// Name below /etc, and content.
    public var files: [(name: String, text: String)] {
        let name = schedule.user
        return [
            ("sysusers.d/\(name).conf", user), ("systemd/system/\(name).service", service),
            ("systemd/system/\(name).timer", timer),
        ]
    }

    /// A user of its own and not DynamicUser=, so that PostgreSQL's peer authentication knows it and people of its group can
    /// acknowledge.
    private var user: String {
        "u \(schedule.user) - \"diag's sweeps\" /var/lib/\(schedule.user) /usr/sbin/nologin\n"
            + schedule.groups.map { "m \(schedule.user) \($0)\n" }.joined()
    }

    /// Wall-clock times, so that a run that is late moves none after it. Each machine waits for a moment of its own, always the
    /// same, so that not all of a fleet come to one database in the same second.
    private var timer: String {
        """
        [Unit]
        Description=Sweep every \(schedule.interval.argument)

        [Timer]
        OnCalendar=\(schedule.interval.calendar)
        AccuracySec=1s
        RandomizedDelaySec=\(max(1, min(schedule.interval.seconds / 6, 60)))s
        FixedRandomDelay=yes

        [Install]
        WantedBy=timers.target

        """
    }

    private var service: String { [unit, run + access, sandbox].joined(separator: "\n") }

    private var unit: String {
        """
        [Unit]
        Description=What is wrong with everything this service depends on
        Wants=network-online.target
        After=network-online.target nss-lookup.target

        """
    }

    private var run: String {
        """
        [Service]
        Type=oneshot
        ExecStart=\(schedule.command().map(\.quotedForSystemd).joined(separator: " "))
        # Verdicts (warning, critical, unknown), not failures of the unit; 64 and up are.
        SuccessExitStatus=1 2 3
        TimeoutStartSec=\(schedule.interval.runLimit)s
        User=\(schedule.user)
        UMask=0007
        # For ${NAME} in the configuration; read before the user is changed, so root alone may own it.
        EnvironmentFile=-/etc/diag/environment
        # For secrets in files of root's (here password_file: ${CREDENTIALS_DIRECTORY}/pg.password):
        #LoadCredential=pg.password:/etc/diag/pg.password

        """
    }

    /// What it may read and write beside what everybody may.
    private var access: String {
        let own = "/var/lib/\(schedule.user)"
        let written = [historyFolder] + (schedule.textfile.map { [Self.folder(of: $0)] } ?? [])
        let others = written.filter { $0 != own && !$0.hasPrefix(own + "/") }.map(\.quotedForSystemd)
        var lines = ["# The history. People in the group may acknowledge.", "StateDirectory=\(schedule.user)"]
        lines.append("StateDirectoryMode=0770")
        if !others.isEmpty { lines.append("ReadWritePaths=\(others.joined(separator: " "))") }
        if !schedule.groups.isEmpty {
            lines.append("# Reads the logs that are looked at.")
            lines.append("SupplementaryGroups=\(schedule.groups.joined(separator: " "))")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private var historyFolder: String { Self.folder(of: schedule.history) }

    private static func folder(of path: String) -> String {
        path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    }

    /// What it needs: sockets of three families, the numbers of /proc and statvfs of every mount point. Nothing else.
    private var sandbox: String {
        """
        CapabilityBoundingSet=
        AmbientCapabilities=
        NoNewPrivileges=yes
        # Every mount point stays to be seen, /home too, for how full each is.
        ProtectSystem=strict
        ProtectHome=read-only
        PrivateTmp=yes
        PrivateDevices=yes
        # The busiest processes are named: all of /proc stays to be read.
        ProtectProc=default
        ProcSubset=all
        ProtectClock=yes
        ProtectControlGroups=yes
        ProtectHostname=yes
        ProtectKernelLogs=yes
        ProtectKernelModules=yes
        ProtectKernelTunables=yes
        # TCP, and the sockets of PostgreSQL and Redis.
        RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
        RestrictNamespaces=yes
        RestrictRealtime=yes
        RestrictSUIDSGID=yes
        RemoveIPC=yes
        KeyringMode=private
        LockPersonality=yes
        MemoryDenyWriteExecute=yes
        SystemCallArchitectures=native
        SystemCallFilter=@system-service
        SystemCallFilter=~@privileged @resources
        SystemCallErrorNumber=EPERM
        LimitNOFILE=16384
        MemoryMax=512M
        TasksMax=256

        """
    }
}

extension Schedule {
    /// All units in one text, each under its place, as a shell script that writes them where it is run as root.
    public var systemd: String {
        let files = SystemdUnits(self).files.map { file in
            "install -D -m 0644 /dev/stdin /etc/\(file.name) <<'END'\n\(file.text)END\n"
        }
        return """
            #!/bin/sh
            # Sweeps every \(interval.argument) by systemd. Read it, then: diag schedule systemd --every \(interval.argument) | sudo sh
            set -eu
            \(files.joined(separator: "\n"))
            systemd-sysusers \(user).conf
            systemctl daemon-reload
            systemctl enable --now \(user).timer

            """
    }
}
