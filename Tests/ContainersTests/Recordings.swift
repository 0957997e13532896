import Foundation
import Playground

@testable import Containers

/// What Docker's engine (API 1.43) and Kubernetes (1.29) answer, shortened to what one looks at.
enum Recordings {
    static let list = """
        [{"Id":"8dfafdbc3a40e1","Names":["/shop-app"],"Image":"registry.test/shop:1.4","ImageID":"sha256:d74",
          "Command":"/app","Created":1790000000,"Ports":[{"IP":"0.0.0.0","PrivatePort":8080,"PublicPort":18080,"Type":"tcp"}],
          "State":"running","Status":"Up 3 hours (unhealthy)","NetworkSettings":{"Networks":{"bridge":{"IPAddress":"172.17.0.2"}}}},
         {"Id":"9cd87474be90aa","Names":["/old-app"],"Image":"registry.test/shop:1.3","Created":1780000000,"Ports":[],
          "State":"exited","Status":"Exited (137) 2 minutes ago","NetworkSettings":{"Networks":{"bridge":{"IPAddress":""}}}}]
        """

    static let running = """
        {"Id":"8dfafdbc3a40e1","Name":"/shop-app","Created":"2026-11-20T10:00:00.000000001Z","RestartCount":3,
         "State":{"Status":"running","Running":true,"Paused":false,"Restarting":false,"OOMKilled":false,"Dead":false,
          "Pid":42,"ExitCode":0,"Error":"","StartedAt":"2026-11-26T18:00:00.5+01:00","FinishedAt":"0001-01-01T00:00:00Z",
          "Health":{"Status":"unhealthy","FailingStreak":7,"Log":[{"Start":"x","End":"y","ExitCode":1,
           "Output":"connect postgres://app:geheim@db/app: refused\\n"}]}},
         "Image":"sha256:d74","Config":{"Image":"registry.test/shop:1.4","Tty":false},
         "HostConfig":{"Memory":536870912,"PortBindings":{"8080/tcp":[{"HostIp":"","HostPort":"18080"}]}}}
        """

    static let exited = """
        {"Id":"9cd87474be90aa","Name":"/old-app","Created":"2026-11-20T10:00:00Z","RestartCount":0,
         "State":{"Status":"exited","Running":false,"OOMKilled":true,"ExitCode":137,"Error":"",
          "StartedAt":"2026-11-26T17:00:00Z","FinishedAt":"2026-11-26T17:30:00Z"},
         "Config":{"Image":"registry.test/shop:1.3","Tty":true},
         "HostConfig":{"Memory":0,"PortBindings":{"8080/tcp":[{"HostIp":"","HostPort":"19090"}]}}}
        """

    static let statistics = """
        {"memory_stats":{"usage":104857600,"stats":{"inactive_file":4857600},"limit":536870912}}
        """

    /// A line to standard output and one to standard error.
    static let log: [UInt8] =
        frame(1, "listening on :8080\n") + frame(2, "login failed password=geheim for \u{1B}[31mbob\n")

    static func frame(_ stream: UInt8, _ text: String) -> [UInt8] {
        let size = text.utf8.count
        return [stream, 0, 0, 0, 0, 0, UInt8(size >> 8), UInt8(size & 0xFF)] + Array(text.utf8)
    }

    static let events = """
        {"Type":"container","Action":"oom","Actor":{"ID":"a","Attributes":{"name":"shop-app"}},"time":1790000100}
        {"Type":"container","Action":"oom","Actor":{"ID":"a","Attributes":{"name":"shop-app"}},"time":1790000200}
        rubbish
        """

    static func docker(in folder: String) throws -> RecordedAPI {
        try RecordedAPI(
            unixSocket: folder + "/docker-\(UUID().uuidString.prefix(8)).sock",
            [
                "/containers/json": .json(list), "/containers/shop-app/json": .json(running),
                "/containers/8dfafdbc3a40e1/json": .json(running), "/containers/9cd87474be90aa/json": .json(exited),
                "/containers/8dfafdbc3a40e1/stats": .json(statistics),
                "/containers/8dfafdbc3a40e1/logs": .init(
                    200, log, type: "application/vnd.docker.multiplexed-stream", isChunked: true),
                "/containers/9cd87474be90aa/logs": .init(200, Array("a terminal's line\r\n".utf8), type: "text/plain"),
                "/events": .init(200, Array(events.utf8), isChunked: true),
            ])
    }

