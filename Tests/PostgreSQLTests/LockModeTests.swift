import Testing

@testable import PostgreSQL

@Suite("Lock modes")
struct LockModeTests {
    /// Table 13.2 of the manual, row by row; X is a conflict.
    private static let manual: [(LockMode, String)] = [
        (.accessShare, ".......X"), (.rowShare, "......XX"), (.rowExclusive, "....XXXX"),
        (.shareUpdateExclusive, "...XXXXX"), (.share, "..XX.XXX"), (.shareRowExclusive, "..XXXXXX"),
        (.exclusive, ".XXXXXXX"), (.accessExclusive, "XXXXXXXX"),
    ]

    @Test(arguments: manual)
    func conflictAsTheManualSays(mode: LockMode, conflicts: String) {
        let ours = LockMode.allCases.map { mode.conflicts(with: $0) ? "X" : "." }.joined()
        #expect(ours == conflicts)
    }

    @Test(arguments: LockMode.allCases)
    func conflictBothWaysOrNotAtAll(mode: LockMode) {
        for other in LockMode.allCases { #expect(mode.conflicts(with: other) == other.conflicts(with: mode)) }
    }
}
