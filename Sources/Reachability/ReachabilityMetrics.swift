import Diagnostics
import Network

/// What looking at the way to a target measures.
public enum ReachabilityMetrics {
    public static let connect = Metric(
        "diag_tcp_connect_seconds", .gauge, "Time to establish the TCP connection, without name look-up, TLS and login."
    )
    public static let lost = Metric(
        "diag_tcp_connect_lost_ratio", .gauge,
        "Share of connection attempts whose packets were lost: repeated by the kernel, or never answered.")
    public static let jitter = Metric(
        "diag_tcp_connect_jitter_seconds", .gauge, "Mean difference of one connection's time and the next one's.")
    public static let hops = Metric(
        "diag_path_hops", .gauge, "Routers on the way and the target itself, where the whole way could be seen.")
    public static let pathMTU = Metric("diag_path_mtu_bytes", .gauge, "Largest packet that is known to pass whole.")

    public static let all = [connect, lost, jitter, hops, pathMTU] + ConnectionMetrics.all
}
