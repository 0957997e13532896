import Playground

let p = Playground()
let c = ContinuousClock()
func t<T>(_ n: String, _ f: () async throws -> T) async {
    let s = c.now
    do {
        let v = try await f()
        print(n, c.now - s, v)
    } catch { print(n, error) }
}
async let a: Void = t("pg") { try await p.postgresql() }
async let a2: Void = t("bouncer") { try await p.pgbouncer() }
async let b: Void = t("redis") { try await p.redis() }
async let d: Void = t("tls") { try await p.tls() }
async let e: Void = t("app") { try await p.application() }
async let f: Void = t("logs") { try await p.logs() }
async let g: Void = t("hostile") { try await p.hostile() }
async let h: Void = t("road") { try await p.slowRoad() }
_ = await (a, b, d, e, f, g, h, a2)
print(try await p.folder())
_ = readLine()
await t("stop") { await p.stop() }
