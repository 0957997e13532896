import CCurl
import Diagnostics
import Network

extension HTTPResponse {
    /// What the answer was like. A sweep keeps to what explains a failure or a slow answer.
    func evidence(inFull: Bool) -> [Evidence] {
        guard inFull else { return hops.isEmpty ? [] : [redirects] }
        return [phaseTable] + (hops.isEmpty ? [] : [redirects]) + [headerTable] + (excerpt.map { [$0] } ?? [])
    }

    var summary: Evidence {
        let from = remoteAddress.map { " from \($0)" } ?? ""
        let type = head.contentType.map { ", \($0)" } ?? ""
        return .fact(
            "http.response", "Answer",
            "\(status) by HTTP/\(version)\(from) after \(Units.seconds(phases.total.seconds)); "
                + "\(Units.bytes(Int64(bodyLength)))\(type)\(packing)\(isTruncated ? ", cut at its limit" : "")")
    }

    private var packing: String {
        guard let encoding = head["content-encoding"]?.lowercased(), encoding != "identity" else { return "" }
        return ", \(Units.bytes(Int64(transferredLength))) as \(encoding)"
    }

    private var phaseTable: Evidence {
        .table(
            "http.phases", "Where the time went", columns: ["phase", "time", "share"],
            rows: phases.named.map { phase, time in
                let share = phases.total > .zero ? time / phases.total : 0
                return [.text(phase), .seconds(time.seconds), .ratio(share)]
            })
    }

    private var redirects: Evidence {
        let last: [Cell] = [
            .integer(Int64(status)), .text(URLText.shown(url)), .seconds(phases.total.seconds),
            remoteAddress.map(Cell.text) ?? .none,
        ]
        return .table(
            "http.redirects", "Redirects", columns: ["status", "url", "time", "answered_by"],
            rows: hops.map { hop in
                [
                    .integer(Int64(hop.status)), .text(URLText.shown(hop.url)), .seconds(hop.time.seconds),
                    hop.remoteAddress.map(Cell.text) ?? .none,
                ]
            } + [last])
    }

    private var headerTable: Evidence {
        .table(
            "http.headers", "Header fields", columns: ["name", "value"],
            rows: head.headers.map { [.text($0.name), .text($0.shownValue)] })
    }

    private var excerpt: Evidence? {
        let text = String(decoding: body.prefix(300), as: UTF8.self).split(whereSeparator: \.isWhitespace)
            .joined(separator: " ")
        return text.isEmpty ? nil : .fact("http.body", "Body", text + (body.count > 300 ? " …" : ""))
    }

    /// Where the time of its connection went; nil for a unix socket. One that was there before took no time to make.
    var way: ConnectionWay? {
        guard remoteAddress != nil else { return nil }
        guard phases.connect > .zero else { return transport.map { ConnectionWay(connect: nil, info: $0) } }
        let host = URLText.part(CURLUPART_HOST, of: url)?.filter { $0 != "[" && $0 != "]" } ?? ""
        let isNamed = Resolver.numeric(host, port: 0) == nil
        return ConnectionWay(resolve: isNamed ? phases.resolve : nil, connect: phases.connect, info: transport)
    }
}

extension HTTPRequest.Header {
    /// Without what lets somebody in: cookies, tokens, keys.
    fileprivate var shownValue: String {
        let name = name.lowercased()
        if name == "set-cookie" { return value.prefix { $0 != "=" } + "=…" }
        let isSecret = ["token", "secret", "authorization", "api-key", "apikey", "password"].contains(
            where: name.contains)
        return isSecret ? "…" : value
    }
}
