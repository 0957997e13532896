import Diagnostics

/// What a target runs as, as far as somebody has said or its address tells.
public enum Workload: Sendable, Hashable {
    /// A container of Docker's, by its name or the beginning of its id.
    case container(String)
    /// Pods of Kubernetes, by label selector (`app=shop,tier!=db`); of the service account's own namespace where none is
    /// given.
    case pods(selector: String, namespace: String?)
    /// One pod, or all whose names begin so: a deployment's pods have its name before their own ending.
    case pod(String, namespace: String?)
    /// Whatever answers, or would answer, at an address: a container that publishes the port, a pod with that address, the
    /// pods of the service of that name.
    case address(host: String, port: UInt16)

    /// For people.
    var words: String {
        switch self {
        case .container(let name): "container \(name)"
        case .pods(let selector, let namespace): "pods with \(selector)" + (namespace.map { " in \($0)" } ?? "")
        case .pod(let name, let namespace): "pod \(name)" + (namespace.map { " in \($0)" } ?? "")
        case .address(let host, let port): "what listens at \(host):\(port)"
        }
    }
}

/// Where containers can be asked for: Docker's socket and a service account of Kubernetes, where they are at hand.
public struct ContainerRuntimes: Sendable {
    let docker: DockerEngine?
    let kubernetes: KubernetesAPI?

    /// Looks at `DOCKER_HOST`, `/var/run/docker.sock`, `KUBERNETES_SERVICE_HOST` and
    /// `/var/run/secrets/kubernetes.io/serviceaccount`.
    ///
    /// - Parameter root: `/` but in tests.
    public init(environment: [String: String], root: String = "/") {
        docker = DockerEngine(environment: environment, root: root)
        kubernetes = KubernetesAPI(environment: environment, root: root)
    }

    public var isEmpty: Bool { docker == nil && kubernetes == nil }
}
