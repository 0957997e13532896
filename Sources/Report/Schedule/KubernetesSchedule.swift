/// The manifests of a CronJob in Kubernetes 1.27 and later, and of an Indexed one where several pods share the targets.
public struct KubernetesManifests: Sendable {
    public struct Options: Sendable {
        public var namespace: String
        public var image: String
        /// Pods among which the targets are shared; nil: one that looks at all.
        public var shards: Int?
        /// Whether the pods may read the logs of pods in their namespace, for who looks from inside.
        public var readsPodLogs: Bool
        /// The class of the volume that keeps the history; nil: the cluster's usual one.
        public var storageClass: String?

        public init(
            namespace: String, image: String, shards: Int? = nil, readsPodLogs: Bool = false,
            storageClass: String? = nil
        ) {
            self.namespace = namespace
            self.image = image
            self.shards = shards
            self.readsPodLogs = readsPodLogs
            self.storageClass = storageClass
        }
    }

    private let schedule: Schedule
    private let options: Options
    private let time: String

    /// - Throws: `ScheduleError` for what a CronJob cannot do.
    public init(_ schedule: Schedule, _ options: Options) throws(ScheduleError) {
        time = try schedule.interval.cron("a CronJob")
        guard options.shards.map({ (1...1000).contains($0) }) ?? true else {
            throw ScheduleError("shards are between 1 and 1000")
        }
        self.schedule = schedule
        self.options = options
    }

    public var yaml: String {
        ([head, account] + (options.readsPodLogs ? [role, binding] : []) + [volume, job]).joined(separator: "---\n")
    }

    private var name: String { schedule.user }

    private var head: String {
        """
        # Sweeps every \(schedule.interval.argument). Before: kubectl -n \(options.namespace) create configmap \(name) --from-file=diag.yaml
        # and, for secrets that it names as /run/secrets/diag/NAME:
        #         kubectl -n \(options.namespace) create secret generic \(name) --from-file=pg.password

        """
    }

    private func metadata(_ indent: String) -> String {
        """
        metadata:
          name: \(name)
          namespace: \(options.namespace)
          labels: {app.kubernetes.io/name: \(name)}
        """.split(separator: "\n").joined(separator: "\n" + indent)
    }

    /// The pods ask Kubernetes for nothing, so they get no token.
    private var account: String {
        """
        apiVersion: v1
        kind: ServiceAccount
        \(metadata(""))
        automountServiceAccountToken: false

        """
    }

    private var role: String {
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        \(metadata(""))
        rules:
          - apiGroups: [""]
            resources: [pods]
            verbs: [get, list]
          - apiGroups: [""]
            resources: [pods/log]
            verbs: [get]

        """
    }

    private var binding: String {
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        \(metadata(""))
        roleRef:
          apiGroup: rbac.authorization.k8s.io
          kind: Role
          name: \(name)
        subjects:
          - kind: ServiceAccount
            name: \(name)
            namespace: \(options.namespace)

        """
    }

    private var volume: String {
        let storage = options.storageClass.map { "  storageClassName: \($0)\n" } ?? ""
        return """
            # The history\(options.shards == nil ? "" : ", of which each shard has a file of its own; the pods may be on different nodes").
            apiVersion: v1
            kind: PersistentVolumeClaim
            \(metadata(""))
            spec:
              accessModes: [\(options.shards == nil ? "ReadWriteOnce" : "ReadWriteMany")]
            \(storage)  resources:
                requests:
                  storage: 256Mi

            """
    }
}

// MARK: - The job

extension KubernetesManifests {
    private var job: String {
        """
        apiVersion: batch/v1
        kind: CronJob
        \(metadata(""))
        spec:
          schedule: "\(time)"
          # A run that is not over makes the next one wait for its own time.
          concurrencyPolicy: Forbid
          # Late by more than this a run is left out. More than the ten seconds between two looks of the controller.
          startingDeadlineSeconds: \(max(15, min(schedule.interval.seconds / 2, 200)))
          successfulJobsHistoryLimit: 1
          failedJobsHistoryLimit: 3
          jobTemplate:
            spec:
              # The next run comes anyway.
              backoffLimit: 0
              activeDeadlineSeconds: \(schedule.interval.runLimit)
        \(indexed)      template:
                metadata:
                  labels: {app.kubernetes.io/name: \(name)}
                spec:
        \(pod)
        """
    }

    private var indexed: String {
        guard let shards = options.shards else { return "" }
        return """
                  completionMode: Indexed
                  completions: \(shards)
                  parallelism: \(shards)

            """
    }

    private var pod: String {
        """
                  restartPolicy: Never
                  serviceAccountName: \(name)
                  automountServiceAccountToken: \(options.readsPodLogs)
                  enableServiceLinks: false
                  terminationGracePeriodSeconds: 5
                  securityContext:
                    runAsNonRoot: true
                    runAsUser: 65532
                    runAsGroup: 65532
                    fsGroup: 65532
                    seccompProfile: {type: RuntimeDefault}
                  containers:
                    - name: diag
                      image: \(options.image.quotedForYAML)
                      command: [\(command)]
        \(environment)              securityContext:
                        allowPrivilegeEscalation: false
                        readOnlyRootFilesystem: true
                        capabilities: {drop: [ALL]}
                      resources:
                        requests: {cpu: 50m, memory: 64Mi}
                        limits: {memory: 256Mi}
                      volumeMounts:
                        - {name: configuration, mountPath: /etc/diag, readOnly: true}
                        - {name: secrets, mountPath: /run/secrets/diag, readOnly: true}
                        - {name: history, mountPath: /var/lib/diag\(subPath)}
                  volumes:
                    - name: configuration
                      configMap: {name: \(name)}
                    - name: secrets
                      secret: {secretName: \(name), optional: true, defaultMode: 0440}
                    - name: history
                      persistentVolumeClaim: {claimName: \(name)}

        """
    }

    /// A verdict is no failure of a job, so it is not the exit code; what fires is in the pod's log.
    private var command: String {
        var inPod = schedule
        inPod.configuration = "/etc/diag/diag.yaml"
        inPod.history = "/var/lib/diag/diag.sqlite"
        inPod.textfile = nil
        let shard = options.shards.map { ["--shard", "\($0)"] } ?? []
        return inPod.command(["--exit-zero"] + shard).map(\.quotedForYAML).joined(separator: ", ")
    }

    private var environment: String {
        guard options.shards != nil else { return "" }
        return """
                          env:
                            - name: SHARD
                              valueFrom:
                                fieldRef:
                                  fieldPath: metadata.annotations['batch.kubernetes.io/job-completion-index']

            """
    }

    private var subPath: String { options.shards == nil ? "" : ", subPathExpr: shard-$(SHARD)" }
}
