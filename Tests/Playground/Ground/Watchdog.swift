import Glibc
import Synchronization

/// The process that ends all the others and removes the folder when its owner is gone.
///
/// It is a shell that reads from a socket pair whose other end only the owner has, close-on-exec from its first moment
/// (`pipe2` does not import). However the owner dies, `kill -9` included, the kernel closes that end and the shell
/// reads its end of file. It leads a process group of
/// its own, which every server is born into: so there is no list that could miss a process or name a stranger that
/// has got the number of one, and a ^C in the terminal reaches only the owner, who then stops things in order.
///
/// The end comes as SIGINT and SIGTERM, which make PostgreSQL shut down without waiting for its clients and Redis,
/// Sentinel, nginx and PgBouncer end at once, and as SIGKILL for what is left after three seconds. PostgreSQL's
/// backends leave the group, but never survive their postmaster. The folder is removed again and again while the owner
/// still writes into it.
final class Watchdog: Sendable {
    private let process: Child
    private let lifeline: Mutex<CInt?>

    init(folder: String) throws {
        var ends: [CInt] = [-1, -1]
        let type = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw PlaygroundError.system("socketpair") }
        lifeline = Mutex(ends[1])
        let command = Command(
            name: "watchdog", words: [try Tool.shell.path(), "-c", Self.script, "watchdog", folder], folder: "/",
            output: "/dev/null", input: ends[0])
        defer { close(ends[0]) }
        do {
            process = try command.spawned(inGroup: 0)
        } catch {
            close(ends[1])
            throw error
        }
    }

    deinit { letGo() }

    var group: pid_t { process.pid }

    /// Returns when every server has ended and the folder is gone.
    func stop() {
        letGo()
        try? process.waitForEnd(within: .seconds(15))
    }

    private func letGo() {
        lifeline.withLock { descriptor in
            if let open = descriptor { close(open) }
            descriptor = nil
        }
    }

    /// `others` runs a command for each living process of the group but the shell: the fields of /proc/PID/stat
    /// behind the name are state, parent and group.
    private static let script = """
        trap '' INT TERM HUP QUIT
        while read -r line; do :; done
        others() {
            found=no
            for stat in /proc/[0-9]*/stat; do
                read -r line 2>/dev/null <"$stat" || continue
                set -- ${line##*) }
                [ "$3" = $$ ] && [ "$1" != Z ] && [ "${line%% *}" != $$ ] || continue
                found=yes
                [ -z "$signal" ] || kill -s "$signal" "${line%% *}"
            done 2>/dev/null
        }
        folder=$1
        for signal in INT TERM; do others; done
        signal=
        tries=0
        others
        while [ $found = yes ] && [ $tries -lt 60 ]; do
            sleep 0.05
            tries=$((tries + 1))
            others
        done
        signal=KILL
        others
        tries=0
        until rm -rf "$folder" 2>/dev/null || [ $tries -ge 60 ]; do
            sleep 0.05
            tries=$((tries + 1))
        done
        """
}