    static let pods = """
        {"kind":"PodList","items":[
         {"metadata":{"name":"shop-7d9f8-x2x1z","namespace":"prod","labels":{"app":"shop"},
           "ownerReferences":[{"kind":"ReplicaSet","name":"shop-7d9f8"}]},
          "spec":{"nodeName":"node-1","containers":[{"name":"app","image":"shop:1.4","resources":{"limits":{"memory":"512Mi"}}}]},
          "status":{"phase":"Running","podIP":"10.1.2.3","containerStatuses":[{"name":"app","ready":false,"restartCount":5,
            "image":"shop:1.4","state":{"waiting":{"reason":"CrashLoopBackOff","message":"back-off 2m40s restarting"}},
            "lastState":{"terminated":{"exitCode":137,"reason":"OOMKilled","finishedAt":"2026-11-26T17:30:00Z"}}}]}},
         {"metadata":{"name":"shop-7d9f8-abcde","namespace":"prod","ownerReferences":[{"kind":"ReplicaSet","name":"shop-7d9f8"}]},
          "spec":{"nodeName":"node-2","containers":[{"name":"app","image":"shop:1.4"}]},
          "status":{"phase":"Running","containerStatuses":[{"name":"app","ready":true,"restartCount":0,"image":"shop:1.4",
            "state":{"running":{"startedAt":"2026-11-26T17:00:00Z"}},"lastState":{}}]}},
         {"metadata":{"name":"shop-7d9f8-pend1"},"spec":{"containers":[]},"status":{"phase":"Pending",
           "conditions":[{"type":"PodScheduled","status":"False","message":"0/3 nodes are available: insufficient memory"}]}},
         {"metadata":{}}]}
        """

    static let replicaSets = """
        {"items":[
         {"metadata":{"name":"shop-7d9f8","creationTimestamp":"2026-11-26T17:00:00Z",
           "annotations":{"deployment.kubernetes.io/revision":"12","kubernetes.io/change-cause":"deploy 1.4"},
           "ownerReferences":[{"kind":"Deployment","name":"shop"}]},
          "spec":{"template":{"spec":{"containers":[{"image":"shop:1.4"}]}}},"status":{"replicas":3}},
         {"metadata":{"name":"shop-6c1","creationTimestamp":"2026-11-01T17:00:00Z",
           "annotations":{"deployment.kubernetes.io/revision":"11"},"ownerReferences":[{"kind":"Deployment","name":"shop"}]},
          "spec":{"template":{"spec":{"containers":[{"image":"shop:1.3"}]}}},"status":{"replicas":0}},
         {"metadata":{"name":"other-1","ownerReferences":[{"kind":"Deployment","name":"other"}]}}]}
        """

    static let warnings = """
        {"items":[{"type":"Warning","reason":"BackOff","message":"Back-off restarting failed container","count":42,
          "lastTimestamp":"2026-11-26T17:31:00Z","involvedObject":{"name":"shop-7d9f8-x2x1z"}}]}
        """

    static let metrics = """
        {"containers":[{"name":"app","usage":{"cpu":"250m","memory":"131072Ki"}}]}
        """

    static let kubernetes: [String: RecordedAPI.Answer] = {
        let base = "/api/v1/namespaces/prod"
        return [
            base + "/pods": .json(pods), base + "/events": .json(warnings),
            base + "/services/shop": .json(#"{"spec":{"selector":{"app":"shop"}}}"#),
            base + "/pods/shop-7d9f8-x2x1z/log?tailLines=20&container=app&limitBytes=262144&previous=true":
                .init(200, Array("starting\npanic: out of memory, token=geheim\n".utf8), type: "text/plain"),
            base + "/pods/shop-7d9f8-x2x1z/log": .init(200, Array("starting\n".utf8), type: "text/plain"),
            "/apis/apps/v1/namespaces/prod/replicasets": .json(replicaSets),
            "/apis/metrics.k8s.io/v1beta1/namespaces/prod/pods/shop-7d9f8-x2x1z": .json(metrics),
        ]
    }()
}

/// A folder that is gone with the last reference.
final class Folder: Sendable {
    let path: String

    init() {
        var template = Array("/tmp/diag-containers-XXXXXX".utf8CString)
        precondition(mkdtemp(&template) != nil, "no temporary folder")
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ text: String, to name: String) throws {
        let file = path + "/" + name
        let folder = (file as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try text.write(toFile: file, atomically: true, encoding: .utf8)
    }
}
