import ArgumentParser
import Containers
import Diagnostics
import Sweep

struct ContainersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "containers",
        abstract: "Containers and pods: state, restarts, exit codes, health, memory, versions, last lines.",
        discussion: """
            Asks Docker's engine (DOCKER_HOST, or /var/run/docker.sock) and Kubernetes as the service account of the pod that \\
            it runs in. Only looks. Lines of logs are shown without the secrets that they are known to hold.

            EXAMPLES
              diag containers                 everything that runs and ran
              diag containers shop-app        one container, or the pods of that name, in full
              diag containers --selector app=shop
            """)

    @OptionGroup var options: TargetOptions
    @OptionGroup var watch: WatchOptions

    @Argument(help: ArgumentHelp("The name of a container, a pod, or what pods' names begin with.", valueName: "name"))
    var names: [String] = []

    @Option(name: .long, help: "Pods with these labels.")
    var selector: String?

    @Option(name: .long, help: "Of pods; by default the service account's own.")
    var namespace: String?

    func run() async throws {
        let runtimes = ContainerRuntimes(environment: Environment.variables)
        guard !runtimes.isEmpty else { throw ContainersProbe.nobody }
        try await options.inspect(
            [], watching: watch, find: { _, _ in [] },
            beside: [ContainersProbe(workloads: workloads, in: runtimes)])
    }

    private var workloads: [[Workload]] {
        names.map { [.container($0), .pod($0, namespace: namespace)] }
            + (selector.map { [[Workload.pods(selector: $0, namespace: namespace)]] } ?? [])
    }
}
