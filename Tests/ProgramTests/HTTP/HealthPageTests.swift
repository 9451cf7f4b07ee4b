import Glibc
import TestSupport
import Testing

/// The rows of docs/recipes.md that ask a service's own page, asked of those services that Debian has.
struct HealthPageTests {
    /// A row: the services, the target with its host, and the settings.
    private struct Row {
        let services: [String]
        let target: String
        let settings: [String]

        /// The words of a check, of the same page at a port of this machine.
        func check(_ port: UInt16) throws -> [String] {
            let parts = target.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
            let page = try #require(parts.last?.firstIndex(of: "/").map { parts[2][$0...] })
            return ["check", "-t", "2s", "page=http://127.0.0.1:\(port)\(page)"]
                + settings.flatMap { ["--set", "page.\($0)"] }
        }
    }

    private static func unquoted(_ cell: String) -> String { cell.filter { $0 != "`" } }

    private static let rows = Document("docs/recipes.md")
        .table("service", under: "## Services with a page for it")
        .map { cells in
            Row(
                services: cells[0].split(separator: ",").map { $0.drop { $0 == " " } }.map(String.init),
                target: unquoted(cells[1]),
                settings: cells[2].isEmpty ? [] : [unquoted(cells[2])])
        }

    @Test("every row is a target with settings that there are")
    func rowsAreRead() throws {
        #expect(Self.rows.count >= 14)
        for row in Self.rows {
            let settings = row.settings.flatMap { ["--set", "page.\($0)"] }
            let shown = try Program.run(
                Program.waitfor, ["check", "-t", "10ms", "page=\(row.target)"] + settings)
            #expect(shown.exitCode == 1, "\(row.target): \(shown)")
        }
    }

    /// Expects the service's row to say no while nothing listens, and yes soon after `start` at that port.
    private func expectReady(
        _ service: String, at port: UInt16? = nil, _ start: (UInt16) throws -> RunningProgram
    ) throws {
        let row = try #require(Self.rows.first { $0.services.contains(service) })
        let port = try port ?? FreePort.make()
        let check = try row.check(port)
        let before = try Program.run(Program.waitfor, check)
        #expect(before.exitCode == 1 && before.output.contains("refused"), "\(service): \(before)")
        let running = try start(port)
        defer { running.stop() }
        var last = before
        let ready = try eventually(within: 30, every: 0.1) {
            last = try Program.run(Program.waitfor, check)
            return last.exitCode == 0 || running.finished != nil
        }
        #expect(ready && last.exitCode == 0, "\(service): \(last)\n\(running.standardError.suffix(2000))")
        // A check that is content with anything would be, too, with another page of the same server.
        let elsewhere = try Program.run(
            Program.waitfor, check.map { $0.hasPrefix("page=") ? "\($0.prefix { $0 != "?" })/nowhere" : $0 })
        #expect(elsewhere.exitCode == 1, "\(service): \(elsewhere)")
    }

    @Test("etcd is ready with a leader, and not without one")
    func etcd() throws {
        let directory = try TemporaryDirectory()
        func start(_ name: String, _ port: UInt16, _ peer: UInt16, _ others: String) throws -> RunningProgram
        {
            try Program(
                "/usr/bin/etcd",
                [
                    "--name", name, "--data-dir", directory.file(name),
                    "--listen-client-urls", "http://127.0.0.1:\(port)",
                    "--advertise-client-urls", "http://127.0.0.1:\(port)",
                    "--listen-peer-urls", "http://127.0.0.1:\(peer)",
                    "--initial-advertise-peer-urls", "http://127.0.0.1:\(peer)",
                    "--initial-cluster", "\(name)=http://127.0.0.1:\(peer)\(others)",
                ], environment: ["ETCD_UNSUPPORTED_ARCH": "arm64"]
            ).start()
        }
        let peer = try FreePort.make()
        try expectReady("etcd") { try start("alone", $0, peer, "") }

        // Half of a cluster of two elects nobody: etcd 3.4 asks its peers for five seconds, a younger one says 503.
        let (port, own, other) = (try FreePort.make(), try FreePort.make(), try FreePort.make())
        let half = try start("half", port, own, ",other=http://127.0.0.1:\(other)")
        defer { half.stop() }
        let row = try #require(Self.rows.first { $0.services == ["etcd"] })
        let check = try row.check(port)
        var last = try Program.run(Program.waitfor, check)
        let answered = try eventually(within: 20, every: 0.1) {
            last = try Program.run(Program.waitfor, check)
            return last.output.contains("503") || last.output.contains("connected, and no answer")
        }
        #expect(answered && last.exitCode == 1, "\(last)")
    }

