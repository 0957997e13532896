/// What a scheduler is to run, and how often.
public struct Schedule: Sendable {
    public var interval: Interval
    /// The binary's whole path.
    public var program: String
    /// The configuration's whole path.
    public var configuration: String
    /// The history's whole path.
    public var history: String
    /// Arguments of `diag sweep` beside the usual.
    public var arguments: [String]
    /// Whom it runs as, and how units are called.
    public var user: String
    /// For node_exporter's textfile collector; nil: none.
    public var textfile: String?
    /// Seconds that a whole sweep may take by the configuration.
    public var deadline: Int
    /// Groups that may read the logs which are looked at.
    public var groups: [String]

    public init(
        interval: Interval, program: String, configuration: String, history: String, arguments: [String] = [],
        user: String = "diag", textfile: String? = nil, deadline: Int = 30, groups: [String] = []
    ) {
        self.interval = interval
        self.program = program
        self.configuration = configuration
        self.history = history
        self.arguments = arguments
        self.user = user
        self.textfile = textfile
        self.deadline = deadline
        self.groups = groups
    }

    /// All words of the command.
    func command(_ more: [String] = []) -> [String] {
        let usual = [program, "sweep", "--quiet", "--format", "line", "--every", interval.argument]
        let places = ["--config", configuration, "--state", history]
        let written = textfile.map { ["--textfile", $0] } ?? []
        return usual + places + hurry + written + more + arguments
    }

    /// A sweep that may take longer than the scheduler lets it would be ended before it has said anything.
    private var hurry: [String] {
        let most = max(1, interval.runLimit * 3 / 4)
        return deadline > most ? ["--deadline", "\(most)s"] : []
    }
}

extension String {
    /// For a POSIX shell: as it is where nothing in it can act.
    var quotedForShell: String {
        isPlain ? self : "'" + split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }

    /// A double-quoted scalar of YAML 1.2, which JSON's strings are.
    var quotedForYAML: String {
        let text = JSONValue.string(self).serialized(isOneLine: true)
        return String(text.dropLast())
    }

    /// A word of ExecStart= (systemd.service(5)): percent signs and dollars mean something there.
    var quotedForSystemd: String {
        let escaped = map { character in
            switch character {
            case "%": "%%"
            case "$": "$$"
            case "\\": "\\\\"
            case "\"": "\\\""
            case "\n": "\\n"
            default: String(character)
            }
        }.joined()
        return isPlain && escaped == self ? self : "\"\(escaped)\""
    }

    private var isPlain: Bool {
        !isEmpty
            && utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "+")...UInt8(ascii: ":"), UInt8(ascii: "@"), UInt8(ascii: "_"), UInt8(ascii: "="):
                    true
                default: false
                }
            }
    }
}
