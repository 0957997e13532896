import Diagnostics

/// What the host probe measures. A container with limits is judged by them and not by the machine it runs on.
public enum HostMetrics {
    public static let cpuBusy = Metric(
        "diag_host_cpu_busy_seconds_total", .counter,
        "CPU time used, of all processors or of the container with a quota.")
    public static let cpuCapacity = Metric(
        "diag_host_cpu_capacity_seconds_total", .counter,
        "CPU time that there was to use: used and idle, without what the hypervisor took; with a quota, the quota's.")
    public static let cpuBusyRatio = Metric(
        "diag_host_cpu_busy_ratio", .gauge, "Share of the available CPU time that was used during a short sample.")
    public static let cpuThrottled = Metric(
        "diag_host_cpu_throttled_seconds_total", .counter, "Time for which the CPU quota held the container back.")
    public static let load1 = Metric("diag_host_load1", .gauge, "Processes that ran or waited, on average of a minute.")
    public static let processors = Metric("diag_host_processors", .gauge, "Number of processors.")
    public static let pressure = Metric(
        "diag_host_pressure_waiting_seconds_total", .counter,
        "Time in which some or all (label stalled) processes waited for the resource.")
    public static let memoryUsed = Metric(
        "diag_host_memory_used_ratio", .gauge,
        "Share of memory that is used and could not be had back without swapping.")
    public static let memoryLimit = Metric(
        "diag_host_memory_limit_bytes", .gauge, "Memory of the host, or of the container where that is less.")
    public static let swapUsed = Metric("diag_host_swap_used_ratio", .gauge, "Share of swap space that is used.")
    public static let outOfMemoryKills = Metric(
        "diag_host_oom_kills_total", .counter, "Processes that the kernel killed for lack of memory.")
    public static let filesystemUsed = Metric(
        "diag_host_filesystem_used_ratio", .gauge, "Share of the filesystem that is used, as df shows it.")
    public static let filesystemInodesUsed = Metric(
        "diag_host_filesystem_inodes_used_ratio", .gauge, "Share of the filesystem's inodes that is used.")
    public static let filesystemAvailable = Metric(
        "diag_host_filesystem_available_bytes", .gauge, "Room that is left on the filesystem for ordinary users.")
    public static let networkErrors = Metric(
        "diag_host_network_errors_total", .counter,
        "Packets that an interface (device) counted as errors, by direction.")
    public static let networkPackets = Metric(
        "diag_host_network_packets_total", .counter, "Packets that passed an interface (device), by direction.")
    public static let networkDrops = Metric(
        "diag_host_network_drops_total", .counter, "Packets that an interface (device) dropped, by direction.")
    public static let segmentsSent = Metric(
        "diag_host_tcp_segments_sent_total", .counter, "TCP segments sent, without those sent again.")
    public static let retransmits = Metric(
        "diag_host_tcp_segments_retransmitted_total", .counter, "TCP segments sent again.")
    public static let listenDrops = Metric(
        "diag_host_tcp_listen_drops_total", .counter, "Connections dropped before a program could accept them.")
    public static let conntrackUsed = Metric(
        "diag_host_conntrack_used_ratio", .gauge, "Share of the table of tracked connections that is used.")

    public static let all = [
        cpuBusy, cpuCapacity, cpuBusyRatio, cpuThrottled, load1, processors, pressure, memoryUsed, memoryLimit,
        swapUsed, outOfMemoryKills, filesystemUsed, filesystemInodesUsed, filesystemAvailable, networkErrors,
        networkPackets, networkDrops, segmentsSent, retransmits, listenDrops, conntrackUsed,
    ]
}
