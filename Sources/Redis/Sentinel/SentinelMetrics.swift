import Diagnostics

/// Everything a `SentinelProbe` can measure; `master` is the name under which the Sentinel watches it.
public enum SentinelMetrics {
    public static let masterInfo = Metric(
        "diag_redis_sentinel_master_info", .gauge,
        "Always 1, with what the Sentinel takes for the master: address, run id (empty when never reached), config epoch."
    )
    public static let masterUp = Metric(
        "diag_redis_sentinel_master_ok", .gauge,
        "1 when the Sentinel reaches the master and takes it for alive, else 0.")
    public static let replicas = Metric(
        "diag_redis_sentinel_replicas", .gauge, "Replicas of the master that the Sentinel knows.")
    public static let replicasUp = Metric(
        "diag_redis_sentinel_replicas_ok", .gauge, "Replicas that the Sentinel reaches and whose link is up.")
    public static let sentinels = Metric(
        "diag_redis_sentinel_sentinels", .gauge, "Sentinels of the master that this one knows, itself included.")
    public static let quorum = Metric(
        "diag_redis_sentinel_quorum", .gauge, "Sentinels that must agree that the master is down.")
    public static let quorumReachable = Metric(
        "diag_redis_sentinel_quorum_ok", .gauge, "1 when quorum and majority can be reached (CKQUORUM), else 0.")
    public static let configEpoch = Metric(
        "diag_redis_sentinel_config_epoch", .gauge, "Epoch of the failover that made the master what it is.")
    public static let tilt = Metric(
        "diag_redis_sentinel_tilt", .gauge, "1 while the Sentinel distrusts its clock and takes no action, else 0.")
    public static let info = Metric(
        "diag_redis_sentinel_info", .gauge, "Always 1, with the Sentinel's own id and version.")
    public static let peer = Metric(
        "diag_redis_sentinel_peer_info", .gauge, "Always 1, for each other Sentinel of the master that this one knows.")

    /// Not of one probe: it takes all Sentinels of a sweep (`SentinelAgreement`).
    public static let agreement = Metric(
        "diag_redis_sentinel_agreement", .gauge, "1 when all Sentinels that were asked name the same master, else 0.")

    public static let all = [
        RedisMetrics.connectTime, masterInfo, masterUp, replicas, replicasUp, sentinels, quorum, quorumReachable,
        configEpoch, tilt, info, peer, agreement,
    ]
}
