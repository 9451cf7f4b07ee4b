import Glibc
import TestSupport
import Testing

/// /metrics of a running agent, read by those who read metrics.
struct AgentMetricsTests {
    private static let fast = "defaults: {interval: 300ms, timeout: 300ms, retries: 1, start_period: 0s}\n"

    private func promtool(_ body: String) throws -> Finished {
        try Program.run(
            "/usr/bin/promtool", ["check", "metrics"], standardInput: .bytes(Array(body.utf8)))
    }

    /// Prometheus's own reader of OpenMetrics; prints the number of families.
    private func openMetrics(_ body: String) throws -> Finished {
        let script =
            "import sys; from prometheus_client.openmetrics.parser import text_string_to_metric_families as read;"
            + " print(len(list(read(sys.stdin.read()))))"
        return try Program.run(
            "/usr/bin/python3", ["-c", script], standardInput: .bytes(Array(body.utf8)))
    }

    private func expectReadable(_ agent: AgentUnderTest) throws {
        let plain = try agent.get("/metrics")
        #expect(plain.fields["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
        let checked = try promtool(plain.body)
        #expect(checked.exitCode == 0 && checked.errors.isEmpty, "\(checked)")
        let open = try agent.get(
            "/metrics",
            headers: ["Accept": "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"])
        #expect(
            open.fields["content-type"] == "application/openmetrics-text; version=1.0.0; charset=utf-8")
        let families = try openMetrics(open.body)
        #expect(families.exitCode == 0 && Int(families.trimmedOutput) ?? 0 >= 20, "\(families)")
    }

    @Test("promtool and the OpenMetrics parser read it, before the first probe and when busy")
    func readable() throws {
        let server = try RedisServer.started()
        let port = try FreePort.make()
        let targets = """
            targets:
              cache: {redis: redis://127.0.0.1:\(server.port)}
              db: {postgres: "postgres://127.0.0.1:\(port)/x"}
              tcp: {tcp: "127.0.0.1:\(port)", optional: true}

            """
        let idle = try AgentUnderTest("defaults: {initial_delay: 1h}\n" + targets)
        try expectReadable(idle)
        for (sample, value) in [
            ("waitfor_probes_total{target=\"cache\"}", 0.0),
            ("waitfor_probe_failures_total{target=\"db\",reason=\"refused\"}", 0),
            ("waitfor_probe_duration_seconds_bucket{target=\"tcp\",le=\"+Inf\"}", 0),
            ("waitfor_target_state{target=\"cache\",state=\"starting\"}", 1),
            ("waitfor_target_last_success_timestamp_seconds{target=\"cache\"}", 0),
            ("waitfor_target_info{target=\"tcp\",kind=\"tcp\",required=\"false\"}", 1), ("waitfor_ready", 0),
            ("waitfor_config_last_reload_successful", 1),
        ] { #expect(try idle.metric(sample) == value, "\(sample)") }
        // Every series is there from the start (M-12).
        let before = try seriesNames(idle)
        _ = try idle.stop()

        let busy = try AgentUnderTest(Self.fast + targets)
        #expect(eventually(within: 10) { (try? busy.target("db")["state"]) == "unhealthy" })
        #expect(
            eventually(within: 10) { ((try? busy.metric("waitfor_probes_total{target=\"cache\"}")) ?? 0) > 3 }
        )
        try expectReadable(busy)
        #expect(try seriesNames(busy) == before)
        let total = try #require(try busy.metric("waitfor_probes_total{target=\"db\"}"))
        let refused = try #require(
            try busy.metric("waitfor_probe_failures_total{target=\"db\",reason=\"refused\"}"))
        #expect(total > 0 && refused >= total)
        let success = try #require(
            try busy.metric("waitfor_target_last_success_timestamp_seconds{target=\"cache\"}"))
        #expect(abs(success - Double(time(nil))) < 10)
        let start = try #require(try busy.metric("process_start_time_seconds"))
        #expect(abs(start - Double(time(nil))) < 60)
        let resident = try #require(try busy.metric("process_resident_memory_bytes"))
        let kernel = readText("/proc/\(busy.program.pid)/status").split(separator: "\n").first {
            $0.hasPrefix("VmRSS")
        }
        let known = Double(kernel?.filter(\.isNumber) ?? "") ?? 0
        #expect((0.8...1.25).contains(resident / (known * 1024)), "\(resident), \(known) KiB")
        #expect(
            try busy.metric("process_open_fds") ?? 0 >= Double(descriptorCount(of: busy.program.pid) ?? 0) - 4
        )
    }

    /// Names and labels of all samples.
    private func seriesNames(_ agent: AgentUnderTest) throws -> [String] {
        let samples = try agent.get("/metrics").body.split(separator: "\n").filter { !$0.hasPrefix("#") }
        return samples.map { sample in String(sample[..<(sample.lastIndex(of: " ") ?? sample.endIndex)]) }
            .sorted()
    }

    @Test("A real Prometheus scrapes it, and knows through its API that a real Redis was stopped")
    func prometheus() throws {
        let server = try RedisServer.started()
        let agent = try AgentUnderTest(
            Self.fast + "targets:\n  cache: {redis: redis://127.0.0.1:\(server.port)}\n")
        let prometheus = try PrometheusServer(scraping: [agent.port])
        func expect(_ expression: String, _ value: String) {
            let holds = prometheus.waits(for: value, of: expression)
            #expect(
                holds,
                "\(expression) is \(prometheus.value(of: expression) ?? "nothing"), not \(value): \(prometheus.log)"
            )
        }
        expect("up{job=\"waitfor\"}", "1")
        expect("waitfor_target_healthy{target=\"cache\"}", "1")
        expect("waitfor_target_state{target=\"cache\",state=\"healthy\"}", "1")
        server.stop()
        expect("waitfor_target_healthy{target=\"cache\"}", "0")
        expect("waitfor_target_state{target=\"cache\",state=\"unhealthy\"}", "1")
        expect("waitfor_ready", "0")
        expect(
            "increase(waitfor_probe_failures_total{target=\"cache\",reason=\"refused\"}[1m]) > bool 0", "1")
        try server.start()
        expect("waitfor_target_healthy{target=\"cache\"}", "1")
        // What it negotiated is OpenMetrics, histogram and all.
        expect("count(waitfor_probe_duration_seconds_bucket{target=\"cache\"})", "14")
        Records.reached("agent, redis: seen by Prometheus")
    }
}
