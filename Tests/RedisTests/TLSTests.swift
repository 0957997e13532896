import Diagnostics
import Playground
import Redis
import TLS
import Testing

@Suite("Redis over TLS")
struct TLSTests {
    private func observe(_ settings: RedisSettings, within deadline: Duration = .seconds(20)) async -> Observation {
        let target = Target(kind: .redis, name: "cache", address: "\(settings.endpoint)")
        return await RedisProbe(target: target, settings: settings).observe(until: .after(deadline))
    }

    @Test(arguments: RedisInstallation.all.filter(\.hasTLS))
    func isSpokenAndItsCertificateToldFromTheSameConnection(of installation: RedisInstallation) async throws {
        let server = try await LiveRedis(showing: .good, of: installation)
        let seen = await observe(server.settings)
        #expect(seen.failure == nil)
        #expect(seen.problems == [])
        #expect(seen.value("diag_redis_memory_used_ratio") != nil)
        let expiry = try #require(seen.value("diag_tls_certificate_expiry_seconds"))
        #expect(abs(expiry - Timestamp.now.secondsSinceEpoch - 90 * 86_400) < 3600)
        #expect(seen.value("diag_tls_verified") == 1)
        #expect(seen.fact("redis.security")?.hasPrefix("TLSv1.3, certificate verified, valid for ") == true)
        #expect(seen.value("diag_redis_clients_connected") == 1, "no second connection was made for the certificate")
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let kind: ServerCertificates.Kind
        let words: String
        let advice: String
        var testDescription: String { kind.rawValue }
    }

    @Test(arguments: [
        Case(kind: .expired, words: "expired at", advice: "renew the certificate"),
        Case(kind: .untrusted, words: "not trusted here", advice: "ca_file"),
        Case(kind: .selfSigned, words: "signed by itself", advice: "ca_file"),
    ])
    func aCertificateThatCannotBeTrustedIsNamedWithWhatMendsIt(_ example: Case) async throws {
        let server = try await LiveRedis(showing: example.kind)
        let seen = await observe(server.settings)
        let failure = try #require(seen.failure)
        #expect(failure.kind == .tls)
        #expect(failure.message.contains(example.words))
        #expect(failure.advice?.contains(example.advice) == true)
        #expect(failure.advice?.contains("insecure") == true)
        #expect(seen.value("diag_tls_certificate_expiry_seconds") != nil)

        var settings = server.settings
        settings.tls?.check = .nothing
        let insecure = await observe(settings)
        #expect(insecure.failure == nil)
        #expect(insecure.fact("redis.security")?.contains("not verified") == true)
        #expect(insecure.fact("redis.security")?.contains(example.words) == true)
    }

    /// As redis-cli: of an authority of one's own, the name counts only where one is asked for.
    @Test func aNameThatDoesNotFitIsToldAndHeldAgainstTheServerWhereANameIsAskedFor() async throws {
        let server = try await LiveRedis(showing: .wrongName)
        let lenient = await observe(server.settings)
        #expect(lenient.failure == nil)
        #expect(lenient.fact("redis.security")?.contains("is not for 127.0.0.1") == true)
        var settings = server.settings
        settings.tls?.serverName = "cache.example.test"
        #expect(await observe(settings).failure?.message.contains("not for cache.example.test") == true)
        settings.tls?.serverName = "other.example.test"
        #expect(await observe(settings).failure == nil)
        settings.tls?.serverName = nil
        settings.tls?.check = .chainAndName
        #expect(await observe(settings).failure?.kind == .tls)
    }

    @Test func aServerThatWantsAClientCertificateGetsOne() async throws {
        let server = try await LiveRedis(showing: .good, wantsClients: true)
        let without = try #require(await observe(server.settings).failure)
        #expect(without.kind == .tls)
        #expect(without.advice?.contains("client certificate") == true)

        let certificates = try await Playground.shared.certificates()
        let (good, stranger) = (try certificates.client(), try certificates.client(.untrusted))
        var settings = server.settings
        settings.tls?.identity = .init(certificateFile: good.certificate, keyFile: good.key)
        #expect(await observe(settings).failure == nil)
        settings.tls?.identity = .init(certificateFile: stranger.certificate, keyFile: stranger.key)
        let refused = try #require(await observe(settings).failure)
        #expect(refused.kind == .tls)
        #expect(refused.advice?.contains("does not accept the client certificate") == true)
        settings.tls?.identity = .init(certificateFile: good.certificate, keyFile: stranger.key)
        #expect(await observe(settings).failure?.kind == .misconfigured)
        settings.tls?.identity = .init(certificateFile: "/nowhere/cert.pem")
        #expect(await observe(settings).failure?.message.contains("/nowhere/cert.pem") == true)
    }

    @Test func eachEndTakenForTheOtherIsToldSo() async throws {
        let (plain, encrypted) = (try await LiveRedis(), try await LiveRedis(showing: .good))
        var settings = plain.settings
        settings.tls = TLSClientSettings()
        let notTLS = try #require(await observe(settings, within: .seconds(1)).failure)
        #expect(notTLS.kind == .timedOut)
        #expect(notTLS.advice?.contains("then redis://") == true)
        settings = encrypted.settings
        settings.tls = nil
        let notPlain = try #require(await observe(settings).failure)
        #expect(notPlain.advice?.contains("rediss://") == true)
    }

    @Test func aScanReadsOverIt() async throws {
        let server = try await LiveRedis(showing: .good)
        var connection = try await RedisConnection.connect(server.settings, until: .after(.seconds(20)))
        let value = String(repeating: "x", count: 300_000)
        let commands = [RedisCommand("SET", "large", value)] + (0..<5000).map { RedisCommand("SET", "k:\($0)", "v") }
        let replies = await connection.replies(to: commands, until: .after(.seconds(20)))
        #expect(replies.interruption == nil)
        #expect(
            await connection.replies(to: [RedisCommand("GET", "large")], until: .after(.seconds(20)))[0]?.text == value)
        let report = try await KeyspaceScan(settings: server.settings).run(until: .after(.seconds(30)))
        #expect(report.keysSeen == 5001)
        #expect(report.largest.first?.elements == 300_000)
    }
}
