import Playground
import Testing

@Suite("Completion in bash")
struct CompletionTests {
    @Test(
        arguments: [
            ("explain Redis", ["RedisMemoryFull", "RedisSentinelFailover"]), ("redis memory --config FILE ", ["cache"]),
            ("pg locks --config FILE ", ["primary"]), ("net --config FILE ", ["cache", "primary"]),
            ("sweep --config FILE --only team", ["team=data"]),
            ("sweep --config FILE --skip target=", ["target=cache", "target=primary"]),
            ("redis memory --config /nowhere ", []), ("schema st", ["status"]), ("inc", ["incident"]),
        ] as [(String, [String])])
    func knows(typed: String, expected: [String]) async throws {
        let home = Home()
        let file = try home.configure(
            """
            targets:
              redis:
                - {name: cache, url: "redis://127.0.0.1:6379", labels: {team: data}}
              postgresql:
                - {name: primary, url: "postgres://127.0.0.1/app"}
            """)
        let functions = try await Self.functions.value
        let line = "diag " + typed.replacing("FILE", with: file)
        let result = try await Playground.shared.run("bash", of: "bash", ["-c", Self.tab, "bash", functions, line])
        #expect(Set(result.output.split(separator: "\n").map(String.init)).isSuperset(of: expected), "\(result)")
        if expected.isEmpty { #expect(result.output == "") }
    }

    /// The file that bash sources.
    private static let functions = Task {
        let script = try await Diag.run("--generate-completion-script", "bash")
        return try await Playground.shared.write(script.output, to: "completion/diag.bash")
    }

    /// What bash does when somebody presses the tabulator at the line's end.
    private static let tab = """
        PATH="$(dirname "\(Diag.path)"):$PATH"
        source "$1"
        COMP_LINE=$2 COMP_POINT=${#2}
        read -r -a COMP_WORDS <<< "$2"
        case $2 in *' ') COMP_WORDS+=('') ;; esac
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        _diag diag "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
        printf '%s\\n' "${COMPREPLY[@]}" | sed '/^$/d'
        """
}
