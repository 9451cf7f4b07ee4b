import TestSupport
import Testing

/// The dashboard for Grafana, whose queries a real Prometheus answers.
struct DashboardTests {
    private static let path = "Configs/grafana/waitfor.json"

    /// Runs every query of a dashboard as Grafana would, each for some seconds until there is data.
    private func judge(_ path: String, _ prometheus: PrometheusServer, seconds: Int) throws -> Finished {
        try Program.run(
            "\(Project.path)/Tests/dashboard-test",
            [
                path, "http://127.0.0.1:\(prometheus.port)", "\(PrometheusServer.scrapeSeconds)",
                "\(seconds)",
            ], within: 180)
    }

    @Test("every query of the dashboard returns data from a Prometheus that scrapes agents in trouble")
    func queries() throws {
        let redis = try RedisServer.started()
        let authority = try Certificates()
        let nginx = try NginxServer(
            "location / { return 204; }", certificate: try authority.sign("web", names: ["IP:127.0.0.1"]))
        let agent = try AgentUnderTest(
            """
            defaults: {interval: 300ms, timeout: 300ms, retries: 1, start_period: 0s}
            targets:
              cache: {redis: "redis://127.0.0.1:\(redis.port)"}
              web: {http: "https://127.0.0.1:\(nginx.securePort)/", ca_file: "\(authority.authority)"}
              none: {tcp: "127.0.0.1:\(try FreePort.make())", optional: true}

            """)
        let acting = try CommandUnderTest(
            ["/bin/sleep", "1000"],
            [
                "db=redis://127.0.0.1:\(redis.port)", "--on-unhealthy", "db=signal:CONT", "-i", "300ms",
                "--retries", "1", "--start-period", "0s",
            ])
        guard case .port(let actingPort) = acting.place else {
            Issue.record("a command under test that Prometheus cannot reach: \(acting.place)")
            return
        }
        let prometheus = try PrometheusServer(scraping: [agent.port, actingPort])
        for target in ["cache", "db", "web"] {
            let isSeen = prometheus.waits(
                for: "1", of: "min_over_time(waitfor_target_healthy{target=\"\(target)\"}[1s])")
            try #require(isSeen, "\(target): \(prometheus.log)")
        }
        redis.stop()
        let judged = try judge("\(Project.path)/\(Self.path)", prometheus, seconds: 30)
        #expect(judged.exitCode == 0, "\(judged)")
        // Panels, variables and annotations.
        #expect(lines(judged.output).count { $0.hasPrefix("data: ") } >= 30, "\(judged)")

        // What is added later is asked as well, wherever it stands.
        let changed = try TemporaryDirectory()
        for (old, new) in [
            ("waitfor_isolated{", "waitfor_desolated{"), ("process_open_fds{", "process_open_fdz{"),
            ("$target", "$targets"), ("waitfor_actions_total{", "waitfor_actions_totals{"),
            ("label_values(waitfor_target_info{", "label_values(waitfor_target_infos{"),
            ("\"uid\": \"${datasource}\"", "\"uid\": \"abc\""),
        ] {
            let text = Project.text(Self.path)
            try #require(text.contains(old), "\(old)")
            try changed.write("waitfor.json", replacing(old, by: new, in: text))
            let judged = try judge(changed.file("waitfor.json"), prometheus, seconds: 0)
            #expect(judged.exitCode == 1 && judged.errors.contains(new), "\(new): \(judged)")
        }
    }

    private func replacing(_ old: String, by new: String, in text: String) -> String {
        var (rest, made) = (Array(text.utf8)[...], [UInt8]())
        while let first = rest.first {
            let isHere = rest.starts(with: old.utf8)
            made += isHere ? Array(new.utf8) : [first]
            rest = rest.dropFirst(isHere ? old.utf8.count : 1)
        }
        return String(decoding: made, as: UTF8.self)
    }
}
