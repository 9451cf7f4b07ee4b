/// The whole text of small agents, as it was read and found right.
enum MetricsExamples {
    /// One target that was never asked, in 0.0.4.
    static let plain = """
        # HELP waitfor_target_healthy Whether the target is healthy.
        # TYPE waitfor_target_healthy gauge
        waitfor_target_healthy{target="web"} 0
        # HELP waitfor_target_state Which state the target is in: 1 for that one.
        # TYPE waitfor_target_state gauge
        waitfor_target_state{target="web",state="starting"} 1
        waitfor_target_state{target="web",state="healthy"} 0
        waitfor_target_state{target="web",state="unhealthy"} 0
        # HELP waitfor_target_info What the target is.
        # TYPE waitfor_target_info gauge
        waitfor_target_info{target="web",kind="tcp",required="true"} 1
        # HELP waitfor_target_failing_streak Counted failures in a row.
        # TYPE waitfor_target_failing_streak gauge
        waitfor_target_failing_streak{target="web"} 0
        # HELP waitfor_target_last_success_timestamp_seconds When the last good answer came; 0 before the first.
        # TYPE waitfor_target_last_success_timestamp_seconds gauge
        waitfor_target_last_success_timestamp_seconds{target="web"} 0.0
        # HELP waitfor_tls_cert_expiry_timestamp_seconds When the certificate ends that the target showed; 0 before the first.
        # TYPE waitfor_tls_cert_expiry_timestamp_seconds gauge
        # HELP waitfor_target_transitions_total How often the target became healthy or unhealthy.
        # TYPE waitfor_target_transitions_total counter
        waitfor_target_transitions_total{target="web",to="healthy"} 0
        waitfor_target_transitions_total{target="web",to="unhealthy"} 0
        # HELP waitfor_probe_success Whether the last probe found the target ready.
        # TYPE waitfor_probe_success gauge
        waitfor_probe_success{target="web"} 0
        # HELP waitfor_probes_total Probes that ended.
        # TYPE waitfor_probes_total counter
        waitfor_probes_total{target="web"} 0
        # HELP waitfor_probe_failures_total Probes that failed, by reason.
        # TYPE waitfor_probe_failures_total counter
        waitfor_probe_failures_total{target="web",reason="dns"} 0
        waitfor_probe_failures_total{target="web",reason="refused"} 0
        waitfor_probe_failures_total{target="web",reason="unreachable"} 0
        waitfor_probe_failures_total{target="web",reason="timeout"} 0
        waitfor_probe_failures_total{target="web",reason="closed"} 0
        waitfor_probe_failures_total{target="web",reason="config"} 0
        # HELP waitfor_probe_duration_seconds How long probes took.
        # TYPE waitfor_probe_duration_seconds histogram
        waitfor_probe_duration_seconds_bucket{target="web",le="0.001"} 0
        waitfor_probe_duration_seconds_bucket{target="web",le="0.0025"} 0
        waitfor_probe_duration_seconds_bucket{target="web",le="0.005"} 0
        waitfor_probe_duration_seconds_bucket{target="web",le="0.01"} 0
        waitfor_probe_duration_seconds_bucket{target="web",le="0.025"} 0
        waitfor_probe_duration_seconds_bucket{target="web",le="0.05"} 0
        waitfor_probe_duration_seconds_bucket{target="web",le="0.1"} 0
        waitfor_probe_duration_seconds_bucket{target="web",le="0.25"} 0
        waitfor_probe_duration_seconds_bucket{target="web",le="0.5"} 0
        waitfor_probe_duration_seconds_bucket{target="web",le="1.0"} 0
        waitfor_probe_duration_seconds_bucket{target="web",le="2.5"} 0
        waitfor_probe_duration_seconds_bucket{target="web",le="5.0"} 0
        waitfor_probe_duration_seconds_bucket{target="web",le="10.0"} 0
        waitfor_probe_duration_seconds_bucket{target="web",le="+Inf"} 0
        waitfor_probe_duration_seconds_sum{target="web"} 0.0
        waitfor_probe_duration_seconds_count{target="web"} 0
        # HELP waitfor_probe_last_duration_seconds How long the last probe took.
        # TYPE waitfor_probe_last_duration_seconds gauge
        waitfor_probe_last_duration_seconds{target="web"} 0.0
        # HELP waitfor_ready Whether /readyz says yes.
        # TYPE waitfor_ready gauge
        waitfor_ready 0
        # HELP waitfor_config_last_reload_successful Whether the configuration in force is the newest one.
        # TYPE waitfor_config_last_reload_successful gauge
        waitfor_config_last_reload_successful 1
        # HELP waitfor_isolated Whether nobody can be reached from here, so that nothing is acted on.
        # TYPE waitfor_isolated gauge
        waitfor_isolated 0
        # HELP waitfor_actions_total What was done because the health of a target changed.
        # TYPE waitfor_actions_total counter
        # HELP waitfor_action_failures_total How often a command of on_change did not start, failed or took too long.
        # TYPE waitfor_action_failures_total counter
        # HELP waitfor_loop_lag_seconds The largest lag of the event loop in the last 60 s.
        # TYPE waitfor_loop_lag_seconds gauge
        waitfor_loop_lag_seconds 0.0015
        # HELP waitfor_log_lines_dropped_total Lines of the log that nobody read in time.
        # TYPE waitfor_log_lines_dropped_total counter
        waitfor_log_lines_dropped_total 3
        # HELP waitfor_build_info Which waitfor this is.
        # TYPE waitfor_build_info gauge
        waitfor_build_info{version="1.2.3"} 1
        # HELP process_cpu_seconds_total CPU time used, user and system.
        # TYPE process_cpu_seconds_total counter
        process_cpu_seconds_total 0.25
        # HELP process_resident_memory_bytes Resident memory.
        # TYPE process_resident_memory_bytes gauge
        process_resident_memory_bytes 5000000
        # HELP process_virtual_memory_bytes Virtual memory.
        # TYPE process_virtual_memory_bytes gauge
        process_virtual_memory_bytes 20000000
        # HELP process_open_fds Open file descriptors.
        # TYPE process_open_fds gauge
        process_open_fds 9
        # HELP process_max_fds The most file descriptors that may be open.
        # TYPE process_max_fds gauge
        process_max_fds 1024
        # HELP process_start_time_seconds When the process started.
        # TYPE process_start_time_seconds gauge
        process_start_time_seconds 1785585599.5

        """

