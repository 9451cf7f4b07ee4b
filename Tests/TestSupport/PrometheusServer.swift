/// A real Prometheus on a free loopback port, in a temporary directory.
package final class PrometheusServer: Sendable {
    /// How often it scrapes.
    package static let scrapeSeconds = 0.5
    package let port: UInt16
    private let directory: TemporaryDirectory
    private let running: RunningProgram

    /// Starts one that scrapes agents on ports of 127.0.0.1, as the job `waitfor`.
    package init(scraping agents: [UInt16]) throws {
        (port, directory) = (try FreePort.make(), try TemporaryDirectory())
        let places = agents.map { "\"127.0.0.1:\($0)\"" }.joined(separator: ", ")
        let configuration = try directory.write(
            "prometheus.yml",
            """
            global: {scrape_interval: 500ms, scrape_timeout: 400ms}
            scrape_configs:
              - job_name: waitfor
                static_configs: [{targets: [\(places)]}]

            """)
        running = try Program(
            "/usr/bin/prometheus",
            [
                "--config.file=\(configuration)", "--storage.tsdb.path=\(directory.file("data"))",
                "--web.listen-address=127.0.0.1:\(port)", "--log.level=warn",
            ]
        ).start()
    }

    deinit {
        running.stop()
    }

    /// What it has complained of.
    package var log: String { running.standardError }

    /// The value of an expression that has one series; nil without one.
    package func value(of expression: String) -> String? {
        let encoded = expression.utf8.map { byte in
            let digits = String(byte, radix: 16)
            return "%" + (digits.count == 1 ? "0" : "") + digits
        }.joined()
        let answer = try? HTTPPlace.port(port).get("/api/v1/query?query=\(encoded)")
        // {"status":"success","data":{…,"result":[{"metric":{…},"value":[1700000000.1,"1"]}]}}
        return answer?.body.split(separator: "\"").dropLast().last.map(String.init)
    }

    /// Waits until an expression has a value.
    package func waits(for value: String, of expression: String) -> Bool {
        eventually(within: 20, every: 0.1) { self.value(of: expression) == value }
    }
}
