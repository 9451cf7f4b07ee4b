import TestSupport
import Testing

extension MariaDBServer {
    /// A target called `db` at this server's port: `app:secret` is the userinfo, `/name?…` the rest.
    func target(_ userinfo: String? = nil, _ rest: String = "") -> String {
        "db=mysql://\(userinfo.map { "\($0)@" } ?? "")127.0.0.1:\(port)\(rest)"
    }
}

/// The states of a real MariaDB, by their names in `check`.
struct MariaDBStatesTests: ServerStateTests {
    let kind = "mariadb"
    let targetName = "db"

    @Test("A server that is not started is refused, one that starts is refused until it accepts")
    func start() throws {
        let server = try MariaDBServer()
        let state = ServerState(name: "mariadb: not started", target: server.target())
        try state.expect(["ping": "refused", "query": "refused", "writable": "refused"])
        let gate = try Program(
            Program.waitfor, ["-t", "60", server.target("root:"), "--", "echo", "started"]
        ).start()
        #expect(gate.waitUntil(within: 10) { $0.standardError.contains("db: not ready: refused:") })
        try server.start()
        let finished = try gate.finish()
        #expect(finished.exitCode == 0 && finished.output == "started\n", "\(finished)")
        let accepting = ServerState(name: "mariadb: accepting", target: server.target())
        try accepting.expect(["ping": "ready", "query": "ready", "writable": "ready"])
        try server.stop()
        try expect("refused", "ended", server.target())
    }

    @Test("The first server of an image listens on its socket only, and the port is refused meanwhile")
    func firstServer() throws {
        let server = try MariaDBServer()
        try server.start(["--skip-networking"])
        try expect("refused", "an image's first server", server.target())
        let socket = "mysql+unix://\(server.socket)"
        try expect("ready", "an image's first server, by its socket", socket, ["level=query"])
    }

    @Test("Whose login is refused is told by the server's number")
    func logins() throws {
        let server = try MariaDBServer.started()
        try server.execute(
            """
            CREATE DATABASE app; CREATE DATABASE other; CREATE USER app@'%' IDENTIFIED BY 'secret';
            GRANT ALL ON app.* TO app@'%'; CREATE USER locked@'%' IDENTIFIED BY 'secret' ACCOUNT LOCK;
            CREATE USER expired@'%' IDENTIFIED BY 'secret' PASSWORD EXPIRE; CREATE USER unix@'%' IDENTIFIED VIA unix_socket;
            SET GLOBAL disconnect_on_expired_password = 1;
            """)
        try expect("ready", "right password", server.target("app:secret", "/app"), says: "answers queries")
        try expect("auth", "wrong password", server.target("app:wrong", "/app"), says: "1045 ")
        try expect("auth", "no password", server.target("app", "/app"), says: "1045 ")
        try expect("auth", "unknown user", server.target("who:secret", "/app"), says: "1045 ")
        try expect("no_database", "missing database", server.target("root:", "/gone"), says: "1049 ")
        try expect("denied", "database of others", server.target("app:secret", "/other"), says: "1044 ")
        try expect("auth", "locked account", server.target("locked:secret"), says: "4151 ")
        try expect("auth", "expired password", server.target("expired:secret"), says: "1862 ")
        try expect("auth", "account of the socket", server.target("unix:secret"), says: "1698 ")
        let over = "mysql+unix://app:secret@\(server.socket)?db=app"
        try expect("ready", "over the socket", over, ["level=writable"], says: "takes writes")
    }

    @Test("At level ping a refusal about what nobody named is ready, and about what was named is not")
    func guesses() throws {
        let server = try MariaDBServer.started()
        try server.execute(
            "ALTER USER root@localhost IDENTIFIED BY 'secret'; CREATE USER app@'%' IDENTIFIED BY 'x'")
        let says = "refuses the login that was guessed (1045 "
        try expect("ready", "guessed user refused", server.target(), says: says)
        let image = ["MYSQL_USER": "app", "MYSQL_DATABASE": "gone"]
        try expect("ready", "user of the image refused", server.target(), says: says, environment: image)
        try expect("auth", "guessed user refused at query", server.target(), ["level=query"])
        try expect("auth", "named user refused", server.target("app"), ["level=ping"])
        // MYSQL_PWD is for who is named.
        let password = ["MYSQL_PWD": "secret"]
        try expect(
            "ready", "password of the environment", server.target("root"), says: "queries",
            environment: password)
        try expect("ready", "password of nobody", server.target(), says: says, environment: password)
    }