    /// One target that failed, was ready, and failed again, in OpenMetrics.
    static let open = """
        # TYPE waitfor_target_healthy gauge
        # HELP waitfor_target_healthy Whether the target is healthy.
        waitfor_target_healthy{target="web"} 0
        # TYPE waitfor_target_state gauge
        # HELP waitfor_target_state Which state the target is in: 1 for that one.
        waitfor_target_state{target="web",state="starting"} 0
        waitfor_target_state{target="web",state="healthy"} 0
        waitfor_target_state{target="web",state="unhealthy"} 1
        # TYPE waitfor_target info
        # HELP waitfor_target What the target is.
        waitfor_target_info{target="web",kind="tcp",required="true"} 1
        # TYPE waitfor_target_failing_streak gauge
        # HELP waitfor_target_failing_streak Counted failures in a row.
        waitfor_target_failing_streak{target="web"} 1
        # TYPE waitfor_target_last_success_timestamp_seconds gauge
        # UNIT waitfor_target_last_success_timestamp_seconds seconds
        # HELP waitfor_target_last_success_timestamp_seconds When the last good answer came; 0 before the first.
        waitfor_target_last_success_timestamp_seconds{target="web"} 1785585601.002
        # TYPE waitfor_tls_cert_expiry_timestamp_seconds gauge
        # UNIT waitfor_tls_cert_expiry_timestamp_seconds seconds
        # HELP waitfor_tls_cert_expiry_timestamp_seconds When the certificate ends that the target showed; 0 before the first.
        # TYPE waitfor_target_transitions counter
        # HELP waitfor_target_transitions How often the target became healthy or unhealthy.
        waitfor_target_transitions_total{target="web",to="healthy"} 1
        waitfor_target_transitions_total{target="web",to="unhealthy"} 2
        # TYPE waitfor_probe_success gauge
        # HELP waitfor_probe_success Whether the last probe found the target ready.
        waitfor_probe_success{target="web"} 0
        # TYPE waitfor_probes counter
        # HELP waitfor_probes Probes that ended.
        waitfor_probes_total{target="web"} 3
        # TYPE waitfor_probe_failures counter
        # HELP waitfor_probe_failures Probes that failed, by reason.
        waitfor_probe_failures_total{target="web",reason="dns"} 0
        waitfor_probe_failures_total{target="web",reason="refused"} 2
        waitfor_probe_failures_total{target="web",reason="unreachable"} 0
        waitfor_probe_failures_total{target="web",reason="timeout"} 0
        waitfor_probe_failures_total{target="web",reason="closed"} 0
        waitfor_probe_failures_total{target="web",reason="config"} 0
        # TYPE waitfor_probe_duration_seconds histogram
        # UNIT waitfor_probe_duration_seconds seconds
        # HELP waitfor_probe_duration_seconds How long probes took.
        waitfor_probe_duration_seconds_bucket{target="web",le="0.001"} 0
        waitfor_probe_duration_seconds_bucket{target="web",le="0.0025"} 3
        waitfor_probe_duration_seconds_bucket{target="web",le="0.005"} 3
        waitfor_probe_duration_seconds_bucket{target="web",le="0.01"} 3
        waitfor_probe_duration_seconds_bucket{target="web",le="0.025"} 3
        waitfor_probe_duration_seconds_bucket{target="web",le="0.05"} 3
        waitfor_probe_duration_seconds_bucket{target="web",le="0.1"} 3
        waitfor_probe_duration_seconds_bucket{target="web",le="0.25"} 3
        waitfor_probe_duration_seconds_bucket{target="web",le="0.5"} 3
        waitfor_probe_duration_seconds_bucket{target="web",le="1.0"} 3
        waitfor_probe_duration_seconds_bucket{target="web",le="2.5"} 3
        waitfor_probe_duration_seconds_bucket{target="web",le="5.0"} 3
        waitfor_probe_duration_seconds_bucket{target="web",le="10.0"} 3
        waitfor_probe_duration_seconds_bucket{target="web",le="+Inf"} 3
        waitfor_probe_duration_seconds_sum{target="web"} 0.0075
        waitfor_probe_duration_seconds_count{target="web"} 3
        # TYPE waitfor_probe_last_duration_seconds gauge
        # UNIT waitfor_probe_last_duration_seconds seconds
        # HELP waitfor_probe_last_duration_seconds How long the last probe took.
        waitfor_probe_last_duration_seconds{target="web"} 0.0025
        # TYPE waitfor_ready gauge
        # HELP waitfor_ready Whether /readyz says yes.
        waitfor_ready 0
        # TYPE waitfor_config_last_reload_successful gauge
        # HELP waitfor_config_last_reload_successful Whether the configuration in force is the newest one.
        waitfor_config_last_reload_successful 1
        # TYPE waitfor_isolated gauge
        # HELP waitfor_isolated Whether nobody can be reached from here, so that nothing is acted on.
        waitfor_isolated 0
        # TYPE waitfor_actions counter
        # HELP waitfor_actions What was done because the health of a target changed.
        # TYPE waitfor_action_failures counter
        # HELP waitfor_action_failures How often a command of on_change did not start, failed or took too long.
        # TYPE waitfor_loop_lag_seconds gauge
        # UNIT waitfor_loop_lag_seconds seconds
        # HELP waitfor_loop_lag_seconds The largest lag of the event loop in the last 60 s.
        waitfor_loop_lag_seconds 0.0015
        # TYPE waitfor_log_lines_dropped counter
        # HELP waitfor_log_lines_dropped Lines of the log that nobody read in time.
        waitfor_log_lines_dropped_total 3
        # TYPE waitfor_build info
        # HELP waitfor_build Which waitfor this is.
        waitfor_build_info{version="1.2.3"} 1
        # TYPE process_cpu_seconds counter
        # UNIT process_cpu_seconds seconds
        # HELP process_cpu_seconds CPU time used, user and system.
        process_cpu_seconds_total 0.25
        # TYPE process_resident_memory_bytes gauge
        # UNIT process_resident_memory_bytes bytes
        # HELP process_resident_memory_bytes Resident memory.
        process_resident_memory_bytes 5000000
        # TYPE process_virtual_memory_bytes gauge
        # UNIT process_virtual_memory_bytes bytes
        # HELP process_virtual_memory_bytes Virtual memory.
        process_virtual_memory_bytes 20000000
        # TYPE process_open_fds gauge
        # HELP process_open_fds Open file descriptors.
        process_open_fds 9
        # TYPE process_max_fds gauge
        # HELP process_max_fds The most file descriptors that may be open.
        process_max_fds 1024
        # TYPE process_start_time_seconds gauge
        # UNIT process_start_time_seconds seconds
        # HELP process_start_time_seconds When the process started.
        process_start_time_seconds 1785585599.5
        # EOF

        """
}