    @Test("Prometheus is ready")
    func prometheus() throws {
        let directory = try TemporaryDirectory()
        let configuration = try directory.write("prometheus.yml", "scrape_configs: []\n")
        try expectReady("Prometheus") {
            try Program(
                "/usr/bin/prometheus",
                [
                    "--config.file", configuration, "--storage.tsdb.path", directory.file("data"),
                    "--web.listen-address", "127.0.0.1:\($0)",
                ]
            ).start()
        }
    }

    @Test("InfluxDB 1 is ready")
    func influxdb() throws {
        let directory = try TemporaryDirectory()
        let other = try FreePort.make()
        try expectReady("InfluxDB 1") {
            try Program(
                "/usr/bin/influxd", [],
                environment: [
                    "INFLUXDB_REPORTING_DISABLED": "true", "INFLUXDB_META_DIR": directory.file("meta"),
                    "INFLUXDB_DATA_DIR": directory.file("data"),
                    "INFLUXDB_DATA_WAL_DIR": directory.file("wal"),
                    "INFLUXDB_BIND_ADDRESS": "127.0.0.1:\(other)",
                    "INFLUXDB_HTTP_BIND_ADDRESS": "127.0.0.1:\($0)",
                ]
            ).start()
        }
    }

    @Test(
        "ClickHouse is ready",
        .enabled(if: readFile("/usr/sbin/clickhouse-server") != nil, "Debian 13 has no ClickHouse"))
    func clickhouse() throws {
        let directory = try TemporaryDirectory()
        let native = try FreePort.make()
        try expectReady("ClickHouse") {
            let configuration = try directory.write(
                "config.xml",
                """
                <yandex><logger><level>warning</level><console>1</console></logger>
                <http_port>\($0)</http_port><tcp_port>\(native)</tcp_port><listen_host>127.0.0.1</listen_host>
                <path>\(directory.path)/</path><tmp_path>\(directory.path)/tmp/</tmp_path>
                <users_config>/etc/clickhouse-server/users.xml</users_config><mark_cache_size>10000000</mark_cache_size>
                <default_profile>default</default_profile><default_database>default</default_database></yandex>
                """)
            return try Program("/usr/sbin/clickhouse-server", ["--config-file=\(configuration)"]).start()
        }
    }

    @Test("Caddy is ready")
    func caddy() throws {
        let directory = try TemporaryDirectory()
        try expectReady("Caddy") {
            let configuration = try directory.write(
                "Caddyfile",
                """
                {
                    admin off
                }
                http://127.0.0.1:\($0) {
                    respond / "hello"
                    respond 404
                }
                """)
            return try Program(
                "/usr/bin/caddy", ["run", "--config", configuration, "--adapter", "caddyfile"],
                environment: ["HOME": directory.path]
            ).start()
        }
    }

    @Test("nginx is ready")
    func nginx() throws {
        let row = try #require(Self.rows.first { $0.services.contains("nginx") })
        let server = try NginxServer("location = / { return 200; }")
        let asked = try Program.run(Program.waitfor, try row.check(server.port))
        #expect(asked.exitCode == 0, "\(asked)")
    }
}
