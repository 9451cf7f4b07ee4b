extension RedisServer {
    /// A replica of another server.
    package static func replica(of master: RedisServer, _ settings: [String: String] = [:]) throws
        -> RedisServer
    {
        let all = settings.merging(["replicaof": "127.0.0.1 \(master.port)", "repl-timeout": "2"]) { own, _ in
            own
        }
        let replica = try RedisServer.started(all)
        let isUp = eventually(within: 20) {
            replica.command(["INFO", "replication"]).contains("master_link_status:up")
        }
        guard isUp else { throw SupportError("the replica has no link:\n\(replica.log)") }
        return replica
    }

    /// Three masters that share the slots of a cluster.
    package static func cluster() throws -> [RedisServer] {
        let servers = try (0..<3).map { _ in
            try RedisServer.started([
                "cluster-enabled": "yes", "cluster-node-timeout": "500",
                "cluster-port": "\(try FreePort.make())",
            ])
        }
        let places = servers.map { "127.0.0.1:\($0.port)" }
        let made = try Program.run(
            redisCli, ["--cluster", "create"] + places + ["--cluster-yes"], within: 60)
        guard made.exitCode == 0 else { throw SupportError("no cluster: \(made)") }
        return servers
    }
}

/// A real Sentinel that watches one master under the name `mymaster`.
package final class RedisSentinel: Sendable {
    package let port: UInt16
    private let directory: TemporaryDirectory
    private let running: RunningProgram
    private let password: String?

    package init(watching master: RedisServer, port: UInt16? = nil, password: String? = nil) throws {
        self.port = try port ?? FreePort.make()
        self.password = password
        let port = self.port
        directory = try TemporaryDirectory()
        let configuration = try directory.write(
            "sentinel.conf",
            """
            port \(port)
            bind 127.0.0.1
            dir \(directory.path)
            \(password.map { "requirepass \($0)" } ?? "")
            sentinel monitor mymaster 127.0.0.1 \(master.port) 1
            sentinel down-after-milliseconds mymaster 500
            sentinel failover-timeout mymaster 2000

            """)
        running = try Program(RedisServer.program, [configuration, "--sentinel"]).start()
        let isUp = eventually(within: 10) { running.finished != nil || command(["PING"]).contains("PONG") }
        guard isUp, running.finished == nil else {
            throw SupportError("no Sentinel:\n\(running.standardOutput)")
        }
    }

    deinit {
        running.stop()
    }

    /// What the real redis-cli prints for a command.
    package func command(_ words: [String]) -> String {
        let login = password.map { ["--no-auth-warning", "-a", $0] } ?? []
        let finished = try? Program.run(RedisServer.redisCli, ["-p", "\(port)"] + login + words)
        return trimmed((finished?.output ?? "") + (finished?.errors ?? ""))
    }
}
