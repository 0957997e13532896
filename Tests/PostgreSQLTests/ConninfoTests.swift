import Diagnostics
import Glibc
import Testing

@testable import PostgreSQL

@Suite("Connection settings")
struct ConninfoTests {
    @Test(arguments: [
        ("postgresql://app:pw@db:5433/orders", "db:5433"), ("postgres://db/orders", "db:5432"),
        ("postgresql://[::1]:5433/", "[::1]:5433"), ("host=db port=5433 dbname=orders", "db:5433"),
        ("db", "db:5432"), ("db:5433", "db:5433"), ("[::1]:5433", "[::1]:5433"), ("::1", "[::1]:5432"),
        ("/run/postgresql", "/run/postgresql:5432"), ("postgresql:///orders?host=/run/pg&port=5433", "/run/pg:5433"),
        ("postgresql://one:1,two:2/orders", "one:1,two:2"), ("host=one,two port=7", "one:7,two:7"),
    ])
    func sayWhereTheServerIs(text: String, address: String) throws {
        #expect(try PostgreSQLSettings(uri: text).address == address)
    }

    @Test(arguments: [
        "postgresql://app:s3cr%zzet@db", "host=db passwo rd=s3cret", "postgresql://app:s3cret@[::1",
        "host=db password='s3cret", "postgresql://app:s3cret@db?sslmod=require", "host=db pasword=s3cret",
    ])
    func neverRepeatAPasswordWhenTheyCannotBeRead(text: String) {
        #expect {
            try PostgreSQLSettings(uri: text)
        } throws: { error in
            let error = error as? ProbeError
            return error?.kind == .misconfigured && !"\(error as Any)".contains("s3cr")
        }
    }

    @Test func areCompletedFromTheServiceFile() throws {
        let file = "/tmp/diag-test-\(getpid()).pg_service.conf"
        let text = "[orders]\nhost=orders.example\nport=6000\n"
        let descriptor = open(file, O_CREAT | O_WRONLY | O_TRUNC, 0o600)
        write(descriptor, text, text.utf8.count)
        close(descriptor)
        defer { unlink(file) }
        setenv("PGSERVICEFILE", file, 1)
        #expect(try PostgreSQLSettings(uri: "service=orders").address == "orders.example:6000")
        #expect(throws: ProbeError.self) { try PostgreSQLSettings(uri: "service=nothing").conninfo.resolved() }
    }

    @Test(arguments: [
        ["host": "a,b", "port": "1,2,3"], ["host": "a", "port": "0"], ["host": "a", "port": "70000"],
        ["host": "a", "port": "x"],
    ])
    func withImpossiblePortsAreRefused(values: [String: String]) {
        #expect(throws: ProbeError.self) { try Endpoint.list(from: values) }
    }

    @Test func thePasswordApartWinsOverTheOneWithin() {
        let settings = PostgreSQLSettings(name: "db", parameters: ["password": "one"], password: "two")
        #expect(settings.conninfo.values["password"] == "two")
    }
}
