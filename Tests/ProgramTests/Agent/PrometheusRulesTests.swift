import TestSupport
import Testing

/// The scrape configuration and the alerts for Prometheus, judged by its own tool.
struct PrometheusRulesTests {
    private let directory = "\(Project.path)/Configs/prometheus"

    private func promtool(_ arguments: String...) throws -> Finished {
        try Program.run("/usr/bin/promtool", arguments)
    }

    /// What follows a key in the lines of a file, in order.
    private func values(of key: String, in file: String) -> [String] {
        lines(readText("\(directory)/\(file)")).compactMap { line in
            let words = line.split(separator: " ").filter { $0 != "-" }
            return words.count == 2 && words[0] == "\(key):" ? String(words[1]) : nil
        }
    }

    private var alerts: [String] { values(of: "alert", in: "alerts.yaml") }

    @Test("promtool takes the configuration, the rules and their tests")
    func isValid() throws {
        let finished = [
            try promtool("check", "config", "\(directory)/prometheus.yaml"),
            try promtool("check", "rules", "\(directory)/alerts.yaml"),
            try promtool("test", "rules", "\(directory)/alerts_test.yaml"),
        ]
        for finished in finished { #expect(finished.exitCode == 0, "\(finished)") }
        #expect(finished[0].output.contains("1 rule files found"), "\(finished[0])")
        #expect(finished[1].output.contains("\(alerts.count) rules found"), "\(finished[1])")
    }

    @Test("each alert has a case in which it fires and one in which it does not")
    func everyAlertHasCases() throws {
        try #require(alerts.count >= 6)
        var (firing, silent): (Set<String>, Set<String>) = ([], [])
        var current = ""
        for line in lines(readText("\(directory)/alerts_test.yaml")) {
            let words = line.split(separator: " ").filter { $0 != "-" }
            switch words.first {
            case "alertname:": current = String(words[1])
            case "exp_alerts:" where words.count == 1: firing.insert(current)
            case "exp_alerts:": silent.insert(current)
            default: break
            }
        }
        for alert in alerts {
            #expect(firing.contains(alert), "no case in which \(alert) fires")
            #expect(silent.contains(alert), "no case in which \(alert) does not fire")
        }
        #expect(firing.union(silent) == Set(alerts))
    }

    @Test("the cases notice when an alert is gone")
    func casesCanFail() throws {
        let (rules, cases) = (
            readText("\(directory)/alerts.yaml"), readText("\(directory)/alerts_test.yaml")
        )
        try withTemporaryDirectory { copy in
            try copy.write("alerts_test.yaml", cases)
            for alert in alerts {
                let changed = lines(rules).map { $0.hasSuffix("- alert: \(alert)") ? $0 + "Gone" : $0 }
                try copy.write("alerts.yaml", changed.joined(separator: "\n"))
                let finished = try promtool("test", "rules", copy.file("alerts_test.yaml"))
                #expect(finished.exitCode == 1, "\(alert): \(finished)")
                #expect((finished.output + finished.errors).contains(alert), "\(finished)")
            }
        }
    }

    @Test("each alert says how bad it is, and has a summary and a description")
    func everyAlertIsDescribed() throws {
        let rules = lines(readText("\(directory)/alerts.yaml"))
        let severities = values(of: "severity", in: "alerts.yaml")
        #expect(severities.count == alerts.count)
        #expect(Set(severities) == ["critical", "warning"])
        for key in ["summary:", "description:"] {
            #expect(rules.count { $0.contains(" \(key) ") } == alerts.count, "\(key)")
        }
    }

    @Test("the documents' table has each alert and how bad it is")
    func documented() throws {
        let rows = Document("docs/recipes.md").table("alert", under: "## Prometheus and Grafana")
        let severities = values(of: "severity", in: "alerts.yaml")
        #expect(rows.map { $0[0] }.sorted() == alerts.map { "`\($0)`" }.sorted())
        for (alert, severity) in zip(alerts, severities) {
            #expect(rows.contains { $0[0] == "`\(alert)`" && $0.last == severity }, "\(alert)")
        }
    }

    @Test("the alerts look at nothing but metrics that an agent has")
    func metrics() throws {
        let known: Set<String> = [
            "waitfor_target_healthy", "waitfor_probe_success", "waitfor_target_state", "waitfor_target_info",
            "waitfor_target_failing_streak", "waitfor_probes_total", "waitfor_probe_failures_total",
            "waitfor_probe_duration_seconds", "waitfor_probe_last_duration_seconds",
            "waitfor_target_last_success_timestamp_seconds", "waitfor_target_transitions_total",
            "waitfor_ready", "waitfor_config_last_reload_successful", "waitfor_loop_lag_seconds",
            "waitfor_log_lines_dropped_total", "waitfor_build_info",
            "waitfor_tls_cert_expiry_timestamp_seconds", "waitfor_probe_duration_seconds_bucket",
            "waitfor_isolated", "waitfor_actions_total",
        ]
        for file in ["alerts.yaml", "alerts_test.yaml"] {
            let words = readText("\(directory)/\(file)").split { !($0.isLetter || $0 == "_") }
            let named = Set(words.filter { $0.hasPrefix("waitfor_") }.map(String.init))
            #expect(named.count >= 5)
            #expect(named.isSubset(of: known), "\(named.subtracting(known))")
        }
    }

    @Test("the example scrapes an agent where it listens unless told otherwise, under the alerts' job")
    func scrapes() {
        #expect(values(of: "job_name", in: "prometheus.yaml") == ["waitfor"])
        #expect(values(of: "metrics_path", in: "prometheus.yaml") == ["/metrics"])
        #expect(values(of: "targets", in: "prometheus.yaml") == ["[127.0.0.1:8642]"])
    }
}
