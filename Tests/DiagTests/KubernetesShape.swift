import Testing
import Yams

/// What Kubernetes 1.27 and later know of the objects that are printed: the fields of its published OpenAPI documents
/// (io.k8s.api.batch.v1.CronJob and what hangs below it), as far as they are used, and the type of each. Whatever is not
/// listed is an error, as with `kubectl --validate=strict`.
indirect enum KubernetesShape: Sendable {
    case string
    case integer
    case boolean
    /// One of a few words.
    case word([String])
    /// A number with a unit: 50m, 64Mi.
    case quantity
    case list(KubernetesShape)
    case map(KubernetesShape)
    /// Fields, and those of them that must be there.
    case object([String: KubernetesShape], required: [String] = [])

    static func check(_ document: Node) throws {
        let kind = try #require(document["kind"]?.string)
        let shape = try #require(shapes[kind], "no such kind is printed: \(kind)")
        shape.check(document, at: kind)
    }

    private func check(_ node: Node, at path: String) {
        switch self {
        case .string: #expect(node.scalar != nil, "\(path) must be a string")
        case .integer: #expect(node.int != nil, "\(path) must be a whole number")
        case .boolean: #expect(["true", "false"].contains(node.string), "\(path) must be true or false")
        case .word(let words): #expect(words.contains(node.string ?? ""), "\(path) must be one of \(words)")
        case .quantity: #expect(node.string?.wholeMatch(of: /\d+(m|Ki|Mi|Gi)?/) != nil, "\(path) must be a quantity")
        case .list(let item):
            #expect(node.sequence != nil, "\(path) must be a list")
            for (index, child) in (node.sequence ?? []).enumerated() { item.check(child, at: "\(path)[\(index)]") }
        case .map(let value):
            for (key, child) in node.mapping ?? [:] { value.check(child, at: "\(path).\(key.string ?? "?")") }
        case .object(let fields, let required):
            #expect(node.mapping != nil, "\(path) must be an object")
            for name in required { #expect(node[name] != nil, "\(path).\(name) is missing") }
            for (key, child) in node.mapping ?? [:] {
                let name = key.string ?? "?"
                guard let field = fields[name] else {
                    Issue.record("\(path) has no field \(name)")
                    continue
                }
                field.check(child, at: "\(path).\(name)")
            }
        }
    }

    private static let metadata = object(
        ["name": .string, "namespace": .string, "labels": .map(.string)], required: ["name"])
    private static let selector = object(["name": .string, "optional": .boolean, "defaultMode": .integer])

    private static func top(_ fields: [String: KubernetesShape], _ required: [String] = []) -> KubernetesShape {
        object(
            fields.merging(["apiVersion": .string, "kind": .string, "metadata": metadata]) { $1 },
            required: ["apiVersion", "kind", "metadata"] + required)
    }

    private static let shapes: [String: KubernetesShape] = [
        "ServiceAccount": top(["automountServiceAccountToken": .boolean]),
        "Role": top([
            "rules": .list(
                .object(
                    ["apiGroups": .list(.string), "resources": .list(.string), "verbs": .list(.string)],
                    required: ["verbs"]))
        ]),
        "RoleBinding": top(
            [
                "roleRef": .object(
                    ["apiGroup": .string, "kind": .string, "name": .string], required: ["name", "kind"]),
                "subjects": .list(
                    .object(["kind": .string, "name": .string, "namespace": .string], required: ["kind", "name"])),
            ], ["roleRef"]),
        "PersistentVolumeClaim": top([
            "spec": .object([
                "accessModes": .list(.word(["ReadWriteOnce", "ReadWriteOncePod", "ReadWriteMany", "ReadOnlyMany"])),
                "storageClassName": .string, "resources": .object(["requests": .map(.quantity)]),
            ])
        ]),
        "CronJob": top(["spec": cronJob], ["spec"]),
    ]

    private static let cronJob = object(
        [
            "schedule": .string, "concurrencyPolicy": .word(["Allow", "Forbid", "Replace"]),
            "startingDeadlineSeconds": .integer, "successfulJobsHistoryLimit": .integer,
            "failedJobsHistoryLimit": .integer, "jobTemplate": .object(["spec": job], required: ["spec"]),
        ], required: ["schedule", "jobTemplate"])

    private static let job = object(
        [
            "backoffLimit": .integer, "activeDeadlineSeconds": .integer,
            "completionMode": .word(["Indexed", "NonIndexed"]),
            "completions": .integer, "parallelism": .integer,
            "template": .object(["metadata": .object(["labels": .map(.string)]), "spec": pod], required: ["spec"]),
        ], required: ["template"])

    private static let pod = object(
        [
            "restartPolicy": .word(["Never", "OnFailure"]), "serviceAccountName": .string,
            "automountServiceAccountToken": .boolean, "enableServiceLinks": .boolean,
            "terminationGracePeriodSeconds": .integer,
            "securityContext": .object([
                "runAsNonRoot": .boolean, "runAsUser": .integer, "runAsGroup": .integer, "fsGroup": .integer,
                "seccompProfile": .object(
                    ["type": .word(["RuntimeDefault", "Unconfined", "Localhost"])], required: ["type"]),
            ]),
            "containers": .list(container), "volumes": .list(volume),
        ], required: ["containers", "restartPolicy"])

    private static let container = object(
        [
            "name": .string, "image": .string, "command": .list(.string),
            "env": .list(
                .object(
                    [
                        "name": .string, "value": .string,
                        "valueFrom": .object(["fieldRef": .object(["fieldPath": .string], required: ["fieldPath"])]),
                    ], required: ["name"])),
            "securityContext": .object([
                "allowPrivilegeEscalation": .boolean, "readOnlyRootFilesystem": .boolean,
                "capabilities": .object(["drop": .list(.string), "add": .list(.string)]),
            ]),
            "resources": .object(["requests": .map(.quantity), "limits": .map(.quantity)]),
            "volumeMounts": .list(
                .object(
                    ["name": .string, "mountPath": .string, "readOnly": .boolean, "subPathExpr": .string],
                    required: ["name", "mountPath"])),
        ], required: ["name"])

    private static let volume = object(
        [
            "name": .string, "configMap": selector,
            "secret": .object(["secretName": .string, "optional": .boolean, "defaultMode": .integer]),
            "persistentVolumeClaim": .object(["claimName": .string, "readOnly": .boolean], required: ["claimName"]),
        ], required: ["name"])
}
