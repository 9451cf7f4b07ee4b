import Glibc
import TestSupport
import Testing

/// The lies that rules of `waitfor lint` tell of, on real databases: the check as it is written, and the form in its place.
struct LintedDatabasesTests {
    @Test("pg_isready without a host says yes while the server answers on the socket only")
    func pgSocket() throws {
        let server = try PostgresServer.started(settings: ["listen_addresses": ""])
        let check = try LintedCheck("pg-socket", "postgres:16", "pg_isready -U postgres -p \(server.port)")
        // The folder of the socket is another one in the image.
        try check.expect(exit: 0, ["PGHOST": server.socketDirectory])
        try check.truth("refused")
    }

    @Test("pg_isready without a user, and without a database, leave a FATAL in the server's log each time")
    func pgNoise() throws {
        let server = try PostgresServer.started()
        try server.createRole("app", password: "secret")
        let role = try LintedCheck("pg-role", "postgres:16", "pg_isready -h 127.0.0.1 -p \(server.port)")
        try role.expect(exit: 0)
        #expect(
            eventually(within: 5) { server.logCount(of: "FATAL:  role \"root\" does not exist") > 0 },
            "\(server.log)")
        let directory = try TemporaryDirectory()
        let text = "pg_isready -h 127.0.0.1 -p \(server.port) -U app"
        let path = try directory.write(
            "compose.yaml",
            "services: {db: {image: postgres:16, environment: {POSTGRES_USER: app, POSTGRES_DB: shop}, healthcheck: {test: \(text)}}}\n"
        )
        let linted = try Program.run(Program.waitfor, ["lint", path])
        #expect(linted.exitCode == 1 && linted.output.contains(": pg-database: "), "\(linted)")
        let before = server.logCount(of: "FATAL")
        let run = try Program.run(
            PostgresServer.pgIsReady, text.split(separator: " ").dropFirst().map(String.init))
        let isTold = eventually(within: 5) {
            server.logCount(of: "FATAL:  database \"app\" does not exist") > 0
        }
        #expect(
            run.exitCode == 0 && isTold && server.logCount(of: "FATAL") == before + 1, "\(run)\n\(server.log)"
        )
        if isTold { Records.reached("lint: pg-database") }
    }

    @Test("pg_isready and a bare port say yes where every client is refused")
    func full() throws {
        try Namespace().run {
            let server = try PostgresServer(settings: ["max_connections": "5"], port: 5432)
            try server.start()
            let sessions = try server.exhaustSlots(includingReserved: true)
            defer { sessions.close() }
            let check = try LintedCheck(
                "pg-any-answer", "postgres:16", "pg_isready -h 127.0.0.1 -U postgres -d gone")
            try check.expect(exit: 0)
            try check.truth("too_many_connections")
            let port = try LintedCheck("bare-port", "postgres:16", "bash -c ': >/dev/tcp/127.0.0.1/5432'")
            try port.expect(exit: 0)
            try port.truth("too_many_connections")
        }
    }

    @Test("redis-cli ends with 0 where the server says LOADING")
    func redisAnswer() throws {
        let server = try RedisServer.loading(for: 60)
        let check = try LintedCheck("redis-any-answer", "redis:7", "redis-cli -p \(server.port) ping")
        let run = try check.expect(exit: 0)
        #expect(run.output.contains("LOADING"), "\(run)")
        try check.truth("loading")
    }

    @Test("`redis-cli incr ping` writes a key, and waitfor does not")
    func redisWrites() throws {
        let server = try RedisServer.started()
        let check = try LintedCheck(
            "redis-writes", "redis:7", ["redis-cli", "-p", "\(server.port)", "--raw", "incr", "ping"])
        try check.expect(exit: 0)
        try check.truth("ready")
        #expect(server.command(["GET", "ping"]).contains("1"))
    }

    @Test(
        "mariadb-admin ping ends with 0 where the password is wrong, and on the socket of a server without a network"
    )
    func mysql() throws {
        let server = try MariaDBServer.started()
        try server.execute("CREATE USER app@'%' IDENTIFIED BY 'secret'")
        let login = try LintedCheck(
            "mysql-any-login", "mariadb:11",
            "mariadb-admin -h 127.0.0.1 -P \(server.port) -u app -pwrong ping")
        let home = try TemporaryDirectory()
        try home.write(".my.cnf", "[client]\nskip-ssl\nsocket=\(server.socket)\n")
        try login.expect(exit: 0, ["HOME": home.path])
        try login.truth("auth", [], ["MYSQL_PWD": "wrong"])
        try server.stop()
        try server.start(["--skip-networking"])
        let socket = try LintedCheck("mysql-socket", "mariadb:11", "mariadb-admin -h localhost ping")
        // The socket of the image is at another place.
        try socket.expect(exit: 0, ["HOME": home.path])
        try socket.truth("refused")
    }

    @Test("Bare connections from another host end in it being blocked, and logins do not")
    func mysqlBlocks() throws {
        let address = "198.18.0.1"
        let namespace = try Namespace(hosts: "127.0.0.1 localhost\n\(address) mysql\n")
        try namespace.addAddress(address)
        try namespace.run {
            let server = try MariaDBServer(["--max-connect-errors=5"], address: "0.0.0.0", port: 3306)
            try server.start()
            try server.execute(
                "CREATE USER app@'%' IDENTIFIED BY 'secret'; CREATE USER app@mysql IDENTIFIED BY 'secret'")
            let check = try LintedCheck("mysql-blocks", "web:1", "bash -c ': >/dev/tcp/mysql/3306'")
            let asked = { try Asked("db=mysql://app:secret@mysql") }
            for _ in 0..<10 { try check.truth("ready") }
            #expect(try asked().verdict == "ready")
            for _ in 0..<6 { try check.expect(exit: 0) }
            let blocked = try asked()
            #expect(blocked.verdict == "denied" && blocked.message.contains("1129"), "\(blocked)")
        }
    }

    @Test("rabbitmq-diagnostics says yes while an alarm keeps publishers out")
    func rabbitNode() throws {
        let authority = try Certificates()
        let server = try RabbitServer(try authority.sign("server", names: ["IP:127.0.0.1"]))
        try server.waitUntilUp()
        try server.evaluate("rabbit_alarm:set_alarm({{resource_limit, memory, node()}, []}).")
        let run = try server.diagnose(["-q", "ping"])
        let truth = try Asked("db=amqp://guest:guest@127.0.0.1:\(server.port)", ["level=publish"])
        #expect(run.exitCode == 0 && truth.verdict != "ready", "\(run) \(truth)")
        // The tool is a machine of its own.
        #expect(run.elapsed > truth.duration, "\(run) \(truth)")
        if run.exitCode == 0 { Records.reached("lint: rabbit-node") }
    }

    @Test("A password in a command is in the list of processes")
    func password() throws {
        let server = try RedisServer.started(["requirepass": "Zq7XwJ9vKt2Hg"])
        server.pause()
        defer { server.resume() }
        let check = try LintedCheck(
            "password", "redis:7", ["redis-cli", "-p", "\(server.port)", "-a", "Zq7XwJ9vKt2Hg", "ping"])
        let running = try check.program().start()
        defer { running.stop() }
        let isSeen = eventually(within: 5) {
            readText("/proc/\(running.pid)/cmdline").contains("redis-cli\0-p")
        }
        #expect(isSeen && readText("/proc/\(running.pid)/cmdline").contains("Zq7XwJ9vKt2Hg"))
        if isSeen { Records.reached("lint: password") }
    }
}
