import TestSupport
import Testing

/// A primary and its replica, and a node of Galera without its cluster.
struct MariaDBReplicationTests: ServerStateTests {
    let kind = "mariadb"
    let targetName = "db"

    private static let users = """
        CREATE USER app@'%' IDENTIFIED BY 'secret'; GRANT REPLICA MONITOR ON *.* TO app@'%';
        CREATE USER poor@'%' IDENTIFIED BY 'secret'
        """

    @Test("Roles and lag: of a replica that runs, that is behind, that stands, and that has lost its primary")
    func replication() throws {
        let primary = try MariaDBServer.started(["--log-bin", "--server-id=1"])
        try primary.execute(
            "CREATE USER copy@'%' IDENTIFIED BY 'c'; GRANT REPLICATION SLAVE ON *.* TO copy@'%'; CREATE DATABASE d"
        )
        try primary.execute(Self.users)
        let replica = try MariaDBServer.started(["--server-id=2", "--read-only", "--version=5.6.47"])
        let (asked, own) = (replica.target("app:secret"), primary.target("app:secret"))
        try expect(
            "ready", "primary", own, ["role=primary", "level=writable"], says: "takes writes, a primary")
        try expect("role", "primary, asked for a replica", own, ["role=replica"])
        try expect("link_down", "primary, asked for its lag", own, ["max_lag=5s"], says: "no other server")
        try replica.execute(
            """
            CHANGE MASTER 'side' TO MASTER_HOST='127.0.0.1', MASTER_PORT=\(primary.port), MASTER_USER='copy',
            MASTER_PASSWORD='c', MASTER_CONNECT_RETRY=1; START SLAVE 'side'
            """)
        let runs = try eventually(within: 20) { try Asked(asked, ["max_lag=5s"]).verdict == "ready" }
        #expect(runs, "\(replica.query("SHOW ALL SLAVES STATUS").output)")
        try expect("ready", "replica", asked, ["role=replica", "max_lag=5s"], says: "a replica")
        try expect(
            "role", "replica, asked for a primary", asked, ["role=primary"], says: "replicates from another")
        try expect("read_only", "replica, writable", asked, ["level=writable"])
        try replica.execute("SET GLOBAL read_only = OFF")
        // Its version is another, and its channel has a name.
        try expect(
            "role", "replica that takes writes", asked, ["role=primary"], says: "replicates from another")
        try expect(
            "denied", "replica, without the privilege", replica.target("poor:secret"), ["role=replica"],
            says: "1227 ")
        // A lock keeps the applier from what the primary did some seconds ago.
        try primary.execute("CREATE TABLE d.t (n INT)")
        #expect(eventually(within: 10) { replica.query("SELECT * FROM d.t").exitCode == 0 })
        let lock = try Program(
            "/usr/bin/mariadb",
            ["--no-defaults", "-uroot", "-S", replica.socket, "-e", "LOCK TABLES d.t READ; SELECT SLEEP(60)"]
        ).start()
        #expect(eventually(within: 10) { replica.query("SHOW PROCESSLIST").output.contains("SLEEP(60)") })
        try primary.execute("INSERT INTO d.t VALUES (1)")
        let isBehind = try eventually(within: 20, every: 0.2) {
            try Asked(asked, ["max_lag=1s"]).verdict == "lag"
        }
        #expect(isBehind, "\(replica.query("SHOW ALL SLAVES STATUS").output)")
        try expect("lag", "replica behind", asked, ["max_lag=1s"], says: " behind")
        try expect("ready", "replica behind, but not too far", asked, ["max_lag=1h"])
        lock.stop()
        try replica.execute("STOP SLAVE 'side' SQL_THREAD")
        try expect("link_down", "applier stopped", asked, ["max_lag=1h"], says: "the applier of side says No")
        try replica.execute("START SLAVE 'side' SQL_THREAD")
        primary.kill()
        let isLost = try eventually(within: 20, every: 0.2) {
            try Asked(asked, ["max_lag=1h"]).verdict == "link_down"
        }
        #expect(isLost)
        try expect(
            "link_down", "primary lost", asked, ["max_lag=1h"], says: "the receiver of side says Connecting")
        try expect("ready", "replica of a lost primary", asked, ["role=replica"])
    }

    /// A node of a cluster of two on this machine, which is not started yet.
    private func node(_ port: UInt16) throws -> MariaDBServer {
        let (transfer, state) = (try FreePort.make(), try FreePort.make())
        return try MariaDBServer([
            "--wsrep-on=ON", "--wsrep-provider=/usr/lib/galera/libgalera_smm.so", "--binlog-format=ROW",
            "--wsrep-sst-method=skip", "--wsrep-node-address=127.0.0.1:\(state)",
            "--wsrep-provider-options=gmcast.listen_addr=tcp://127.0.0.1:\(port);ist.recv_addr=127.0.0.1:\(transfer)",
        ])
    }

    @Test("A node of Galera without its cluster is starting, though it answers SELECT 1")
    func galera() throws {
        let (first, second) = (try FreePort.make(), try FreePort.make())
        let (founder, member) = (try node(first), try node(second))
        try founder.start(["--wsrep-cluster-address=gcomm://"])
        let state = ServerState(name: "mariadb: Galera", target: founder.target("root:"))
        try state.expect(["ping": "ready", "query": "ready", "writable": "ready"])
        try member.start(["--wsrep-cluster-address=gcomm://127.0.0.1:\(first)"])
        founder.kill()
        let target = member.target("root:")
        let isAlone = try eventually(within: 30, every: 0.1) { try Asked(target).verdict == "starting" }
        #expect(isAlone, "\(member.log.suffix(2000))")
        #expect(member.query("SELECT 1").output == "1\n")
        try expect("starting", "Galera, not in step", target, says: "wsrep_ready is off")
        try expect(
            "starting", "Galera, not in step, a query", target, ["query=SELECT COUNT(*) FROM mysql.user"],
            says: "1047 ")
    }
}
