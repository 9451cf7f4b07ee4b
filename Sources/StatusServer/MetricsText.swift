internal import HealthCore

/// The body of `/metrics`, family by family and target by target.
struct MetricsText: Sendable {
    let snapshot: AgentSnapshot
    let usage: ProcessUsage
    let version: String
    let format: MetricFormat

    var text: LongText {
        let count = snapshot.targets.count
        // One step for each family's header, one for each of its targets, and one for all families of the agent.
        let perFamily = count + 1
        let steps = TargetFamilies.all.count * perFamily
        return LongText(steps: steps + 1) { step, bytes in
            guard step < steps else { return appendRest(to: &bytes) }
            let family = TargetFamilies.all[step / perFamily]
            let index = step % perFamily
            if index == 0 { return family.appendHeader(to: &bytes, format) }
            let target = snapshot.targets[index - 1]
            family.appendSamples(of: (target, snapshot.clock), target: target.record.name, to: &bytes)
        }
    }

    private func appendRest(to bytes: inout [UInt8]) {
        for family in AgentFamilies.all {
            family.appendHeader(to: &bytes, format)
            family.appendSamples(of: self, to: &bytes)
        }
        if format == .openMetrics { bytes.append("# EOF\n") }
    }
}

/// The families that have samples for each target.
enum TargetFamilies {
    typealias Family = MetricFamily<(target: TargetHealth, clock: WallClock)>

    static let all: [Family] = [
        .single("waitfor_target_healthy", .gauge, "Whether the target is healthy.") {
            .flag($0.target.record.state == .healthy)
        },
        Family("waitfor_target_state", .gauge, "Which state the target is in: 1 for that one.") {
            source, writer in
            for state in [TargetRecord.State.starting, .healthy, .unhealthy] {
                writer.sample(("state", state.rawValue), value: .flag(source.target.record.state == state))
            }
        },
        Family("waitfor_target", .info, "What the target is.") { source, writer in
            let record = source.target.record
            writer.sample(("kind", record.kind), ("required", "\(record.isRequired)"), value: .flag(true))
        },
        .single("waitfor_target_failing_streak", .gauge, "Counted failures in a row.") {
            .whole($0.target.record.failingStreak)
        },
        .single(
            "waitfor_target_last_success_timestamp_seconds", .gauge,
            "When the last good answer came; 0 before the first."
        ) { source in
            let last = source.target.record.lastSuccess
            return .unixMilliseconds(last.map(source.clock.unixMilliseconds) ?? 0)
        },
        Family(
            "waitfor_tls_cert_expiry_timestamp_seconds", .gauge,
            "When the certificate ends that the target showed; 0 before the first."
        ) { source, writer in
            if let expiry = source.target.certificateExpiry {
                writer.sample(value: .whole(Int(clamping: expiry)))
            }
        },
        Family("waitfor_target_transitions", .counter, "How often the target became healthy or unhealthy.") {
            source, writer in
            writer.sample(("to", "healthy"), value: .whole(source.target.timesHealthy))
            writer.sample(("to", "unhealthy"), value: .whole(source.target.timesUnhealthy))
        },
        .single("waitfor_probe_success", .gauge, "Whether the last probe found the target ready.") {
            .flag($0.target.record.lastOutcome.map { $0.failure == nil } ?? false)
        },
        .single("waitfor_probes", .counter, "Probes that ended.") { .whole($0.target.record.attempts) },
        Family("waitfor_probe_failures", .counter, "Probes that failed, by reason.") { source, writer in
            let failures = source.target.record.failures
            for reason in source.target.possibleReasons {
                let count = failures.first { $0.reason == reason }?.count ?? 0
                writer.sample(("reason", reason.rawValue), value: .whole(count))
            }
        },
        Family("waitfor_probe_duration_seconds", .histogram, "How long probes took.") { source, writer in
            // M-4: buckets are added up, and the last one is the count.
            var sum = 0
            for (count, label) in zip(source.target.durations.counts, labels) {
                sum += count
                writer.sample(("le", label), suffix: "_bucket", value: .whole(sum))
            }
            writer.sample(suffix: "_sum", value: .time(source.target.durations.sum))
            writer.sample(suffix: "_count", value: .whole(sum))
        },
        .single("waitfor_probe_last_duration_seconds", .gauge, "How long the last probe took.") {
            .time($0.target.record.lastDuration)
        },
    ]

    private static let labels = DurationHistogram.bounds.map { "\($0.label)" } + ["+Inf"]
}

/// The families of the agent and its process.
enum AgentFamilies {
    typealias Family = MetricFamily<MetricsText>

    static let all: [Family] = [
        .single("waitfor_ready", .gauge, "Whether /readyz says yes.") { .flag($0.snapshot.isReady) },
        .single(
            "waitfor_config_last_reload_successful", .gauge,
            "Whether the configuration in force is the newest one."
        ) { .flag($0.snapshot.isConfigurationCurrent) },
        .single(
            "waitfor_isolated", .gauge,
            "Whether nobody can be reached from here, so that nothing is acted on."
        ) { .flag($0.snapshot.isIsolated) },
        Family("waitfor_actions", .counter, "What was done because the health of a target changed.") {
            source, writer in
            for done in source.snapshot.actions + source.snapshot.commands {
                writer.sample(
                    ("target", done.target), ("action", done.action), value: .whole(done.count))
            }
        },
        Family(
            "waitfor_action_failures", .counter,
            "How often a command of on_change did not start, failed or took too long."
        ) { source, writer in
            for done in source.snapshot.commands {
                writer.sample(
                    ("target", done.target), ("action", done.action), value: .whole(done.failures))
            }
        },
        .single("waitfor_loop_lag_seconds", .gauge, "The largest lag of the event loop in the last 60 s.") {
            .time($0.snapshot.largestLag)
        },
        .single("waitfor_log_lines_dropped", .counter, "Lines of the log that nobody read in time.") {
            .whole($0.usage.droppedLogLines)
        },
        Family("waitfor_build", .info, "Which waitfor this is.") { source, writer in
            writer.sample(("version", source.version), value: .flag(true))
        },
        .single("process_cpu_seconds", .counter, "CPU time used, user and system.") {
            .number($0.usage.cpuSeconds)
        },
        .single("process_resident_memory_bytes", .gauge, "Resident memory.") {
            .whole($0.usage.residentBytes)
        },
        .single("process_virtual_memory_bytes", .gauge, "Virtual memory.") { .whole($0.usage.virtualBytes) },
        .single("process_open_fds", .gauge, "Open file descriptors.") { .whole($0.usage.openDescriptors) },
        .single("process_max_fds", .gauge, "The most file descriptors that may be open.") {
            .whole($0.usage.maximumDescriptors)
        },
        .single("process_start_time_seconds", .gauge, "When the process started.") {
            .number($0.usage.startUnixSeconds)
        },
    ]
}

/// The resources that the process uses (the `process_*` metrics), and the log lines that nobody read.
package struct ProcessUsage: Sendable {
    /// The CPU time of user and system together.
    package var cpuSeconds = 0.0
    package var residentBytes = 0
    package var virtualBytes = 0
    package var openDescriptors = 0
    package var maximumDescriptors = 0
    package var startUnixSeconds = 0.0
    package var droppedLogLines = 0

    package init() {}
}
