import ArgumentParser
import Diagnostics
import Glibc
import Report
import Sweep

struct ScheduleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedule",
        abstract: "Print what makes cron, systemd or Kubernetes sweep every minute; nothing is installed.",
        subcommands: [ScheduleCronCommand.self, ScheduleSystemdCommand.self, ScheduleKubernetesCommand.self])
}

struct ScheduleCronCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cron",
        abstract: "A file for /etc/cron.d: with a lock, a time-out, and a mail only when something changes.",
        discussion: """
            EXAMPLES
              diag schedule cron
              diag schedule cron --every 5m --mail-to oncall@example.org > /etc/cron.d/diag
              diag schedule cron -- --skip HighCPUUsage
            """)

    @OptionGroup var options: ScheduleOptions

    @Option(name: .long, help: ArgumentHelp("MAILTO; empty for nobody.", valueName: "address"))
    var mailTo = "root"

    func run() throws { try Output.write(try options.schedule().cron(mailTo: mailTo)) }
}

struct ScheduleSystemdCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "systemd",
        abstract: "A hardened service with its timer and user, as a script that writes the units.",
        discussion: """
            EXAMPLES
              diag schedule systemd                  to read
              diag schedule systemd --every 30s | sudo sh
              diag schedule systemd --textfile /var/lib/prometheus/node-exporter/diag.prom
            """)

    @OptionGroup var options: ScheduleOptions

    func run() throws { try Output.write(try options.schedule().systemd) }
}

struct ScheduleKubernetesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kubernetes",
        abstract: "The manifests of a CronJob with the least rights, and of an Indexed one for many targets.",
        discussion: """
            EXAMPLES
              diag schedule kubernetes --image registry.example.org/diag:0.1.0 | kubectl apply -f -
              diag schedule kubernetes --image diag:0.1.0 --every 5m --shards 4
            """)

    @OptionGroup var options: ScheduleOptions

    @Option(name: .long, help: ArgumentHelp("The container image.", valueName: "image"))
    var image = "diag:" + Version.text

    @Option(name: .long, help: ArgumentHelp("The namespace.", valueName: "name"))
    var namespace = "diag"

    @Option(name: .long, help: ArgumentHelp("Pods among which the targets are shared.", valueName: "number"))
    var shards: Int?

    @Option(name: .long, help: ArgumentHelp("The storage class of the history's volume.", valueName: "name"))
    var storageClass: String?

    @Flag(name: .long, help: "Let the pods read the logs of pods in their namespace.")
    var podLogs = false

    func validate() throws {
        for name in [namespace, options.user, storageClass ?? "x"] where !Self.isName(name) {
            throw ValidationError("'\(name)' is no name in Kubernetes: small letters, digits and dashes")
        }
    }

    func run() throws {
        var schedule = try options.schedule()
        schedule.program = options.program ?? "diag"
        let manifests = try KubernetesManifests(
            schedule,
            .init(
                namespace: namespace, image: image, shards: shards, readsPodLogs: podLogs, storageClass: storageClass))
        try Output.write(manifests.yaml)
    }

    /// A label of RFC 1123.
    private static func isName(_ text: String) -> Bool {
        text.count <= 63 && text.first != "-" && text.last != "-" && !text.isEmpty
            && text.allSatisfy { ("a"..."z").contains($0) || ("0"..."9").contains($0) || $0 == "-" }
    }
}

/// What all schedulers are told.
struct ScheduleOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("How often: 30s, 1m, 5m, 1h.", valueName: "time"))
    var every = TimeSpan(.seconds(60))

    @Option(name: .long, help: ArgumentHelp("The configuration file.", valueName: "file"))
    var config = "/etc/diag/diag.yaml"

    @Option(name: .long, help: ArgumentHelp("The history file.", valueName: "file"))
    var state: String?

    @Option(name: .long, help: ArgumentHelp("The user it runs as, and the units' name.", valueName: "name"))
    var user = "diag"

    @Option(name: .long, help: ArgumentHelp("The path of diag there; by default this one's.", valueName: "file"))
    var program: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Write this file for node_exporter's textfile collector too.", valueName: "file"))
    var textfile: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A group that may read the logs; repeatable. By default adm, where the configuration looks at logs.",
            valueName: "name"))
    var group: [String] = []

    @Argument(
        parsing: .postTerminator,
        help: ArgumentHelp("More arguments of diag sweep, behind --.", valueName: "argument"))
    var arguments: [String] = []

    func validate() throws {
        for path in [config, state, textfile, program].compactMap(\.self) where !path.hasPrefix("/") {
            throw ValidationError("'\(path)' must be a whole path: schedulers start in a folder of their own")
        }
        for name in [user] + group where !Self.isName(name) {
            throw ValidationError("'\(name)' is no name of a user or group")
        }
    }

    /// - Throws: `ScheduleError`.
    func schedule() throws -> Schedule {
        let known = try? Configuration(file: config, environment: Environment.variables)
        let readsLogs = known?.targets.contains { $0.target.kind == .log } ?? false
        return Schedule(
            interval: try Interval(seconds: Int(every.duration.seconds.rounded())),
            program: program ?? Self.ownPath, configuration: config,
            history: state ?? "/var/lib/\(user)/diag.sqlite", arguments: arguments, user: user, textfile: textfile,
            deadline: Int((known?.bounds ?? Bounds()).deadline.seconds),
            groups: group.isEmpty && readsLogs ? ["adm"] : group)
    }

    private static var ownPath: String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let length = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        guard length > 0 else { return "/usr/local/bin/diag" }
        return String(decoding: buffer.prefix(length).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// As useradd(8) of Debian takes it.
    private static func isName(_ text: String) -> Bool {
        guard let first = text.first, first == "_" || ("a"..."z").contains(first), text.count <= 32 else {
            return false
        }
        return text.allSatisfy { ("a"..."z").contains($0) || ("0"..."9").contains($0) || $0 == "_" || $0 == "-" }
    }
}
