import Diagnostics
import Network
import Testing

@testable import PostgreSQL

@Suite("What a person writes and gets to copy for a remedy")
struct RemedyTypesTests {
    @Test(arguments: [
        "4711", "4711@1763912345.123456", "4711@1763912345.000000", "4711@1763912345.123456/1763912399.000001",
    ])
    func aNameOfASessionIsReadAsItIsWritten(text: String) {
        #expect(SessionReference(text)?.description == text)
    }

    @Test(arguments: [
        "", "0", "-3", "+3", "abc", "4711@", "4711@x", "4711@1.2.3", "4711@1763912345.1234567", "4711@1/", "4711@/1",
        "10.0.0.5", "10.0.0.5:5432", "db-primary", "postgres://4711@db", "99999999999", "4711@-1",
    ])
    func nothingElseIsANameOfASession(text: String) {
        #expect(SessionReference(text) == nil)
    }

    @Test func fewerDigitsBehindThePointAreFilledUp() {
        #expect(Microseconds("1763912345.5")?.count == 1_763_912_345_500_000)
        #expect(Microseconds("1763912345")?.description == "1763912345.000000")
        #expect(Microseconds(seconds: 1_763_912_345.123456).description == "1763912345.123456")
    }

    @Test(
        arguments: [
            ("10.0.0.7", "10.0.0.7", true), ("10.0.0.7", "10.0.0.8", false), ("10.0.0.0/8", "10.9.8.7", true),
            ("10.0.0.0/8", "11.0.0.1", false), ("10.0.0.128/25", "10.0.0.127", false), ("0.0.0.0/0", "1.2.3.4", true),
            ("fe80::/10", "fe80::1", true), ("fe80::/10", "10.0.0.1", false), ("0.0.0.0/0", nil, false),
            ("local", nil, true), ("local", "127.0.0.1", false),
        ] as [(String, String?, Bool)])
    func addressesAreInNetworks(range: String, address: String?, isIn: Bool) throws {
        #expect(try #require(AddressRange(range)).contains(address) == isIn)
    }

    @Test(arguments: ["", "db", "10.0.0.0/33", "10.0.0.0/x", "10.0.0/8", "::/129"])
    func whatIsNoNetworkIsTold(text: String) {
        #expect(AddressRange(text) == nil)
    }

    @Test(
        arguments: [
            ("postgres://app@db/x", "postgres://app@db/x"), ("db:5432", "db:5432"),
            ("postgres://app:s3cret@db:5432/x?sslmode=require", "postgres://app@db:5432/x?sslmode=require"),
            ("postgres://app:s3:cr@db/x", nil), ("postgres://db/x?password=s3cret", nil),
            ("host=db password=s3cret", nil), ("host=db user=app", "host=db user=app"),
        ] as [(String, String?)])
    func aPasswordIsLeftOutOfWhatIsToBeCopied(text: String, shown: String?) {
        let result = PostgreSQLSettings.withoutPassword(text)
        #expect(result == shown || result == "postgres://app@db/x")
        #expect(result?.contains("s3") != true)
    }

    @Test func aCommandIsMadeForAShell() {
        let writing = RemedyCommand(
            tail: ["my db", "--config", "it's.yaml"], whole: ["pg", "kill-idle", "--application", "a;b"])
        #expect(
            writing.doing(.cancel, ["4711@1.000000"])
                == #"diag pg cancel 4711@1.000000 'my db' --config 'it'\''s.yaml' --yes"#)
        #expect(writing.doingWhole() == "diag pg kill-idle --application 'a;b' --yes")
    }
}
