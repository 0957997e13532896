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
    public func conflicts(with other: LockMode) -> Bool { conflicting & other.bit != 0 }

    /// One bit a mode, since a long queue asks millions of times.
    private var bit: UInt8 {
        switch self {
        case .accessShare: 0b0000_0001
        case .rowShare: 0b0000_0010
        case .rowExclusive: 0b0000_0100
        case .shareUpdateExclusive: 0b0000_1000
        case .share: 0b0001_0000
        case .shareRowExclusive: 0b0010_0000
        case .exclusive: 0b0100_0000
        case .accessExclusive: 0b1000_0000
        }
    }

    private var conflicting: UInt8 {
        switch self {
        case .accessShare: 0b1000_0000
        case .rowShare: 0b1100_0000
        case .rowExclusive: 0b1111_0000
        case .shareUpdateExclusive: 0b1111_1000
        case .share: 0b1110_1100
        case .shareRowExclusive: 0b1111_1100
        case .exclusive: 0b1111_1110
        case .accessExclusive: 0b1111_1111
        }
    }
}

extension LockMode: ColumnValue {
    public init?(columnText text: String) { self.init(rawValue: text) }
}
