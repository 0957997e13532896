import Diagnostics
import Queries

extension PostgreSQLProbe.Question {
    /// What differs from the defaults, waits for a restart, or bites. Evidence: `postgresql.settings`,
    /// `….settings.pending`, `….settings.warnings`.
    public static let settings = Self(SettingsTopic())
}

struct SettingsTopic: Topic {
    let asks: [any Answer.Type] = [Setting.self]

    func report(_ reading: Reading, to content: inout Observation.Content) throws(ProbeError) {
        let settings = try reading.all(Setting.self)
        let warnings = settings.compactMap { SettingRule.warning(on: $0) }
        content.evidence += warnings.map { .fact("postgresql.settings.warnings", "Beware", $0) }
        let pending = settings.filter { $0.flag("pending_restart") }.compactMap { $0.text("name") }
        content.evidence.append(
            .fact(
                "postgresql.settings.pending", "Pending restart",
                pending.isEmpty ? "no setting waits for a restart" : pending.joined(separator: ", ")))
        let changed = settings.filter { $0.flag("is_changed") || $0.flag("pending_restart") }
        content.evidence.append(
            .table(
                "postgresql.settings", "Settings that differ from the defaults",
                columns: ["name", "setting", "default", "source", "place", "pending_restart"],
                rows: changed.map { setting in
                    [
                        Cell(setting.text("name")), Cell(setting.value), Cell(setting.text("default_setting")),
                        Cell(setting.text("source")), Cell(setting.text("place")),
                        .flag(setting.flag("pending_restart")),
                    ]
                }))
    }
}

/// `settings.sql`.
struct Setting: Listed {
    let row: Row
    static var files: [SQLFile] { [PostgreSQLQueries.settings] }

    /// Without passwords: `primary_conninfo` and commands may hold some.
    var value: String? { text("setting").map(Self.withoutSecrets) }

    /// Masks what stands behind a word that ends in `password` or `passfile`, and between the user and host of a URL.
    static func withoutSecrets(_ text: String) -> String {
        text.replacing(/(?i)(pass(?:word|phrase)?\s*[= ]\s*)(?:'(?:[^'\\]|\\.|'')*'?|[^\s'"]+)/) { "\($0.output.1)***" }
            .replacing(/(:\/\/[^\/\s:@]*:)[^\/\s]*@/) { "\($0.output.1)***@" }
    }
}

/// Settings that cost data, or a night's sleep.
struct SettingRule {
    let name: String
    let bites: @Sendable (String) -> Bool
    let meaning: String

    static func warning(on setting: Setting) -> String? {
        guard let name = setting.text("name"), let value = setting.text("setting"),
            let rule = all.first(where: { $0.name == name && $0.bites(value) })
        else { return nil }
        return "\(name) is \(value): \(rule.meaning)"
    }

    private static let all: [SettingRule] = [
        SettingRule(name: "fsync", bites: isOff, meaning: "a crash of the system can destroy the whole cluster"),
        SettingRule(name: "full_page_writes", bites: isOff, meaning: "a crash can leave torn pages that nothing mends"),
        SettingRule(name: "synchronous_commit", bites: isOff, meaning: "a crash loses the last commits"),
        SettingRule(name: "autovacuum", bites: isOff, meaning: "dead rows stay, and wraparound comes nearer"),
        SettingRule(name: "track_counts", bites: isOff, meaning: "autovacuum does not know where to work"),
        SettingRule(name: "track_activities", bites: isOff, meaning: "nobody sees what sessions do"),
        SettingRule(name: "zero_damaged_pages", bites: isOn, meaning: "damaged pages are emptied without a word"),
        SettingRule(
            name: "ignore_checksum_failure", bites: isOn, meaning: "damaged pages are read as if they were whole"),
        SettingRule(name: "allow_system_table_mods", bites: isOn, meaning: "a slip can destroy the catalogs"),
        SettingRule(
            name: "data_checksums", bites: isOff, meaning: "damage on the disk goes unnoticed (pg_checksums --enable)"),
        SettingRule(name: "enable_seqscan", bites: isOff, meaning: "plans avoid what is often best"),
        SettingRule(name: "enable_indexscan", bites: isOff, meaning: "plans avoid what is often best"),
        SettingRule(name: "enable_hashjoin", bites: isOff, meaning: "plans avoid what is often best"),
        SettingRule(
            name: "max_slot_wal_keep_size", bites: { $0 == "-1" },
            meaning: "a slot whose consumer is gone keeps WAL until the disk is full"),
        SettingRule(
            name: "idle_in_transaction_session_timeout", bites: { $0 == "0" },
            meaning: "a forgotten transaction holds its locks for ever"),
        SettingRule(name: "log_lock_waits", bites: isOff, meaning: "long waits for locks leave nothing in the log"),
    ]

    private static let isOff: @Sendable (String) -> Bool = { $0 == "off" }
    private static let isOn: @Sendable (String) -> Bool = { $0 == "on" }
}