    @Test("Connections that run out are told, at every level")
    func connections() throws {
        let server = try MariaDBServer.started(["--max-connections=10", "--extra-port=0"])
        try server.execute(
            """
            CREATE USER app@'%' IDENTIFIED BY 'secret'; CREATE USER one@'%' IDENTIFIED BY 'secret'
            WITH MAX_USER_CONNECTIONS 1; CREATE USER few@'%' IDENTIFIED BY 'secret' WITH MAX_CONNECTIONS_PER_HOUR 1
            """)
        #expect(try Asked(server.target("few:secret")).verdict == "ready")
        try expect(
            "too_many_connections", "connections of an hour", server.target("few:secret"), says: "1226 ")
        func hold(_ user: String) throws -> RunningProgram {
            try Program(
                "/usr/bin/mariadb",
                [
                    "--no-defaults", "--skip-ssl", "-h127.0.0.1", "-P\(server.port)", "-u\(user)", "-psecret",
                    "-e", "SELECT SLEEP(60)",
                ]
            ).start()
        }
        // One that comes while a probe has the last slot is refused itself: others come until all are taken.
        var one: [RunningProgram] = []
        let isHeld = try eventually(within: 20, every: 0.1) {
            one.append(try hold("one"))
            return try Asked(server.target("one:secret")).verdict != "ready"
        }
        #expect(isHeld)
        try expect(
            "too_many_connections", "connections of a user", server.target("one:secret"), says: "1226 ")
        let full = server.target("app:secret")
        var all: [RunningProgram] = []
        let isFull = try eventually(within: 20, every: 0.1) {
            all.append(try hold("app"))
            return try Asked(full).verdict == "too_many_connections"
        }
        #expect(isFull)
        let state = ServerState(name: "mariadb: connections gone", target: full)
        for asked in try state.expect(["ping": "too_many_connections", "query": "too_many_connections"]) {
            #expect(asked.message.hasPrefix("1040 "), "\(asked)")
        }
        withExtendedLifetime((one, all)) {}
    }

    @Test("A server that takes no writes answers queries")
    func readOnly() throws {
        let server = try MariaDBServer.started(["--read-only"])
        let state = ServerState(name: "mariadb: read only", target: server.target("root:"))
        try state.expect(["ping": "ready", "query": "ready", "writable": "read_only"])
        try server.execute("SET GLOBAL read_only = OFF")
        try expect(
            "ready", "read only no more", server.target("root:"), ["level=writable"], says: "takes writes")
    }

    @Test("A stopped server is out of time when the deadline is")
    func silent() throws {
        let server = try MariaDBServer.started()
        server.pause()
        defer { server.resume() }
        let state = ServerState(
            name: "mariadb: stopped by SIGSTOP", target: server.target(), options: ["-t", "400ms"])
        for asked in try state.expect(["ping": "timeout", "query": "timeout"]) {
            #expect((0.39..<0.6).contains(asked.duration), "\(asked)")
        }
    }

    @Test("A query, its expected value, and its errors")
    func queries() throws {
        let server = try MariaDBServer.started()
        try server.execute("CREATE USER app@'%' IDENTIFIED BY 'secret'; CREATE PROCEDURE mysql.p() SELECT 7")
        let target = server.target("root:", "/mysql")
        try expect(
            "ready", "expected value", target, ["query=SELECT 'a', 2 UNION SELECT 'b', 3", "expect_value=a"])
        try expect("body_mismatch", "other value", target, ["query=SELECT NULL", "expect_value=a"])
        try expect("ready", "procedure", target, ["query=CALL p()", "expect_value=7"])
        try expect("ready", "many rows", target, ["query=SELECT seq FROM seq_1_to_100000", "expect_value=1"])
        try expect("error", "no table", target, ["query=SELECT * FROM gone"], says: "1146 ")
        try expect(
            "denied", "table of others", server.target("app:secret"), ["query=SELECT * FROM mysql.user"],
            says: "1142 ")
        let slow = try Program(
            Program.waitfor, ["check", "-t", "10s", "--set", "db.query=SELECT SLEEP(20)", target]
        ).start()
        #expect(eventually(within: 10) { server.query("SHOW PROCESSLIST").output.contains("SLEEP(20)") })
        try server.stop(waits: false)
        let finished = try slow.finish()
        let said = ["closed", "shutting_down"].contains { finished.output.contains("db: not ready: \($0): ") }
        #expect(said && finished.elapsed < 10, "\(finished)")
    }

    @Test("After many probes that may log in, over TCP and a socket, the server's log has no line about them")
    func quiet() throws {
        let server = try MariaDBServer.started(["--log-warnings=9"])
        try server.execute("CREATE USER app@'%' IDENTIFIED BY 'secret'")
        let before = server.log
        for target in [server.target("app:secret"), "db=mysql+unix://app:secret@\(server.socket)"] {
            for level in ["ping", "query", "writable"] {
                for _ in 0..<10 { #expect(try Asked(target, ["level=\(level)"]).verdict == "ready") }
            }
        }
        #expect(server.log == before, "\(server.log.dropFirst(before.count))")
    }

    @Test("A login that is refused is one line in the log of a server as it comes, and no aborted connection")
    func lines() throws {
        let server = try MariaDBServer.started(["--skip-ssl"])
        try server.execute(
            "ALTER USER root@localhost IDENTIFIED BY 'secret'; CREATE USER app@'%' IDENTIFIED BY 'x'")
        let before = server.log
        for _ in 0..<10 {
            #expect(try Asked(server.target()).verdict == "ready")
            #expect(try Asked(server.target("app:wrong")).verdict == "auth")
            #expect(try Asked(server.target("root:"), ["ssl_mode=REQUIRED"]).verdict == "tls")
        }
        let said = { server.log.dropFirst(before.count) }
        #expect(eventually(within: 5) { String(said()).count(of: "\n") == 30 }, "\(said())")
        #expect(String(said()).count(of: "[Warning] Access denied for user") == 30, "\(said())")
    }
}
