extension Schedule {
    /// A file for /etc/cron.d (crontab(5) of Debian's cron, cronie and systemd-cron).
    ///
    /// cron mails all that is printed: with `--changes` that is one mail when something begins to fire, one when it has resolved,
    /// and none in between. The lock is that of a run as a whole, given back by the kernel; `timeout` ends a run that hangs.
    ///
    /// - Parameter recipient: MAILTO; empty for nobody.
    /// - Throws: `ScheduleError` below a minute.
    public func cron(mailTo recipient: String) throws(ScheduleError) -> String {
        let time = try interval.cron("cron")
        let words = command(["--changes"]).map(\.quotedForShell).joined(separator: " ")
        // In a folder of its own, where nobody else can take it.
        let lock = "\(history).cron".quotedForShell
        let limit = "timeout --kill-after=5 \(interval.runLimit)"
        // An unescaped percent sign ends the command.
        let line = "\(time) \(user) flock --nonblock --conflict-exit-code 0 \(lock) \(limit) \(words)"
            .split(separator: "%", omittingEmptySubsequences: false).joined(separator: "\\%")
        return """
            # /etc/cron.d/diag: sweeps every \(interval.argument); its mail tells what began to fire and what has resolved.
            # Make the user and the history's folder once:
            #   useradd --system --home-dir /var/lib/diag --shell /usr/sbin/nologin\(groupOption) \(user)
            #   install -d -o \(user) -g \(user) -m 0750 \(folder)
            SHELL=/bin/sh
            PATH=/usr/local/bin:/usr/bin:/bin
            MAILTO=\(recipient.quotedForYAML)
            \(line)

            """
    }

    private var groupOption: String { groups.isEmpty ? "" : " --groups \(groups.joined(separator: ","))" }

    private var folder: String {
        let parts = history.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        return parts.joined(separator: "/").quotedForShell
    }
}
