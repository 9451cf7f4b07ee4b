import Glibc
import TestSupport
import Testing

/// The recipe for HAProxy, on three machines: a proxy, and two PostgreSQL servers with an agent each. The files run as
/// they stand.
struct HAProxyRecipeTests {
    private static let folder = "\(Project.path)/Configs/haproxy"
    /// The addresses of the two at their link with each other.
    private static let peers = ["198.18.3.1", "198.18.3.2"]

    /// A machine with its /run/secrets.
    private func machine(_ hosts: String) throws -> Namespace {
        let machine = try Namespace(hosts: "127.0.0.1 localhost\n\(hosts)")
        try machine.run {
            let mounted = try Program.run("/bin/mount", ["-t", "tmpfs", "tmpfs", "/run"])
            try #require(mounted.exitCode == 0, "\(mounted)")
            _ = try Program.run("/bin/mkdir", ["/run/secrets"])
            try writeFile("/run/secrets/db_password", Array("secret\n".utf8), mode: 0o600)
        }
        return machine
    }

    /// Connects two machines: `number` is that of their network, in which the first is 1 and the second 2.
    private func connect(_ one: Namespace, _ other: Namespace, _ number: Int) throws {
        let holder = try other.run { try Program("/bin/sleep", ["60"]).start() }
        defer { holder.stop() }
        try one.ip("link add near\(number) type veth peer name far\(number)")
        try one.ip("link set far\(number) netns /proc/\(holder.pid)/ns/net")
        for (machine, end, host) in [(one, "near", 1), (other, "far", 2)] {
            try machine.ip("addr add 198.18.\(number).\(host)/24 dev \(end)\(number)")
            try machine.ip("link set \(end)\(number) up")
        }
    }

    private func server() throws -> PostgresServer {
        try PostgresServer(
            settings: [
                "listen_addresses": "*", "wal_keep_size": "64MB", "wal_retrieve_retry_interval": "100ms",
            ],
            hba: [
                "host replication all all trust", "host all health all scram-sha-256",
                "host all all all trust",
            ], port: 5432)
    }

    private func follow(_ server: PostgresServer, _ primary: String) throws {
        try server.configure(["primary_conninfo": "host=\(primary) user=postgres"])
        try server.writeData("standby.signal", "")
    }

    @Test(
        "writers reach the primary and readers the standby, also when the two have changed roles"
    )
    func rolesChange() throws {
        let proxy = try machine("198.18.1.2 pg1\n198.18.2.2 pg2\n")
        let machines = [try machine(""), try machine("")]
        try connect(proxy, machines[0], 1)
        try connect(proxy, machines[1], 2)
        try connect(machines[0], machines[1], 3)
        let servers = [try server(), try server()]
        try machines[0].run { try servers[0].start() }
        try servers[0].sql("CREATE ROLE health LOGIN PASSWORD 'secret'; CREATE TABLE t (n int)")
        try follow(servers[1], Self.peers[0])
        try machines[1].run { try servers[1].start() }
        let agents = try machines.map { machine in
            try machine.run {
                try Program(Program.waitfor, ["agent", "-c", "\(Self.folder)/waitfor.yaml"]).start()
            }
        }
        defer { agents.forEach { $0.stop() } }
        let haproxy = try proxy.run {
            try Program("/usr/sbin/haproxy", ["-db", "-f", "\(Self.folder)/haproxy.cfg"]).start()
        }
        defer { haproxy.stop() }

        var said = ""
        /// What a client of the proxy gets from a statement; nil if it fails.
        func ask(_ port: Int, _ statement: String) throws -> String? {
            let words = ["-XAtq", "-h", "127.0.0.1", "-p", "\(port)", "-U", "postgres", "-c", statement]
            let finished = try proxy.run { try Program.run(PostgresServer.psql, words) }
            said = "\(finished)"
            return finished.exitCode == 0 ? finished.trimmedOutput : nil
        }
        func expect(_ port: Int, _ address: String, _ what: String) throws {
            // Each of several in a row: HAProxy sends them to all servers in turn until it has asked for their health.
            let arrives = try eventually(within: 30, every: 0.1) {
                try (0..<4).allSatisfy { _ in try ask(port, "SELECT host(inet_server_addr())") == address }
            }
            #expect(arrives, "\(what): \(said)\n\(haproxy.standardError)\n\(agents.map(\.standardError))")
        }
        try expect(5000, "198.18.1.2", "the primary for writers")
        try expect(5001, "198.18.2.2", "the standby for readers")
        #expect(try ask(5000, "INSERT INTO t VALUES (1) RETURNING n") == "1")
        #expect(try ask(5001, "INSERT INTO t VALUES (1)") == nil)
        #expect(try eventually(within: 10) { try ask(5001, "SELECT n FROM t") == "1" })

        try servers[0].stop()
        #expect(try servers[1].sql("SELECT pg_promote()") == "t")
        try expect(5000, "198.18.2.2", "the new primary for writers")
        #expect(try ask(5000, "INSERT INTO t VALUES (2) RETURNING n") == "2")
        // Nobody is left to read from.
        #expect(try eventually(within: 10) { try ask(5001, "SELECT 1") == nil })

        try follow(servers[0], Self.peers[1])
        try machines[0].run { try servers[0].start() }
        try expect(5001, "198.18.1.2", "the old primary for readers")
        #expect(try eventually(within: 10) { try ask(5001, "SELECT sum(n) FROM t") == "3" })
        try expect(5000, "198.18.2.2", "the new primary for writers still")
    }
}
