/// The eight modes of a heavyweight lock, from weakest to strongest (PostgreSQL manual, 13.3.1).
public enum LockMode: String, Sendable, Hashable, Codable, CaseIterable {
    case accessShare = "AccessShareLock"
    case rowShare = "RowShareLock"
    case rowExclusive = "RowExclusiveLock"
    case shareUpdateExclusive = "ShareUpdateExclusiveLock"
    case share = "ShareLock"
    case shareRowExclusive = "ShareRowExclusiveLock"
    case exclusive = "ExclusiveLock"
    case accessExclusive = "AccessExclusiveLock"

    /// Whether two sessions cannot have the two modes on one object at once: table 13.2, in every kind of object.
    public func conflicts(with other: LockMode) -> Bool { conflicting.contains(other) }

    private var conflicting: [LockMode] {
        switch self {
        case .accessShare: [.accessExclusive]
        case .rowShare: [.exclusive, .accessExclusive]
        case .rowExclusive: [.share, .shareRowExclusive, .exclusive, .accessExclusive]
        case .shareUpdateExclusive:
            [.shareUpdateExclusive, .share, .shareRowExclusive, .exclusive, .accessExclusive]
        case .share: [.rowExclusive, .shareUpdateExclusive, .shareRowExclusive, .exclusive, .accessExclusive]
        case .shareRowExclusive:
            [.rowExclusive, .shareUpdateExclusive, .share, .shareRowExclusive, .exclusive, .accessExclusive]
        case .exclusive:
            [
                .rowShare, .rowExclusive, .shareUpdateExclusive, .share, .shareRowExclusive, .exclusive,
                .accessExclusive,
            ]
        case .accessExclusive: LockMode.allCases
        }
    }
}

extension LockMode: ColumnValue {
    public init?(columnText text: String) { self.init(rawValue: text) }
}
